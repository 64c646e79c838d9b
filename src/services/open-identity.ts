/** Opens identity: the secrets key, the signing keys, and the authentication of requests. */
import { type AccessTokens, createAccessTokens } from "../auth/access-tokens.js";
import { createApiKeys } from "../auth/api-keys.js";
import { openExternalIdentities } from "../auth/external-identities.js";
import { createSecretBox, type SecretBox } from "../auth/secret-box.js";
import { loadSecretsKey } from "../auth/secrets-key.js";
import { openSigningKeys, type SigningKeys } from "../auth/signing-keys.js";
import { type Authenticator, createAuthenticator } from "../auth/viewer.js";
import type { Config } from "../config/config.js";
import type { Database } from "../db/database.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import { createUserProvisioner } from "./external-identities.js";

export interface IdentityOptions {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** Called after the commit that creates the user of an external identity. */
  readonly onCommitted: (userId: number | null) => Promise<void>;
}

export interface Identity {
  /** Seals secrets that are stored. */
  readonly box: SecretBox;
  readonly keys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly authenticator: Authenticator;
}

/** Throws a StartupError for a secrets key that is missing, or not that of the database. */
export async function openIdentity({ config, database, log, now, onCommitted }: IdentityOptions): Promise<Identity> {
  const { prisma, query, writes } = database;
  const box = createSecretBox(await loadSecretsKey(config));
  const keys = await openSigningKeys(database, box, now);
  const tokens = createAccessTokens(keys, { issuer: config.authIssuer, lifeSeconds: config.accessTokenSeconds, now });
  const apiKeys = createApiKeys(query, now, (error) =>
    log.debug({ component: "auth", reason: reasonOf(error) }, "cannot store the last use of an API key"),
  );
  const provisionUser = createUserProvisioner({
    prisma,
    writes,
    now,
    invalidateViewers: () => authenticator.invalidateViewers(),
    onCommitted,
    deadlineMs: config.deadlineMs,
    random: Math.random,
    box,
  });
  const external = openExternalIdentities({ issuers: config.authIssuers, query, log, now, provisionUser });
  const authenticator = createAuthenticator(tokens, query, now, { apiKeys, external });
  return { box, keys, tokens, authenticator };
}
