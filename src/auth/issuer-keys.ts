/**
 * Public keys of an external issuer: found by discovery (OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3),
 * kept while the issuer is unreachable, fetched again for an unknown key id.
 */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { isTrustworthy } from "../config/formats.js";
import { ParleyError, reasonOf } from "../errors.js";
import type { Log } from "../log.js";

/** How long discovery may take, and as long again the keys. */
const answerTimeoutMs = 3_000;
/** An issuer is not asked more often, whatever tokens come: nor waited for, when it did not answer. */
const pauseMs = 10_000;
/** Keys older than this are fetched again; known keys stay in use meanwhile. */
const staleMs = 600_000;

/** `now` is the wall clock. The function throws ISSUER_UNAVAILABLE when it has no keys and cannot have them. */
export function createIssuerKeys(issuer: string, now: () => Date, log: Log): JWTVerifyGetKey {
  let known: JWTVerifyGetKey | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let asking: Promise<void> | undefined;

  /** Those that ask at once ask together. Never rejects. */
  function ask(): Promise<void> {
    asking ??= load(issuer)
      .then(
        (keys) => {
          known = keys;
          hasFailed = false;
        },
        (error: unknown) => {
          hasFailed = true;
          log.warn({ component: "auth", issuer, reason: reasonOf(error) }, "cannot fetch issuer keys");
        },
      )
      .finally(() => {
        // Afterwards, for it may have taken a while.
        askedAtMs = now().getTime();
        asking = undefined;
      });
    return asking;
  }

  const sinceAskedMs = () => now().getTime() - askedAtMs;

  return async (header, token) => {
    if (known === undefined && sinceAskedMs() >= pauseMs) await ask();
    if (known === undefined) throw unavailable(issuer);
    if (sinceAskedMs() >= staleMs) void ask();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (asking !== undefined || sinceAskedMs() >= pauseMs) await ask();
      else if (!hasFailed) throw error;
      // One that it has made since, perhaps: it did not say.
      if (hasFailed) throw unavailable(issuer);
      return known(header, token);
    }
  };
}

/** Throws if a part is missing or invalid. */
async function load(issuer: string): Promise<JWTVerifyGetKey> {
  const address = await discover(issuer, AbortSignal.timeout(answerTimeoutMs));
  // When they are asked for is decided above.
  const keys = createRemoteJWKSet(address, {
    timeoutDuration: answerTimeoutMs,
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  await keys.reload();
  return keys;
}

async function discover(issuer: string, signal: AbortSignal): Promise<URL> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const places = [`${path}/.well-known/openid-configuration`, `/.well-known/oauth-authorization-server${path}`];
  const problems: string[] = [];
  for (const place of places) {
    const response = await fetch(`${origin}${place}`, { signal, redirect: "error" });
    if (response.ok) return keyAddress(issuer, await response.json());
    await response.body?.cancel();
    problems.push(`${place}: ${response.status}`);
  }
  throw new Error(`its metadata cannot be fetched: ${problems.join(", ")}`);
}

/** RFC 8414, section 3.3: what speaks for another issuer is not to be used. */
function keyAddress(issuer: string, metadata: unknown): URL {
  if (typeof metadata !== "object" || metadata === null) throw new Error("its metadata is not an object");
  if (!("issuer" in metadata) || metadata.issuer !== issuer) throw new Error("its metadata is for another issuer");
  const address = "jwks_uri" in metadata ? metadata.jwks_uri : undefined;
  if (typeof address === "string" && URL.canParse(address) && isTrustworthy(new URL(address))) return new URL(address);
  throw new Error("its metadata has no https jwks_uri");
}

function unavailable(issuer: string): ParleyError {
  const message = `The keys of the issuer ${issuer} cannot be fetched at the moment. Try again in a few seconds.`;
  return new ParleyError("ISSUER_UNAVAILABLE", message, {}, [["retry-after", "5"]]);
}
