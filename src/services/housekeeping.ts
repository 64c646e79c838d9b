/** Removes what has expired and nobody asks for any more. Run now and then by one instance. */
import type { Query } from "../db/database.js";

/** Rows of one statement at most, so that none holds its locks for long. */
const batchSize = 1_000;
/** An ended session is kept this long, so that its tokens are known for what they are. */
const endedSessionDays = 30;

/** Expired idempotency keys, and sessions that expired or ended long ago, with their refresh tokens. */
export async function removeExpired(query: Query, now: Date): Promise<void> {
  const longAgo = new Date(now.getTime() - endedSessionDays * 86_400_000);
  await removeAll(query, "idempotency_keys", "expires_at < $1::timestamptz", now);
  await removeAll(query, "sessions", "expires_at < $1::timestamptz", longAgo);
  await removeAll(query, "sessions", "revoked_at < $1::timestamptz", longAgo);
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
