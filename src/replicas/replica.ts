/** One replica: how far it has replayed the primary's log, while it answers. */
import type { Query } from "../db/database.js";
import type { OpenReaders } from "../db/postgres.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import { parseWalPosition } from "./wal-position.js";

/** How long it may take to say where it is, before it counts as away. */
const answerTimeoutMs = 2_000;

export class Replica {
  readonly query: Query;
  readonly #readers: OpenReaders;
  readonly #log: Log;
  #replayed: bigint | undefined;

  /** `name` is its host and port. */
  constructor(name: string, readers: OpenReaders, log: Log) {
    this.query = readers.query;
    this.#readers = readers;
    this.#log = log.child({ replica: name });
  }

  /** What it shows holds everything up to here. Undefined while it is away. */
  get replayed(): bigint | undefined {
    return this.#replayed;
  }

  get load(): number {
    return this.#readers.load();
  }

  /** Asks where it is. Never rejects. */
  async look(): Promise<void> {
    const wasThere = this.#replayed !== undefined;
    try {
      // One that was promoted, and one that never was a replica, would show what the primary has not.
      const text = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS replayed";
      const [row] = await this.query<{ replayed: string | null }>(text, [], AbortSignal.timeout(answerTimeoutMs));
      if (typeof row?.replayed !== "string") throw new Error("it is not in recovery: not a replica, or one no more");
      this.#replayed = parseWalPosition(row.replayed);
      if (!wasThere) this.#log.info("the replica answers");
    } catch (error) {
      this.#replayed = undefined;
      if (wasThere) this.#log.warn({ reason: reasonOf(error) }, "the replica is away: others serve its reads");
    }
  }

  close(): Promise<void> {
    return this.#readers.close();
  }
}
