/** One replica: its replay position in the primary's WAL while it is reachable. */
import type { Query } from "../db/database.js";
import type { OpenReaders } from "../db/postgres.js";
import { reasonOf } from "../errors.js";
import { readBounds } from "../events/event-log.js";
import type { Log } from "../log.js";
import { parseWalPosition } from "./wal-position.js";

/** How long it may take to say where it is, before it counts as away. */
const answerTimeoutMs = 2_000;

export class Replica {
  readonly query: Query;
  readonly #readPool: OpenReaders;
  readonly #logId: string;
  readonly #log: Log;
  #replayed: bigint | undefined;
  #hasTold = false;

  /** `name` is its host and port, `logId` the primary's: the address may be that of another database. */
  constructor(name: string, readPool: OpenReaders, logId: string, log: Log) {
    this.query = readPool.query;
    this.#logId = logId;
    this.#readPool = readPool;
    this.#log = log.child({ component: "replicas", replica: name });
  }

  /** WAL position up to which it has replayed. Undefined while it is unreachable. */
  get replayed(): bigint | undefined {
    return this.#replayed;
  }

  get load(): number {
    return this.#readPool.load();
  }

  /** Asks where it is. Never rejects. */
  async look(): Promise<void> {
    const wasThere = this.#replayed !== undefined;
    try {
      const replayed = await this.#ask();
      if (!wasThere) await this.#checkLog();
      this.#replayed = replayed;
      if (!wasThere) this.#log.info("replica connected");
    } catch (error) {
      this.#replayed = undefined;
      // Once, and not at each look.
      if (wasThere || !this.#hasTold)
        this.#log.warn({ reason: reasonOf(error) }, "replica unavailable; it is not used until it is back");
    }
    this.#hasTold = true;
  }

  async #ask(): Promise<bigint> {
    // A promoted server, or one that never was a replica, may have rows that the primary lacks.
    const text = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS replayed";
    const [row] = await this.query<{ replayed: string | null }>(text, [], AbortSignal.timeout(answerTimeoutMs));
    if (typeof row?.replayed === "string") return parseWalPosition(row.replayed);
    throw new Error("it is not in recovery, so it is not a replica (or no longer one)");
  }

  async #checkLog(): Promise<void> {
    const { logId } = await readBounds((text, values) =>
      this.query(text, values, AbortSignal.timeout(answerTimeoutMs)),
    );
    if (logId !== this.#logId) throw new Error("it is a replica of another database");
  }

  close(): Promise<void> {
    return this.#readPool.close();
  }
}
