/** Chooses where a request reads: from a replica that has replayed the viewer's own writes, else from the primary. */
import type { Config } from "../config/config.js";
import type { OnMeasured, Query, SqlValue } from "../db/database.js";
import type { Cancellation } from "../deadline.js";
import { ParleyError, reasonOf } from "../errors.js";
import { readBounds } from "../events/event-log.js";
import type { Log } from "../log.js";
import type { OwnWrites } from "./own-writes.js";
import { Replica } from "./replica.js";
import { Replicas } from "./replicas.js";
import { parseWalPosition } from "./wal-position.js";

export interface Reads {
  /** For one request: all of it is read in one place, unless that goes away. */
  readonly readFor: (viewerId: number | null) => Query;
  /** Called after a commit, before it is answered. Never rejects. */
  readonly noteWrite: (userId: number | null) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `query` is the primary's. */
export async function openReads(config: Config, query: Query, log: Log): Promise<Reads> {
  const { databaseReplicaUrls, databaseReplicaLagMs, databasePoolSize, databaseQueueSize, redisUrl } = config;
  const nothing = async () => undefined;
  if (databaseReplicaUrls.length === 0) return { readFor: () => query, noteWrite: nothing, close: nothing };
  const [{ openReplica }, { connectOwnWrites }] = await Promise.all([
    import("../db/postgres.js"),
    import("./own-writes.js"),
  ]);
  const { logId } = await readBounds(query);
  const elapsedMs = () => performance.now();
  const replicas = new Replicas({
    replicas: databaseReplicaUrls.map(
      (url) => new Replica(new URL(url).host, openReplica(url, databasePoolSize, databaseQueueSize, log), logId, log),
    ),
    query,
    lagMs: databaseReplicaLagMs,
    elapsedMs,
    log,
  });
  await replicas.open();
  // A note that is older than the lag is in every replica that is used; twice that is on the safe side.
  const lifeMs = 2 * databaseReplicaLagMs;
  const writes =
    redisUrl === undefined ? undefined : connectOwnWrites({ url: redisUrl, logId, lifeMs, elapsedMs, log });
  if (writes === undefined)
    log.warn({ component: "replicas" }, "without REDIS_URL, replicas serve only visitors; users read from the primary");
  return {
    readFor: (viewerId) => readInOnePlace(() => place(replicas, writes, viewerId), query, log),
    noteWrite: async (userId) => {
      if (userId !== null) await writes?.note(userId, await positionNow(query, log));
    },
    async close() {
      writes?.close();
      await replicas.close();
    },
  };
}

async function place(
  replicas: Replicas,
  writes: OwnWrites | undefined,
  viewerId: number | null,
): Promise<Replica | undefined> {
  if (viewerId === null) return replicas.pick(0n);
  if (writes === undefined) return undefined;
  const written = await writes.positionOf(viewerId).catch(() => farthest);
  return replicas.pick(written === null ? 0n : parseWalPosition(written));
}

/** No replica reaches this position: such users read from the primary. */
const farthest = "FFFFFFFF/FFFFFFFF";

/**
 * Everything committed is before it. Not how far it is written: with `synchronous_commit` off a commit is ahead of
 * that.
 */
async function positionNow(query: Query, log: Log): Promise<string> {
  try {
    const [row] = await query<{ position: string }>("SELECT pg_current_wal_insert_lsn()::text AS position", []);
    return row?.position ?? farthest;
  } catch (error) {
    log.warn(
      { component: "replicas", reason: reasonOf(error) },
      "cannot read WAL position of the primary after a write; its author reads from the primary",
    );
    return farthest;
  }
}

function readInOnePlace(pick: () => Promise<Replica | undefined>, primary: Query, log: Log): Query {
  let picked: Promise<Replica | undefined> | undefined;
  let isLost = false;
  return async <Row>(
    text: string,
    values: readonly SqlValue[],
    signal?: Cancellation,
    onMeasured?: OnMeasured,
  ): Promise<Row[]> => {
    picked ??= pick();
    const replica = await picked;
    if (replica === undefined || isLost) return primary<Row>(text, values, signal, onMeasured);
    try {
      return await replica.query<Row>(text, values, signal, onMeasured);
    } catch (error) {
      // It is unreachable, or cancelled the statement to continue replaying. An invalid statement fails on the primary
      // as well.
      if (signal?.aborted || error instanceof ParleyError) throw error;
      isLost = true;
      log.warn({ component: "replicas", reason: reasonOf(error) }, "replica query failed; retrying on the primary");
      return primary<Row>(text, values, signal, onMeasured);
    }
  };
}
