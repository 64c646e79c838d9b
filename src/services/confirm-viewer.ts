/** Checks the viewer again in the transaction of a change that outlives their session: an API key, a webhook. */
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import { suspendedError } from "./outcome.js";
import type { Tx } from "./transaction.js";

/**
 * Throws UNAUTHENTICATED when the account, the session or the key that the request came with has ended since. Locks the
 * user's row, at which all such changes of one user queue, and what they came with: neither ends before the transaction.
 */
export async function confirmViewer(tx: Tx, { id, sessionId, apiKey }: Viewer, now: Date): Promise<void> {
  const [user] = await tx.$queryRaw<{ suspendedUntil: Date | null }[]>`
    SELECT suspended_until AS "suspendedUntil" FROM users WHERE id = ${id} FOR NO KEY UPDATE`;
  if (user === undefined) throw new ParleyError("UNAUTHENTICATED", "The account has been deleted.");
  const suspended = suspendedError(user.suspendedUntil, now);
  if (suspended !== undefined) throw new ParleyError("UNAUTHENTICATED", suspended.message);
  if (sessionId !== null && !(await isSessionAlive(tx, sessionId, now)))
    throw new ParleyError("UNAUTHENTICATED", "The session has ended: sign in again.");
  if (apiKey !== undefined && !(await isKeyGood(tx, apiKey.id, now)))
    throw new ParleyError("UNAUTHENTICATED", "The API key has expired or was revoked.");
}

async function isSessionAlive(tx: Tx, sessionId: string, now: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT number FROM sessions WHERE id = ${sessionId}::uuid AND revoked_at IS NULL AND expires_at > ${now} FOR SHARE`;
  return rows.length > 0;
}

async function isKeyGood(tx: Tx, keyId: number, now: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT id FROM api_keys WHERE id = ${keyId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})
    FOR SHARE`;
  return rows.length > 0;
}
