/**
 * Checkpoints of the embedded database, which has no process of its own for them: without, its write-ahead log grows until
 * it is closed, and the next start after a crash reads all of it.
 */
import type { PGlite } from "@electric-sql/pglite";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";

const defaultIntervalMs = 60_000;
/** A checkpoint takes up to a second, in which nothing else runs: worth it only for this many bytes of log. */
const minLogBytes = 4 * 1024 * 1024;

/** Returns the function that ends it. */
export function startCheckpoints(pglite: PGlite, log: Log, intervalMs = defaultIntervalMs): () => void {
  const timer = setInterval(() => {
    checkpointIfDue(pglite).catch((error: unknown) =>
      log.warn({ component: "database", reason: reasonOf(error) }, "checkpoint failed; retrying"),
    );
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function checkpointIfDue(pglite: PGlite): Promise<void> {
  if (pglite.closed) return;
  const { rows } = await pglite.query<{ bytes: number }>(
    "SELECT (pg_current_wal_insert_lsn() - redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()",
  );
  if ((rows[0]?.bytes ?? 0) >= minLogBytes) await pglite.exec("CHECKPOINT");
}
