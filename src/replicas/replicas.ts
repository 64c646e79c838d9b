/** The replicas of one primary: picks the least busy one that is fresh enough. */
import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { Replica } from "./replica.js";
import { parseWalPosition } from "./wal-position.js";

export interface ReplicasOptions {
  readonly replicas: readonly Replica[];
  /** Of the primary. */
  readonly query: Query;
  /** One further behind is left out. */
  readonly lagMs: number;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Log;
}

/** Where the primary was, and when it had not yet been asked. */
interface Sample {
  readonly atMs: number;
  readonly position: bigint;
}

const lookMs = 200;

export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #samples: Sample[] = [];
  /** Replicas before this position lag too far behind; undefined if not known. */
  #required: bigint | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** Resolves when each has been asked where it is, or has failed to answer. */
  async open(): Promise<void> {
    await this.#look();
  }

  /** One that holds everything up to `position`; undefined when the primary must be asked. */
  pick(position: bigint): Replica | undefined {
    const required = this.#required;
    if (required === undefined) return undefined;
    let least: Replica | undefined;
    for (const replica of this.#options.replicas) {
      const { replayed } = replica;
      if (replayed === undefined || replayed < required || replayed < position) continue;
      if (least === undefined || replica.load < least.load) least = replica;
    }
    return least;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#options.replicas.map((replica) => replica.close()));
  }

  async #look(): Promise<void> {
    await Promise.all([this.#sample(), ...this.#options.replicas.map((replica) => replica.look())]);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look(), lookMs);
    this.#timer.unref();
  }

  /** While the primary is unreachable nothing is written, so the replicas do not fall further behind. */
  async #sample(): Promise<void> {
    const { query, elapsedMs, lagMs, log } = this.#options;
    const atMs = elapsedMs();
    try {
      const [row] = await query<{ flushed: string }>("SELECT pg_current_wal_flush_lsn()::text AS flushed", []);
      if (row !== undefined) this.#samples.push({ atMs, position: parseWalPosition(row.flushed) });
    } catch (error) {
      log.debug({ component: "replicas", reason: reasonOf(error) }, "cannot read WAL position of the primary");
    }
    // The first sample until there is an old one, so that a replica that is far behind does not count as fresh.
    this.#required ??= this.#samples[0]?.position;
    while (this.#samples[0] !== undefined && this.#samples[0].atMs <= elapsedMs() - lagMs) {
      this.#required = this.#samples.shift()?.position;
    }
  }
}
