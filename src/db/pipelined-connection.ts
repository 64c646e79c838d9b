/** Pipelined connection for reads: sends statements without waiting for the results of earlier ones. */
import type pg from "pg";
import type { OnMeasured, SqlValue } from "./database.js";
import { ReadQuery } from "./read-query.js";
import type { RowMapper } from "./row-mapper.js";

/** A statement with a pending result. */
export interface PendingQuery {
  readonly text: string;
  readonly values: readonly SqlValue[];
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
  readonly onMeasured: OnMeasured | undefined;
  /** Aborted: its result is discarded. */
  isAbandoned: boolean;
  /** Times it was cancelled by mistake, instead of another statement. */
  spuriousCancels: number;
  /** The connection it was sent on. */
  connection?: PipelinedConnection;
}

export interface PipelinedConnectionEvents {
  /** A statement has been answered and is no longer pending. */
  onAnswer(connection: PipelinedConnection, pending: PendingQuery, error: Error | null, rows: unknown[]): void;
  /** The connection is lost. Statements sent on it fail. */
  onLost(connection: PipelinedConnection, reason: string): void;
}

/**
 * Maximum statements in flight on one connection. More would wait in PostgreSQL instead of here, where they can be
 * cancelled.
 */
export const maxInFlight = 8;

/** A property that `pg`'s types leave out. */
interface Backend extends pg.Client {
  readonly processID: number;
}

export class PipelinedConnection {
  /** Whether a statement of this connection was cancelled, which may have hit the next one instead. */
  hasCancelled = false;
  readonly #client: pg.Client;
  readonly #types: pg.CustomTypesConfig;
  readonly #events: PipelinedConnectionEvents;
  readonly #sent: PendingQuery[] = [];
  /** Since when PostgreSQL works on the first of them. */
  #runningSince = 0;
  readonly #prepared = new Map<string, RowMapper>();
  /**
   * Names whose first statement is on its way. Others of the same text go without: if the first is cancelled before
   * PostgreSQL has prepared it, those behind it would not find it.
   */
  readonly #preparing = new Set<string>();

  constructor(client: pg.Client, types: pg.CustomTypesConfig, events: PipelinedConnectionEvents) {
    this.#client = client;
    this.#types = types;
    this.#events = events;
    client.on("error", (error) => events.onLost(this, error.message));
    client.on("end", () => events.onLost(this, "the connection ended"));
  }

  /** Statements sent and not yet answered. */
  get load(): number {
    return this.#sent.length;
  }

  /** What PostgreSQL works on now. */
  get running(): PendingQuery | undefined {
    return this.#sent[0];
  }

  get processId(): number {
    return (this.#client as Backend).processID;
  }

  /** How many statements PostgreSQL keeps prepared for this connection: each takes memory there until it closes. */
  get preparedCount(): number {
    return this.#prepared.size;
  }

  /** `name`: to be prepared under it. The same name is the same text. */
  send(pending: PendingQuery, name: string | undefined): void {
    pending.connection = this;
    if (this.#sent.length === 0) this.#runningSince = performance.now();
    this.#sent.push(pending);
    const isNamed = name !== undefined && !this.#preparing.has(name);
    const mapper = isNamed ? this.#prepared.get(name) : undefined;
    const isFirst = isNamed && mapper === undefined;
    if (isFirst) this.#preparing.add(name);
    const { text, values } = pending;
    const statement = { text, values, name: isNamed ? name : undefined, types: this.#types, mapper };
    const query = new ReadQuery(statement, (error, rows, readBy) => {
      this.#sent.splice(this.#sent.indexOf(pending), 1);
      const now = performance.now();
      pending.onMeasured?.(now - this.#runningSince);
      this.#runningSince = now;
      if (isFirst) {
        this.#preparing.delete(name);
        if (error === null) this.#prepared.set(name, readBy);
      }
      this.#events.onAnswer(this, pending, error, rows);
    });
    this.#client.query(query as unknown as pg.Submittable);
  }

  /** Closes after all statements in flight have finished. */
  close(): Promise<void> {
    return this.#client.end();
  }
}
