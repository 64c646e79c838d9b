/** `npm run role -- HANDLE ROLE`: changes the role of an account. The way to create the first admin. */
import { StartupError } from "../errors.js";
import { Role } from "../generated/prisma/enums.js";
import { changeRole } from "../services/roles.js";
import { runCommand, say } from "./run-command.js";

const roles = Object.values(Role);

await runCommand({
  migrated: true,
  async run({ prisma }, [handle, requested]) {
    const role = roles.find((each) => each === requested?.toUpperCase());
    if (handle === undefined || role === undefined) {
      throw new StartupError(`Expected: npm run role -- HANDLE ROLE, where ROLE is one of ${roles.join(", ")}.`);
    }
    const isDone = await changeRole(prisma, handle, role, new Date());
    if (!isDone) throw new StartupError(`There is no account with the handle "${handle}": sign up first.`);
    say(`${handle} is ${role} now. Running servers apply it as soon as they have read the event log.`);
  },
});
