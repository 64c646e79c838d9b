/** Pool of pipelined read connections: a statement goes to the least busy connection, or waits in a queue. */
import pg from "pg";
import type { Cancellation } from "../deadline.js";
import { busy, reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { OnMeasured, Query, SqlValue } from "./database.js";
import { type Job, Lane, laneDepth } from "./lane.js";
import { createStatementNames } from "./statement-names.js";

export interface ReadersOptions {
  /** Opens a connection that pipelines. */
  readonly connect: () => Promise<pg.Client>;
  /** Connections at most, opened as they are needed. */
  readonly connections: number;
  /** Statements that may wait. One more is refused with BUSY. */
  readonly mostWaiting: number;
  readonly types: pg.CustomTypesConfig;
  /** Cancels what a backend runs at the moment. */
  readonly cancel: (processId: number) => Promise<void>;
  readonly log: Log;
}

/** A connection with more prepared statements is replaced by a new one. */
const mostPrepared = 500;
const cancelAgainMs = 50;
/** A read cancelled by mistake is run again: it changes nothing. */
const mostMishaps = 3;
/** SQLSTATE `query_canceled`. */
const cancelledCode = "57014";

export class Readers {
  readonly #options: ReadersOptions;
  readonly #nameOf = createStatementNames();
  readonly #lanes = new Set<Lane>();
  readonly #waiting: Job[] = [];
  #opening = 0;
  #isClosed = false;

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  /** Statements sent or waiting, for metrics. */
  get load(): { readonly sent: number; readonly waiting: number } {
    return { sent: [...this.#lanes].reduce((sum, { load }) => sum + load, 0), waiting: this.#waiting.length };
  }

  /**
   * Rejects with BUSY when too many wait, and with the signal's reason when that is aborted: a statement that waits is
   * taken back then, one that runs is cancelled in PostgreSQL.
   */
  readonly query: Query = <Row>(
    text: string,
    values: readonly SqlValue[],
    signal?: Cancellation,
    onMeasured?: OnMeasured,
  ) =>
    new Promise<Row[]>((resolve, reject) => {
      if (this.#isClosed) return reject(new Error("the database is closed"));
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => this.#abandon(job, signal?.reason);
      const job: Job = {
        text,
        values,
        onMeasured,
        isAbandoned: false,
        mishaps: 0,
        resolve(rows) {
          signal?.removeEventListener("abort", onAbort);
          resolve(rows as Row[]);
        },
        reject(error) {
          signal?.removeEventListener("abort", onAbort);
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#take(job);
    });

  /** Waits for statements in flight. Queued ones are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#refuseWaiting(new Error("the database is closed"));
    await Promise.all([...this.#lanes].map((lane) => lane.close()));
  }

  #take(job: Job): void {
    const lane = this.#waiting.length === 0 ? this.#freest() : undefined;
    if (lane !== undefined) this.#send(lane, job);
    else if (this.#waiting.length < this.#options.mostWaiting) this.#waiting.push(job);
    else job.reject(busy());
    this.#growIfBusy();
  }

  #freest(): Lane | undefined {
    let freest: Lane | undefined;
    for (const lane of this.#lanes) {
      if (lane.load < laneDepth && (freest === undefined || lane.load < freest.load)) freest = lane;
    }
    return freest;
  }

  #send(lane: Lane, job: Job): void {
    lane.send(job, this.#nameOf(job.text));
    if (lane.preparedCount <= mostPrepared) return;
    this.#lanes.delete(lane);
    void lane.close();
  }

  #growIfBusy(): void {
    if (this.#lanes.size + this.#opening >= this.#options.connections) return;
    // While one opens it is not yet known whether another is needed.
    if (this.#opening > 0 || [...this.#lanes].some(({ load }) => load === 0)) return;
    void this.#open();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const client = await this.#options.connect();
      const lane = new Lane(client, this.#options.types, {
        onAnswer: (from, job, error, rows) => this.#answered(from, job, error, rows),
        onLost: (lost, reason) => this.#lose(lost, reason),
      });
      if (this.#isClosed) return void lane.close();
      this.#lanes.add(lane);
    } catch (error) {
      // Where there are other connections, those serve.
      if (this.#lanes.size === 0) this.#refuseWaiting(error);
      else this.#options.log.warn({ component: "database", reason: reasonOf(error) }, "cannot open another connection");
    } finally {
      this.#opening -= 1;
    }
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    for (let lane = this.#freest(); lane !== undefined; lane = this.#freest()) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#send(lane, job);
    }
    if (this.#waiting.length > 0) this.#growIfBusy();
  }

  #answered(lane: Lane, job: Job, error: Error | null, rows: unknown[]): void {
    if (!job.isAbandoned) {
      if (error === null) job.resolve(rows);
      else if (isCancelled(error) && lane.hasCancelled && job.mishaps < mostMishaps) this.#again(job);
      else job.reject(error);
    }
    if (lane.running?.isAbandoned) this.#cancel(lane);
    if (this.#waiting.length > 0) this.#sendWaiting();
  }

  #again(job: Job): void {
    job.mishaps += 1;
    this.#waiting.unshift(job);
  }

  #abandon(job: Job, reason: unknown): void {
    job.isAbandoned = true;
    job.reject(reason);
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1);
    else if (job.lane?.running === job) this.#cancel(job.lane);
  }

  /** PostgreSQL forgets a cancellation that finds nothing running, such as one that overtakes its statement: so, again. */
  #cancel(lane: Lane): void {
    const { running } = lane;
    lane.hasCancelled = true;
    const cancelled = this.#options.cancel(lane.processId).catch((error: unknown) => {
      this.#options.log.warn({ component: "database", reason: reasonOf(error) }, "cannot cancel statement");
    });
    void cancelled.then(() => {
      setTimeout(() => {
        if (running !== undefined && lane.running === running) this.#cancel(lane);
      }, cancelAgainMs).unref();
    });
  }

  #lose(lane: Lane, reason: string): void {
    if (!this.#lanes.delete(lane)) return;
    if (!this.#isClosed) this.#options.log.warn({ component: "database", reason }, "connection lost");
    this.#growIfBusy();
  }

  #refuseWaiting(error: unknown): void {
    for (const job of this.#waiting.splice(0)) job.reject(error);
  }
}

function isCancelled(error: Error): boolean {
  return error instanceof pg.DatabaseError && error.code === cancelledCode;
}
