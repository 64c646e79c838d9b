/**
 * Sessions: opened by signing in, renewed by refreshing, ended by signing out. Refresh tokens rotate (RFC 9700,
 * 4.14.2).
 */
import type { AccessTokens } from "../auth/access-tokens.js";
import { verifyPassword } from "../auth/passwords.js";
import type { Viewer } from "../auth/viewer.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import { type EndedSessionOutcome, type Outcome, suspendedError, type UserError, userError } from "./outcome.js";
import {
  endSessions,
  hashToken,
  isSpent,
  issueRefreshToken,
  lockCredentials,
  type OpenedSession,
  openSession,
  reopenSession,
  type SessionTimes,
} from "./session-rows.js";
import type { Transact, Tx } from "./transaction.js";

/** Tokens of a client; field names as in the schema. */
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
}

/** Opens a session in the transaction of its caller, or refuses. */
export type Opening = (
  tx: Tx,
  open: (user: { readonly userId: number; readonly passwordHash: string | null }) => Promise<OpenedOutcome>,
) => Promise<OpenedOutcome>;

/** Stored for a retry. */
export type OpenedOutcome = Outcome<OpenedSession>;

const dayMs = 86_400_000;

export type SessionService = ReturnType<typeof createSessionService>;

export function createSessionService({ prisma, transact, tokens, now, refreshTokenDays }: SessionDependencies) {
  const times = (): SessionTimes => ({ now: now(), expiresAt: new Date(now().getTime() + refreshTokenDays * dayMs) });

  async function tokensFor(userId: number, sessionId: string, refreshToken: string): Promise<SessionTokens> {
    const { token, expiresAt } = await tokens.sign({ userId, sessionId });
    return { accessToken: token, refreshToken, accessTokenExpiresAt: expiresAt.toISOString() };
  }

  /** Marks the token used. One that was used before ends its session. */
  async function redeemRefreshToken(tx: Tx, token: string) {
    const found = await tx.refreshToken.findUnique({
      where: { tokenHash: hashToken(token) },
      include: { session: { include: { user: { select: { suspendedUntil: true } } } } },
    });
    if (found === null) return refusedRefresh();
    const { session, tokenHash } = found;
    const suspended = suspendedError(session.user.suspendedUntil, now());
    if (suspended !== undefined) return { userErrors: [suspended], userId: null, sessionId: null };
    const unused = await tx.refreshToken.updateMany({ where: { tokenHash, usedAt: null }, data: { usedAt: now() } });
    if (unused.count === 0 && isSpent(found.usedAt, now())) {
      await endSessions(tx, { userId: Number(session.userId), id: session.id }, now());
      return refusedRefresh();
    }
    return { userErrors: [], userId: Number(session.userId), sessionId: session.id };
  }

  /**
   * Runs `opening` in a transaction. The tokens are not kept for a retry: it is given new ones, as long as the first ones
   * are good.
   */
  async function open(opening: Opening): Promise<SessionOutcome> {
    let refreshToken = "";
    const outcome = await transact<OpenedOutcome>(
      (tx) =>
        opening(tx, async (user) => {
          const made = await openSession(tx, user, times());
          refreshToken = made.refreshToken;
          return { ...made.opened, userErrors: [] };
        }),
      async (tx, stored) => {
        if (!isOpened(stored)) return stored;
        const again = await reopenSession(tx, stored, times());
        if (typeof again !== "string") return notOpened([again]);
        refreshToken = again;
        return stored;
      },
    );
    if (!isOpened(outcome)) return { session: null, userId: null, userErrors: outcome.userErrors };
    const { userId, sessionId, userErrors } = outcome;
    return { session: await tokensFor(userId, sessionId, refreshToken), userId, userErrors };
  }

  return {
    open,

    async signIn(input: { email: string; password: string }): Promise<SessionOutcome> {
      const email = input.email.trim().toLowerCase();
      const user = await prisma.user.findUnique({ where: { email }, select: { id: true, passwordHash: true } });
      const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
      if (user === null || !isRight) return { session: null, userId: null, userErrors: [wrongCredentials()] };
      const userId = Number(user.id);
      return open(async (tx, openFor) => {
        const credentials = await lockCredentials(tx, userId);
        // The password was changed while it was being verified.
        if (credentials?.passwordHash !== user.passwordHash) return notOpened([wrongCredentials()]);
        const suspended = suspendedError(credentials.suspendedUntil, now());
        return suspended === undefined ? openFor({ userId, ...credentials }) : notOpened([suspended]);
      });
    },

    /** The same with an `Idempotency-Key`: the token itself identifies a retry. */
    async refresh(input: { refreshToken: string }): Promise<SessionOutcome> {
      let next: string | undefined;
      const trade = async (tx: Tx) => {
        const spent = await redeemRefreshToken(tx, input.refreshToken);
        next = spent.sessionId === null ? undefined : await issueRefreshToken(tx, spent.sessionId, times());
        return spent.sessionId !== null && next === undefined ? refusedRefresh() : spent;
      };
      const { userId, sessionId, userErrors } = await transact(trade, trade);
      if (next !== undefined && sessionId !== null)
        return { session: await tokensFor(userId, sessionId, next), userId, userErrors };
      return { session: null, userId: null, userErrors };
    },

    /** Ends the viewer's session, or all of the viewer's sessions. */
    async signOut(
      viewer: Viewer,
      input: { everywhere?: boolean },
    ): Promise<{ endedSessionCount: number; userErrors: UserError[] }> {
      const { sessionId } = viewer;
      if (sessionId === null && !input.everywhere) {
        const message = "The access token is from an external issuer, so there is no session to end. Sign out there.";
        return { endedSessionCount: 0, userErrors: [userError("NO_SESSION", null, message)] };
      }
      const which = { userId: viewer.id, ...(sessionId !== null && !input.everywhere && { id: sessionId }) };
      return transact(async (tx) => ({ endedSessionCount: await endSessions(tx, which, now()), userErrors: [] }));
    },

    /** Ends one session of the viewer, under the number of its global id. */
    async revoke(viewer: Viewer, { sessionNumber }: { sessionNumber: number }): Promise<EndedSessionOutcome> {
      return transact(async (tx) => {
        const count = await endSessions(tx, { userId: viewer.id, number: sessionNumber }, now());
        if (count > 0) return { sessionNumber, userErrors: [] };
        const message = "You have no active session with this id.";
        return { sessionNumber: null, userErrors: [userError("NOT_FOUND", "sessionId", message)] };
      });
    },
  };
}

function isOpened(outcome: OpenedOutcome): outcome is OpenedSession & { readonly userErrors: UserError[] } {
  return outcome.sessionId !== null;
}

export function notOpened(userErrors: UserError[]): OpenedOutcome {
  return { userId: null, sessionId: null, tokenHash: null, passwordDigest: null, userErrors };
}

function wrongCredentials(): UserError {
  return userError("WRONG_CREDENTIALS", null, "The e-mail address or the password is wrong.");
}

function refusedRefresh() {
  const message = "The refresh token is unknown, used, expired or revoked: sign in again.";
  const userErrors = [userError("INVALID_REFRESH_TOKEN", "refreshToken", message)];
  return { userErrors, userId: null, sessionId: null };
}
