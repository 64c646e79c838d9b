/** Pool of pipelined read connections: a statement goes to the least busy connection, or waits in a queue. */
import pg from "pg";
import type { Cancellation } from "../deadline.js";
import { busy, reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { OnMeasured, Query, SqlValue } from "./database.js";
import { maxInFlight, type PendingQuery, PipelinedConnection } from "./pipelined-connection.js";
import { createStatementNames } from "./statement-names.js";

export interface ReadPoolOptions {
  /** Opens a connection that pipelines. */
  readonly connect: () => Promise<pg.Client>;
  /** Connections at most, opened as they are needed. */
  readonly connections: number;
  /** Statements that may wait. One more is refused with BUSY. */
  readonly maxQueued: number;
  readonly types: pg.CustomTypesConfig;
  /** Cancels what a backend runs at the moment. */
  readonly cancel: (processId: number) => Promise<void>;
  readonly log: Log;
}

/** A connection with more prepared statements is replaced by a new one. */
const maxPrepared = 500;
const cancelAgainMs = 50;
/** A read cancelled by mistake is run again: it changes nothing. */
const maxSpuriousCancels = 3;
/** SQLSTATE `query_canceled`. */
const cancelledCode = "57014";

export class ReadPool {
  readonly #options: ReadPoolOptions;
  readonly #nameOf = createStatementNames();
  readonly #connections = new Set<PipelinedConnection>();
  readonly #waiting: PendingQuery[] = [];
  #opening = 0;
  #isClosed = false;

  constructor(options: ReadPoolOptions) {
    this.#options = options;
  }

  /** Statements sent or waiting, for metrics. */
  get load(): { readonly sent: number; readonly waiting: number } {
    return { sent: [...this.#connections].reduce((sum, { load }) => sum + load, 0), waiting: this.#waiting.length };
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
      const onAbort = () => this.#abandon(pending, signal?.reason);
      const pending: PendingQuery = {
        text,
        values,
        onMeasured,
        isAbandoned: false,
        spuriousCancels: 0,
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
      this.#take(pending);
    });

  /** Waits for statements in flight. Queued ones are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#refuseWaiting(new Error("the database is closed"));
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  #take(pending: PendingQuery): void {
    const connection = this.#waiting.length === 0 ? this.#freest() : undefined;
    if (connection !== undefined) this.#send(connection, pending);
    else if (this.#waiting.length < this.#options.maxQueued) this.#waiting.push(pending);
    else pending.reject(busy());
    this.#growIfBusy();
  }

  #freest(): PipelinedConnection | undefined {
    let freest: PipelinedConnection | undefined;
    for (const connection of this.#connections) {
      if (connection.load < maxInFlight && (freest === undefined || connection.load < freest.load)) freest = connection;
    }
    return freest;
  }

  #send(connection: PipelinedConnection, pending: PendingQuery): void {
    connection.send(pending, this.#nameOf(pending.text));
    if (connection.preparedCount <= maxPrepared) return;
    this.#connections.delete(connection);
    void connection.close();
  }

  #growIfBusy(): void {
    if (this.#connections.size + this.#opening >= this.#options.connections) return;
    // While one opens it is not yet known whether another is needed.
    if (this.#opening > 0 || [...this.#connections].some(({ load }) => load === 0)) return;
    void this.#open();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const client = await this.#options.connect();
      const connection = new PipelinedConnection(client, this.#options.types, {
        onAnswer: (from, pending, error, rows) => this.#answered(from, pending, error, rows),
        onLost: (lost, reason) => this.#lose(lost, reason),
      });
      if (this.#isClosed) return void connection.close();
      this.#connections.add(connection);
    } catch (error) {
      // Where there are other connections, those serve.
      if (this.#connections.size === 0) this.#refuseWaiting(error);
      else this.#options.log.warn({ component: "database", reason: reasonOf(error) }, "cannot open another connection");
    } finally {
      this.#opening -= 1;
    }
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    for (let connection = this.#freest(); connection !== undefined; connection = this.#freest()) {
      const pending = this.#waiting.shift();
      if (pending === undefined) return;
      this.#send(connection, pending);
    }
    if (this.#waiting.length > 0) this.#growIfBusy();
  }

  #answered(connection: PipelinedConnection, pending: PendingQuery, error: Error | null, rows: unknown[]): void {
    if (!pending.isAbandoned) {
      if (error === null) pending.resolve(rows);
      else if (isCancelled(error) && connection.hasCancelled && pending.spuriousCancels < maxSpuriousCancels)
        this.#again(pending);
      else pending.reject(error);
    }
    if (connection.running?.isAbandoned) this.#cancel(connection);
    if (this.#waiting.length > 0) this.#sendWaiting();
  }

  #again(pending: PendingQuery): void {
    pending.spuriousCancels += 1;
    this.#waiting.unshift(pending);
  }

  #abandon(pending: PendingQuery, reason: unknown): void {
    pending.isAbandoned = true;
    pending.reject(reason);
    const at = this.#waiting.indexOf(pending);
    if (at >= 0) this.#waiting.splice(at, 1);
    else if (pending.connection?.running === pending) this.#cancel(pending.connection);
  }

  /** PostgreSQL forgets a cancellation that finds nothing running, such as one that overtakes its statement: so, again. */
  #cancel(connection: PipelinedConnection): void {
    const { running } = connection;
    connection.hasCancelled = true;
    const cancelled = this.#options.cancel(connection.processId).catch((error: unknown) => {
      this.#options.log.warn({ component: "database", reason: reasonOf(error) }, "cannot cancel statement");
    });
    void cancelled.then(() => {
      setTimeout(() => {
        if (running !== undefined && connection.running === running) this.#cancel(connection);
      }, cancelAgainMs).unref();
    });
  }

  #lose(connection: PipelinedConnection, reason: string): void {
    if (!this.#connections.delete(connection)) return;
    if (!this.#isClosed) this.#options.log.warn({ component: "database", reason }, "connection lost");
    this.#growIfBusy();
  }

  #refuseWaiting(error: unknown): void {
    for (const pending of this.#waiting.splice(0)) pending.reject(error);
  }
}

function isCancelled(error: Error): boolean {
  return error instanceof pg.DatabaseError && error.code === cancelledCode;
}
