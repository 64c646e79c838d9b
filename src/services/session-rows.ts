/** Rows of sessions and refresh tokens: created, renewed and ended within the transaction of the caller. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { appendEvent } from "../events/event-log.js";
import { suspendedError, type UserError, userError } from "./outcome.js";
import type { Tx } from "./transaction.js";

/** A refresh token used again within this time counts as a retry after a lost response, and is accepted. */
const retryGraceMs = 10_000;

/** Tokens of a new or refreshed session. */
export interface SessionTimes {
  readonly now: Date;
  readonly expiresAt: Date;
}

/** Stored for a session that was opened under an `Idempotency-Key`: no token, and nothing to derive one from. */
export interface OpenedSession {
  readonly userId: number;
  readonly sessionId: string;
  /** Of the refresh token that was answered. */
  readonly tokenHash: string;
  /** SHA-256 of the password hash at that time. */
  readonly passwordDigest: string;
}

export interface CredentialRow {
  readonly passwordHash: string | null;
  readonly suspendedUntil: Date | null;
}

/**
 * Reads the credentials of a user. Until the transaction ends, they cannot be changed and the user cannot be suspended:
 * a shared lock, which concurrent sign-ins can hold together, and which conflicts with each UPDATE of the row
 * (PostgreSQL, 13.3.2; the lock of a foreign key does not).
 */
export async function lockCredentials(tx: Tx, userId: number): Promise<CredentialRow | undefined> {
  const [row] = await tx.$queryRaw<CredentialRow[]>`
    SELECT password_hash AS "passwordHash", suspended_until AS "suspendedUntil"
    FROM users WHERE id = ${userId} FOR SHARE`;
  return row;
}

/** Call it only after the user was authenticated, with their credentials locked. */
export async function openSession(
  tx: Tx,
  { userId, passwordHash }: { readonly userId: number; readonly passwordHash: string | null },
  { now, expiresAt }: SessionTimes,
): Promise<{ readonly opened: OpenedSession; readonly refreshToken: string }> {
  const [id, refreshToken] = [randomUUID(), newToken()];
  const tokenHash = hashToken(refreshToken);
  const refreshTokens = { create: { tokenHash, createdAt: now } };
  await tx.session.create({ data: { id, userId, createdAt: now, lastUsedAt: now, expiresAt, refreshTokens } });
  const passwordDigest = digestOf(passwordHash);
  return { opened: { userId, sessionId: id, tokenHash, passwordDigest }, refreshToken };
}

/**
 * New tokens for a session that was opened under the same `Idempotency-Key`: as long as it is alive, the password is
 * still the same, and the refresh token that was answered would still be taken. Otherwise the reason.
 */
export async function reopenSession(
  tx: Tx,
  { userId, sessionId, tokenHash, passwordDigest }: OpenedSession,
  times: SessionTimes,
): Promise<string | UserError> {
  const credentials = await lockCredentials(tx, userId);
  if (credentials === undefined || digestOf(credentials.passwordHash) !== passwordDigest) return endedError();
  const suspended = suspendedError(credentials.suspendedUntil, times.now);
  if (suspended !== undefined) return suspended;
  const answered = await tx.refreshToken.findUnique({ where: { tokenHash }, select: { usedAt: true } });
  if (answered === null || isSpent(answered.usedAt, times.now)) return endedError();
  return (await issueRefreshToken(tx, sessionId, times)) ?? endedError();
}

/** Makes the next refresh token of a session, and keeps it alive; undefined when it is not. */
export async function issueRefreshToken(
  tx: Tx,
  sessionId: string,
  { now, expiresAt }: SessionTimes,
): Promise<string | undefined> {
  const where = { id: sessionId, revokedAt: null, expiresAt: { gt: now } };
  const alive = await tx.session.updateMany({ where, data: { lastUsedAt: now, expiresAt } });
  if (alive.count === 0) return undefined;
  const refreshToken = newToken();
  await tx.refreshToken.create({ data: { tokenHash: hashToken(refreshToken), sessionId, createdAt: now } });
  return refreshToken;
}

/** Whether a token was used longer ago than a retry comes. */
export function isSpent(usedAt: Date | null, now: Date): boolean {
  return usedAt !== null && now.getTime() - usedAt.getTime() > retryGraceMs;
}

/**
 * Ends those of a user's sessions that are not ended, and tells every instance. Returns how many. One statement: a
 * session opened between a look and the change would end without an instance hearing of it.
 */
export async function endSessions(
  tx: Tx,
  which: { readonly userId: number; readonly id?: string | { readonly not: string }; readonly number?: number },
  now: Date,
): Promise<number> {
  const where = { ...which, revokedAt: null, expiresAt: { gt: now } };
  const ended = await tx.session.updateManyAndReturn({ where, data: { revokedAt: now }, select: { id: true } });
  const sessionIds = ended.map(({ id }) => id);
  if (ended.length > 0) await appendEvent(tx, { type: "SessionsEnded", userId: which.userId, sessionIds }, now);
  return ended.length;
}

/** A fast hash is enough: the token is random, so there is nothing to guess. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** 256 random bits. */
function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A password hash has a random salt: two are the same only when they are of one setting of one password. */
function digestOf(passwordHash: string | null): string {
  return createHash("sha256")
    .update(passwordHash ?? "")
    .digest("base64url");
}

function endedError(): UserError {
  const message =
    "This Idempotency-Key was used before, and the session opened then has ended or been refreshed. Sign in again.";
  return userError("SESSION_ENDED", null, message);
}
