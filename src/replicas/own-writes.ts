/**
 * Read-your-writes across processes: the WAL position of each user's last write, in Redis. Stored before a change is
 * answered, and looked up before a read, so it works whichever process gets the next request. Entries expire when every
 * replica in use must have replayed them.
 */
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import { connectRedis } from "../redis.js";

export interface OwnWritesOptions {
  readonly url: string;
  /** Identifies the event log, and so the database: several Parleys may share one Redis. */
  readonly logId: string;
  readonly lifeMs: number;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Log;
}

export interface OwnWrites {
  /** Resolves when every process can read it. Never rejects, because the change is already committed. */
  note(userId: number, position: string): Promise<void>;
  /** Null when a user has written nothing of late. Rejects when that is not known. */
  positionOf(userId: number): Promise<string | null>;
  close(): void;
}

/** A read would rather go to the primary than wait. */
const commandTimeoutMs = 500;

export function connectOwnWrites({ url, logId, lifeMs, elapsedMs, log }: OwnWritesOptions): OwnWrites {
  const lostMessage = "Redis connection lost; users read from the primary";
  const redis = connectRedis(
    url,
    { log, component: "replicas", lostMessage },
    { enableOfflineQueue: false, enableAutoPipelining: true, commandTimeout: commandTimeoutMs },
  );
  const key = (userId: number) => `parley:${logId}:wrote:${userId}`;
  /** Redis may have lost notes, or not been given some: until they would have died anyway it is not believed. */
  let doubtedUntilMs = Number.NEGATIVE_INFINITY;
  const doubt = () => {
    doubtedUntilMs = elapsedMs() + lifeMs;
  };
  redis.on("close", () => (doubtedUntilMs = Number.POSITIVE_INFINITY));
  redis.on("ready", () => {
    if (doubtedUntilMs === Number.POSITIVE_INFINITY) doubt();
  });
  return {
    async note(userId, position) {
      try {
        await redis.set(key(userId), position, "PX", lifeMs);
      } catch (error) {
        if (doubtedUntilMs !== Number.POSITIVE_INFINITY) doubt();
        log.warn(
          { component: "replicas", reason: reasonOf(error) },
          "cannot share the position of a write; its author may read stale data from other processes",
        );
      }
    },
    async positionOf(userId) {
      if (elapsedMs() < doubtedUntilMs) throw new Error("Redis connection was lost");
      return redis.get(key(userId));
    },
    close: () => redis.disconnect(),
  };
}
