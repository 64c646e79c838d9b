/** Authentication: resolves an `Authorization` header to a viewer with a valid session, API key or token. */
import type { Query } from "../db/database.js";
import { ParleyError } from "../errors.js";
import type { Role } from "../generated/graphql.js";
import type { AccessTokens } from "./access-tokens.js";
import type { ApiKeyGrant, ApiKeys } from "./api-keys.js";
import { createCachedLookup } from "./cached-lookup.js";
import type { ExternalIdentities } from "./external-identities.js";
import { notSuspended, type ViewerColumns, viewerColumns } from "./viewer-columns.js";

export interface Viewer extends ViewerColumns {
  readonly id: number;
  /** With an API key that lacks the scope `MODERATE`: that of a user. */
  readonly role: Role;
  /** Null for an API key, for a token of an external issuer, and for the owner of a webhook. */
  readonly sessionId: string | null;
  /** Set if the viewer is authenticated by an API key. */
  readonly apiKey?: ApiKeyGrant;
  /** Expiry of the token or key; connections opened with it are closed then. */
  readonly tokenExpiresAt: Date;
}

export interface Authenticator {
  /** Null for a visitor (no header). Throws UNAUTHENTICATED for an invalid header. */
  authenticate(header: string | undefined): Promise<Viewer | null>;
  /**
   * Called when a session or key has ended, or a role, a block or hidden content has changed: the next request reads
   * from the database.
   */
  invalidateViewers(): void;
}

interface LiveSession extends ViewerColumns {
  readonly userId: number;
  readonly role: Role;
}

/** Credentials accepted besides our own access tokens. */
export interface OtherCredentials {
  readonly apiKeys?: ApiKeys;
  readonly external?: ExternalIdentities | undefined;
}

const sessionQuery = `SELECT s.user_id AS "userId", u.role, ${viewerColumns("u")}
  FROM sessions AS s JOIN users AS u ON u.id = s.user_id
  WHERE s.id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > $2::timestamptz
    AND ${notSuspended("u", "$2")}`;

/** `now` is the wall clock. */
export function createAuthenticator(
  tokens: AccessTokens,
  query: Query,
  now: () => Date,
  { apiKeys, external }: OtherCredentials = {},
): Authenticator {
  const sessions = createCachedLookup<LiveSession>(async (sessionId) => {
    const [found] = await query<LiveSession>(sessionQuery, [sessionId, now().toISOString()]);
    return found;
  }, now);

  async function withKey(keys: ApiKeys, key: string): Promise<Viewer> {
    const { userId, role, grant, expiresAt, blockedIds, hasHidden } = await keys.verify(key);
    return { id: userId, role, sessionId: null, apiKey: grant, tokenExpiresAt: expiresAt, blockedIds, hasHidden };
  }

  async function withExternalToken(identities: ExternalIdentities, token: string): Promise<Viewer> {
    const { userId, role, expiresAt, blockedIds, hasHidden } = await identities.verify(token);
    return { id: userId, role, sessionId: null, tokenExpiresAt: expiresAt, blockedIds, hasHidden };
  }

  return {
    async authenticate(header) {
      if (header === undefined) return null;
      const token = bearerToken(header);
      if (apiKeys?.matches(token)) return withKey(apiKeys, token);
      if (external?.matches(token)) return withExternalToken(external, token);
      const { userId, sessionId, expiresAt } = await tokens.verify(token);
      const session = await sessions.find(sessionId);
      if (session?.userId !== userId) throw new ParleyError("UNAUTHENTICATED", "The session has ended: sign in again.");
      const { role, blockedIds, hasHidden } = session;
      return { id: userId, role, sessionId, tokenExpiresAt: expiresAt, blockedIds, hasHidden };
    },
    invalidateViewers() {
      sessions.forget();
      apiKeys?.forget();
      external?.forget();
    },
  };
}

/** RFC 6750, section 2.1. */
function bearerToken(header: string): string {
  const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(header) ?? [];
  if (token !== undefined) return token;
  throw new ParleyError("UNAUTHENTICATED", "The authorization header must be of the form: Bearer <access token>.");
}
