/** API keys: random, stored as a hash, accepted in place of an access token. */
import { createHash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Query } from "../db/database.js";
import { endOfTime } from "../db/timestamps.js";
import { ParleyError } from "../errors.js";
import type { ApiKeyScope, Role } from "../generated/graphql.js";
import { createCachedLookup } from "./cached-lookup.js";
import { notSuspended, type ViewerColumns, viewerColumns } from "./viewer-columns.js";

/** Rights of a request with an API key. */
export interface ApiKeyGrant {
  readonly id: number;
  readonly scopes: ReadonlySet<ApiKeyScope>;
}

export interface NewApiKey {
  /** The key itself: returned once, stored only as a hash. */
  readonly secret: string;
  /** Its first characters, for its owner to tell it from others. */
  readonly prefix: string;
  readonly keyHash: string;
}

export interface ApiKeys {
  /** Whether a bearer token is a key, or means to be one. */
  matches(token: string): boolean;
  /** Throws UNAUTHENTICATED for a key that is unknown, revoked or expired, or whose user is suspended. */
  verify(key: string): Promise<KeyHolder>;
  forget(): void;
}

export interface KeyHolder extends ViewerColumns {
  readonly userId: number;
  readonly role: Role;
  readonly grant: ApiKeyGrant;
  readonly expiresAt: Date;
}

interface KeyRow extends ViewerColumns {
  readonly id: number;
  readonly userId: number;
  readonly role: Role;
  readonly scopes: readonly ApiKeyScope[];
  readonly expiresAt: string | null;
}

/** Distinguishes keys from other tokens, also for secret scanners that search source code. */
const mark = "parley_";
const shownCharacters = 6;
/** 256 random bits. */
const secretBytes = 32;
const form = /^parley_[\w-]{43}$/;
/** How often the last use of a key is noted. */
const noteUseMs = 60_000;
const maxNoted = 10_000;
const keyQuery = `SELECT k.id, k.user_id AS "userId", u.role, k.scopes, k.expires_at AS "expiresAt", ${viewerColumns("u")}
  FROM api_keys AS k JOIN users AS u ON u.id = k.user_id
  WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND ${notSuspended("u", "$2")}`;
/** At most once per minute over all instances, and without waiting for a lock on the row. */
const noteQuery = `UPDATE api_keys SET last_used_at = $2::timestamptz WHERE id = (
    SELECT id FROM api_keys WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3::timestamptz)
    FOR NO KEY UPDATE SKIP LOCKED) RETURNING id`;

export function newApiKey(): NewApiKey {
  const secret = mark + randomBytes(secretBytes).toString("base64url");
  return { secret, prefix: secret.slice(0, mark.length + shownCharacters), keyHash: hashOf(secret) };
}

/** `now` is the wall clock. `onNoteFailed` is called when a last use could not be stored. */
export function createApiKeys(query: Query, now: () => Date, onNoteFailed: (error: unknown) => void): ApiKeys {
  const keys = createCachedLookup<KeyHolder>(async (keyHash) => {
    const [row] = await query<KeyRow>(keyQuery, [keyHash, now().toISOString()]);
    return row && holderOf(row);
  }, now);
  const noted = new LRUCache<number, true>({
    max: maxNoted,
    ttl: noteUseMs,
    ttlResolution: 0,
    perf: { now: () => now().getTime() },
  });

  /** Not awaited. */
  function noteUse(id: number): void {
    if (noted.has(id)) return;
    noted.set(id, true);
    const before = new Date(now().getTime() - noteUseMs).toISOString();
    query(noteQuery, [id, now().toISOString(), before]).catch(onNoteFailed);
  }

  return {
    matches: (token) => token.startsWith(mark),
    async verify(key) {
      const holder = form.test(key) ? await keys.find(hashOf(key)) : undefined;
      if (holder === undefined)
        throw new ParleyError("UNAUTHENTICATED", "The API key is unknown or was revoked, or its user is suspended.");
      if (holder.expiresAt <= now()) throw new ParleyError("UNAUTHENTICATED", "The API key has expired.");
      noteUse(holder.grant.id);
      return holder;
    },
    forget: keys.forget,
  };
}

/** The effective role: rights beyond those of a normal user require the scope. */
export function roleWith(grant: ApiKeyGrant | undefined, role: Role): Role {
  return grant === undefined || grant.scopes.has("MODERATE") ? role : "USER";
}

function holderOf({ id, userId, role, scopes, expiresAt, blockedIds, hasHidden }: KeyRow): KeyHolder {
  const isWhole = role === "USER" || scopes.includes("MODERATE");
  // Webhooks receive what the role of their owner may see.
  const granted = new Set(isWhole ? scopes : scopes.filter((scope) => scope !== "WEBHOOKS"));
  return {
    userId,
    role: roleWith({ id, scopes: granted }, role),
    grant: { id, scopes: granted },
    expiresAt: expiresAt === null ? endOfTime : new Date(expiresAt),
    blockedIds,
    hasHidden,
  };
}

/** A fast hash is enough: the key is random, so there is nothing to guess. */
function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
