/** Deletes expired rows. Run periodically by one instance. */
import { retiredKeys } from "../auth/signing-keys.js";
import type { Query } from "../db/database.js";

/** Rows of one statement at most, so that none holds its locks for long. */
const batchSize = 1_000;
/** How long ended sessions are kept, so that their tokens are recognised as ended. */
const endedSessionDays = 30;
/** How long finished deliveries are kept. */
const settledDeliveryDays = 30;
/** Longer than the tolerance of any signature with a timestamp (rest/inbound-signature.ts). */
const receivedHookDays = 30;
/** How long revoked and expired keys are kept. */
const endedKeyDays = 30;

/**
 * Expired idempotency keys; sessions that expired or ended long ago, with their refresh tokens; webhook deliveries that
 * were settled long ago, with their attempts; the memory of hooks received long ago; API keys that expired or were revoked
 * long ago; and keys that have signed no token that is still good.
 */
export async function removeExpired(query: Query, now: Date): Promise<void> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const longAgo = daysAgo(endedSessionDays);
  await removeAll(query, "idempotency_keys", "expires_at < $1::timestamptz", now);
  await removeAll(query, "sessions", "expires_at < $1::timestamptz", longAgo);
  await removeAll(query, "sessions", "revoked_at < $1::timestamptz", longAgo);
  const settled = "state <> 'WAITING' AND created_at < $1::timestamptz";
  await removeAll(query, "webhook_deliveries", settled, daysAgo(settledDeliveryDays));
  await removeAll(query, "received_hooks", "received_at < $1::timestamptz", daysAgo(receivedHookDays));
  await removeAll(query, "api_keys", "expires_at < $1::timestamptz", daysAgo(endedKeyDays));
  await removeAll(query, "api_keys", "revoked_at < $1::timestamptz", daysAgo(endedKeyDays));
  const { condition, before } = retiredKeys(now);
  await removeAll(query, "signing_keys", condition, before);
}

/** `table` and `condition` are SQL of ours; `$1` is the moment. */
async function removeAll(query: Query, table: string, condition: string, moment: Date): Promise<void> {
  const text = `WITH gone AS (
      DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT $2)) RETURNING 1
    ) SELECT count(*) AS count FROM gone`;
  let removed: number;
  do {
    const [row] = await query<{ count: number }>(text, [moment.toISOString(), batchSize]);
    removed = row?.count ?? 0;
  } while (removed === batchSize);
}
