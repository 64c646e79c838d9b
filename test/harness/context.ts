/** What a context is made of, without a server around it. */

import { createAccessTokens } from "../../src/auth/access-tokens.js";
import { createSecretBox } from "../../src/auth/secret-box.js";
import { openSigningKeys } from "../../src/auth/signing-keys.js";
import type { ContextDependencies } from "../../src/graphql/context.js";
import { openLog } from "../../src/log.js";
import { openHtmlStore } from "../../src/markdown/html-store.js";
import { runAtOnce } from "../../src/rate-limit/statement-time.js";
import type { TestDatabase } from "./database.js";

/** Seals secrets. */
export const secretsKey = Buffer.alloc(32, 7);

/** Never over. */
export const unhurried = { signal: new AbortController().signal, remainingMs: () => 60_000 };

/** Webhooks can be made, of any URL and document; nothing delivers. */
export async function dependenciesOn(database: TestDatabase, now: () => Date): Promise<ContextDependencies> {
  const { prisma, query, writes } = database;
  const keys = await openSigningKeys(database, createSecretBox(secretsKey), now);
  return {
    prisma,
    query,
    readFor: () => query,
    searchTimeoutMs: 60_000,
    statementsOf: () => runAtOnce,
    writes,
    tokens: createAccessTokens(keys, { issuer: "parley", lifeSeconds: 900, now }),
    now,
    refreshTokenDays: 30,
    invalidateViewers: () => undefined,
    onCommitted: async () => undefined,
    eventCursor: () => "",
    apiKeysPerUser: 20,
    renderHtml: openHtmlStore(query, openLog("silent")).renderHtml,
    webhooks: {
      box: createSecretBox(secretsKey),
      newSecret: () => `whsec_${secretsKey.toString("base64")}`,
      secretPurpose: "test",
      urlProblem: () => undefined,
      subscriptionProblem: () => undefined,
      openBodyReader: () => async () => [],
      onDue: () => undefined,
      perUser: 20,
      maxReplayEvents: 100_000,
    },
  };
}
