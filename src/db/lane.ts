/** Pipelined connection for reads: sends statements without waiting for the results of earlier ones. */
import type pg from "pg";
import type { OnMeasured, SqlValue } from "./database.js";
import { ReadQuery } from "./read-query.js";
import type { RowShape } from "./row-shape.js";

/** A statement with a pending result. */
export interface Job {
  readonly text: string;
  readonly values: readonly SqlValue[];
  resolve(rows: unknown[]): void;
  reject(error: unknown): void;
  readonly onMeasured: OnMeasured | undefined;
  /** Aborted: its result is discarded. */
  isAbandoned: boolean;
  /** How often it was cancelled by mistake, instead of another statement. */
  mishaps: number;
  /** The connection it was sent on. */
  lane?: Lane;
}

export interface LaneEvents {
  /** A job has been answered, well or badly; the job is no longer among those sent. */
  onAnswer(lane: Lane, job: Job, error: Error | null, rows: unknown[]): void;
  /** The connection is lost. Statements sent on it fail. */
  onLost(lane: Lane, reason: string): void;
}

/**
 * Maximum statements in flight on one connection. More would wait in PostgreSQL instead of here, where they can be
 * cancelled.
 */
export const laneDepth = 8;

/** `pg` has these, its types have not. */
interface Backend extends pg.Client {
  readonly processID: number;
}

export class Lane {
  /** Whether a statement of this connection was cancelled: the next may have been hit in its stead. */
  hasCancelled = false;
  readonly #client: pg.Client;
  readonly #types: pg.CustomTypesConfig;
  readonly #events: LaneEvents;
  readonly #sent: Job[] = [];
  /** Since when PostgreSQL works on the first of them. */
  #runningSince = 0;
  readonly #prepared = new Map<string, RowShape>();
  /**
   * Names whose first statement is on its way. Others of the same text go without: if the first is cancelled before
   * PostgreSQL has prepared it, those behind it would not find it.
   */
  readonly #preparing = new Set<string>();

  constructor(client: pg.Client, types: pg.CustomTypesConfig, events: LaneEvents) {
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
  get running(): Job | undefined {
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
  send(job: Job, name: string | undefined): void {
    job.lane = this;
    if (this.#sent.length === 0) this.#runningSince = performance.now();
    this.#sent.push(job);
    const isNamed = name !== undefined && !this.#preparing.has(name);
    const shape = isNamed ? this.#prepared.get(name) : undefined;
    const isFirst = isNamed && shape === undefined;
    if (isFirst) this.#preparing.add(name);
    const { text, values } = job;
    const statement = { text, values, name: isNamed ? name : undefined, types: this.#types, shape };
    const query = new ReadQuery(statement, (error, rows, readBy) => {
      this.#sent.splice(this.#sent.indexOf(job), 1);
      const now = performance.now();
      job.onMeasured?.(now - this.#runningSince);
      this.#runningSince = now;
      if (isFirst) {
        this.#preparing.delete(name);
        if (error === null) this.#prepared.set(name, readBy);
      }
      this.#events.onAnswer(this, job, error, rows);
    });
    this.#client.query(query as unknown as pg.Submittable);
  }

  /** Closes after all statements in flight have finished. */
  close(): Promise<void> {
    return this.#client.end();
  }
}
