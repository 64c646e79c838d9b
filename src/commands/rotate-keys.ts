/** `npm run rotate-keys`: creates the next signing key of access tokens. Nobody is signed out. */
import { createSecretBox } from "../auth/secret-box.js";
import { loadSecretsKey } from "../auth/secrets-key.js";
import { rotateSigningKeys } from "../auth/signing-keys.js";
import { runCommand, say } from "./run-command.js";

await runCommand({
  migrated: true,
  async run(database, _, config) {
    const box = createSecretBox(await loadSecretsKey(config));
    const { kid, activeAt, isNew } = await rotateSigningKeys(database, box, new Date());
    const when = `Running servers publish it within 30 seconds and sign with it from ${activeAt.toISOString()} on.`;
    say(
      isNew
        ? `Created the signing key ${kid}. ${when}`
        : `The signing key ${kid} is already waiting to become active. ${when}`,
    );
    if (isNew)
      say("Tokens signed with earlier keys remain valid until they expire; a day later those keys are removed.");
  },
});
