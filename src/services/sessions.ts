/** Sessions: opened by signing in, kept by refreshing, ended by signing out. Refresh tokens rotate (RFC 9700, 4.14.2). */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { AccessTokens } from "../auth/access-tokens.js";
import { verifyPassword } from "../auth/passwords.js";
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import { type EndedSessionOutcome, type Outcome, type UserError, userError } from "./outcome.js";
import { suspendedError } from "./suspended.js";
import type { Transact, Tx } from "./transaction.js";

/** What a client holds; field names as in the schema. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessTokenExpiresAt: string;
}

export type SessionOutcome = Outcome<{ session: SessionTokens; userId: number }>;

export interface SessionDependencies {
  readonly prisma: PrismaClient;
  readonly transact: Transact;
  readonly tokens: AccessTokens;
  readonly now: () => Date;
  readonly refreshTokenDays: number;
  /** Told after sessions have ended, so that nobody goes on believing in them. */
  readonly onSessionsEnded: () => void;
}

/** A refresh token sent again within this time is a retry whose answer was lost, and is let through. */
const retryGraceMs = 10_000;
const dayMs = 86_400_000;

export type SessionService = ReturnType<typeof createSessionService>;

export function createSessionService({
  prisma,
  transact,
  tokens,
  now,
  refreshTokenDays,
  onSessionsEnded,
}: SessionDependencies) {
  const expiry = () => new Date(now().getTime() + refreshTokenDays * dayMs);

  async function tokensFor(userId: number, sessionId: string, refreshToken: string): Promise<SessionTokens> {
    const { token, expiresAt } = await tokens.sign({ userId, sessionId });
    return { accessToken: token, refreshToken, accessTokenExpiresAt: expiresAt.toISOString() };
  }

  /** Marks the token used. One that was used before ends its session. */
  async function spend(tx: Tx, token: string) {
    const found = await tx.refreshToken.findUnique({
      where: { tokenHash: hashToken(token) },
      include: { session: { include: { user: { select: { suspendedUntil: true } } } } },
    });
    if (found === null) return refusedRefresh();
    const { session, tokenHash } = found;
    const suspended = suspendedError(session.user.suspendedUntil, now());
    if (suspended !== undefined) return { userErrors: [suspended], userId: null, sessionId: null };
    const unused = await tx.refreshToken.updateMany({ where: { tokenHash, usedAt: null }, data: { usedAt: now() } });
    if (unused.count === 0 && found.usedAt !== null && now().getTime() - found.usedAt.getTime() > retryGraceMs) {
      await endSessions(tx, { userId: Number(session.userId), id: session.id }, now());
      return refusedRefresh();
    }
    return { userErrors: [], userId: Number(session.userId), sessionId: session.id };
  }

  /** Makes the next refresh token of a session, and keeps it alive; undefined when it is not. */
  async function issue(tx: Tx, sessionId: string): Promise<string | undefined> {
    const where = { id: sessionId, revokedAt: null, expiresAt: { gt: now() } };
    const alive = await tx.session.updateMany({ where, data: { lastUsedAt: now(), expiresAt: expiry() } });
    if (alive.count === 0) return undefined;
    const refreshToken = newToken();
    await tx.refreshToken.create({ data: { tokenHash: hashToken(refreshToken), sessionId, createdAt: now() } });
    return refreshToken;
  }

  return {
    /** Opens a session for a user who has proved to be that user. */
    async open(userId: number): Promise<SessionOutcome> {
      const [id, refreshToken] = [randomUUID(), newToken()];
      const refreshTokens = { create: { tokenHash: hashToken(refreshToken), createdAt: now() } };
      const times = { createdAt: now(), lastUsedAt: now(), expiresAt: expiry() };
      await prisma.session.create({ data: { id, userId, ...times, refreshTokens } });
      return { session: await tokensFor(userId, id, refreshToken), userId, userErrors: [] };
    },

    async signIn(input: { email: string; password: string }): Promise<SessionOutcome> {
      const email = input.email.trim().toLowerCase();
      const select = { id: true, passwordHash: true, suspendedUntil: true };
      const user = await prisma.user.findUnique({ where: { email }, select });
      const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
      if (user === null || !isRight) {
        const error = userError("WRONG_CREDENTIALS", null, "The e-mail address or the password is wrong.");
        return { session: null, userId: null, userErrors: [error] };
      }
      const suspended = suspendedError(user.suspendedUntil, now());
      if (suspended !== undefined) return { session: null, userId: null, userErrors: [suspended] };
      return this.open(Number(user.id));
    },

    async refresh(input: { refreshToken: string }): Promise<SessionOutcome> {
      let next: string | undefined;
      const { userId, sessionId, userErrors } = await transact(async (tx) => {
        const spent = await spend(tx, input.refreshToken);
        if (spent.sessionId === null) return spent;
        next = await issue(tx, spent.sessionId);
        return next === undefined ? refusedRefresh() : spent;
      });
      // For a retry with an `Idempotency-Key` it is known whose token it was, and the tokens are new ones.
      if (sessionId !== null) next ??= await prisma.$transaction((tx) => issue(tx, sessionId));
      if (next !== undefined && sessionId !== null)
        return { session: await tokensFor(userId, sessionId, next), userId, userErrors };
      // The session may just have ended, for the token was used before.
      onSessionsEnded();
      const refusal = userErrors.length > 0 ? userErrors : refusedRefresh().userErrors;
      return { session: null, userId: null, userErrors: refusal };
    },

    /** Ends the viewer's session, or all of the viewer's sessions. */
    async signOut(
      viewer: Viewer,
      input: { everywhere?: boolean },
    ): Promise<{ endedSessionCount: number; userErrors: UserError[] }> {
      const { sessionId } = viewer;
      if (sessionId === null && !input.everywhere) {
        const message = "There is no session to end: sign out where the access token comes from.";
        return { endedSessionCount: 0, userErrors: [userError("NO_SESSION", null, message)] };
      }
      const which = { userId: viewer.id, ...(sessionId !== null && !input.everywhere && { id: sessionId }) };
      const outcome = await transact(async (tx) => {
        return { endedSessionCount: await endSessions(tx, which, now()), userErrors: [] };
      });
      onSessionsEnded();
      return outcome;
    },

    /** Ends one session of the viewer, under the number of its global id. */
    async revoke(viewer: Viewer, { sessionNumber }: { sessionNumber: number }): Promise<EndedSessionOutcome> {
      const outcome = await transact(async (tx): Promise<EndedSessionOutcome> => {
        const count = await endSessions(tx, { userId: viewer.id, number: sessionNumber }, now());
        if (count > 0) return { sessionNumber, userErrors: [] };
        const message = "There is no such session of yours, or no longer.";
        return { sessionNumber: null, userErrors: [userError("NOT_FOUND", "sessionId", message)] };
      });
      onSessionsEnded();
      return outcome;
    },
  };
}

/** Ends those of a user's sessions that are not ended, and tells every instance. Returns how many. */
export async function endSessions(
  tx: Tx,
  which: { readonly userId: number; readonly id?: string | { readonly not: string }; readonly number?: number },
  now: Date,
): Promise<number> {
  const where = { ...which, revokedAt: null, expiresAt: { gt: now } };
  const ending = await tx.session.findMany({ where, select: { id: true } });
  await tx.session.updateMany({ where, data: { revokedAt: now } });
  const sessionIds = ending.map(({ id }) => id);
  if (ending.length > 0) await appendEvent(tx, { type: "SessionsEnded", userId: which.userId, sessionIds }, now);
  return ending.length;
}

function refusedRefresh() {
  const message = "The refresh token is unknown, used, expired or revoked: sign in again.";
  const userErrors = [userError("INVALID_REFRESH_TOKEN", "refreshToken", message)];
  return { userErrors, userId: null, sessionId: null };
}

/** 256 random bits. */
function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A fast hash is enough: the token is random, so there is nothing to guess. */
function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
