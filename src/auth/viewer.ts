/** Who asks: from an `Authorization` header to a viewer whose session is alive. */
import { LRUCache } from "lru-cache";
import type { Query } from "../db/database.js";
import { ParleyError } from "../errors.js";
import type { Role } from "../generated/graphql.js";
import type { AccessTokens } from "./access-tokens.js";
import { type SightColumns, sightColumns } from "./sight-columns.js";

export interface Viewer extends SightColumns {
  readonly id: number;
  readonly role: Role;
  readonly sessionId: string;
  /** When the access token stops working, and with it a socket that was opened with it. */
  readonly tokenExpiresAt: Date;
}

export interface Authenticator {
  /** A visitor, who sends no header, is null. Throws UNAUTHENTICATED for a header that cannot be honoured. */
  authenticate(header: string | undefined): Promise<Viewer | null>;
  /** Called when a session ended, a role, a block or what is hidden changed: the next request looks into the database. */
  forgetSessions(): void;
}

interface LiveSession extends SightColumns {
  readonly userId: number;
  readonly role: Role;
}

/** How long a session is taken for alive without looking: a sign-out on another instance takes effect within it. */
const rememberMs = 10_000;
const rememberedSessions = 10_000;

const sessionQuery = `SELECT s.user_id AS "userId", u.role, ${sightColumns("u")}
  FROM sessions AS s JOIN users AS u ON u.id = s.user_id
  WHERE s.id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > $2::timestamptz
    AND (u.suspended_until IS NULL OR u.suspended_until <= $2::timestamptz)`;

/** `now` is the wall clock. */
export function createAuthenticator(tokens: AccessTokens, query: Query, now: () => Date): Authenticator {
  const sessions = new LRUCache<string, LiveSession>({
    max: rememberedSessions,
    ttl: rememberMs,
    // Otherwise the clock would be read at most once in a millisecond of the real one.
    ttlResolution: 0,
    perf: { now: () => now().getTime() },
  });
  /** How many times sessions were forgotten. */
  let era = 0;

  /** An answer from before a session ended may say that it lives: then it is asked again. */
  async function liveSession(sessionId: string): Promise<LiveSession | undefined> {
    for (;;) {
      const known = sessions.get(sessionId);
      if (known !== undefined) return known;
      const askedIn = era;
      const [found] = await query<LiveSession>(sessionQuery, [sessionId, now().toISOString()]);
      // What has ended stays so.
      if (found === undefined) return undefined;
      if (askedIn === era) {
        sessions.set(sessionId, found);
        return found;
      }
    }
  }

  return {
    async authenticate(header) {
      if (header === undefined) return null;
      const { userId, sessionId, expiresAt } = await tokens.verify(bearerToken(header));
      const session = await liveSession(sessionId);
      if (session?.userId !== userId) throw new ParleyError("UNAUTHENTICATED", "The session has ended: sign in again.");
      const { role, blockedIds, hasHidden } = session;
      return { id: userId, role, sessionId, tokenExpiresAt: expiresAt, blockedIds, hasHidden };
    },
    forgetSessions() {
      era += 1;
      sessions.clear();
    },
  };
}

/** RFC 6750, section 2.1. */
function bearerToken(header: string): string {
  const [, token] = /^Bearer +([\w.~+/=-]+) *$/i.exec(header) ?? [];
  if (token !== undefined) return token;
  throw new ParleyError("UNAUTHENTICATED", "The authorization header must be of the form: Bearer <access token>.");
}
