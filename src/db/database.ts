/** Database interface, embedded or PostgreSQL: Prisma for writes, prepared SQL for reads. */
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import type { Cancellation } from "../deadline.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Semaphore } from "./semaphore.js";

/** A value that both drivers bind to a `$n` parameter. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | readonly number[]
  | readonly string[]
  | readonly (string | null)[];

/** Receives how long a statement kept a connection busy, in milliseconds, without the time it waited for one. */
export type OnMeasured = (ms: number) => void;

/**
 * Runs one statement and returns its rows. `int8` is returned as a number (identifiers stay below 2^53), `timestamptz`
 * as an RFC 3339 text. Statements are prepared by their text: build it from constants, never from values. Rejects with
 * the reason of the signal when that is aborted, without waiting for the statement. Throws BUSY when too many wait.
 */
export type Query = <Row>(
  text: string,
  values: readonly SqlValue[],
  signal?: Cancellation,
  onMeasured?: OnMeasured,
) => Promise<Row[]>;

export interface Database {
  readonly kind: "embedded" | "postgres";
  readonly prisma: PrismaClient;
  /** What Prisma's schema engine migrates through (migrations.ts). */
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  readonly query: Query;
  /** Limits concurrent transactions to the number of connections. */
  readonly writes: Semaphore;
  /** A connection for one user alone, for what belongs to a connection: notifications and session locks. */
  connectDedicated(): Promise<DedicatedConnection>;
  /** Waits for running statements, then closes every connection. */
  close(): Promise<void>;
}

export interface DedicatedConnection {
  /** Calls back for each notification on the channel (LISTEN). */
  listen(channel: string, onNotify: () => void): Promise<void>;
  /** Takes a session-level advisory lock, or returns false at once. Held until the connection ends. */
  tryLock(key: number): Promise<boolean>;
  /** Calls back when the connection breaks; what it held is gone then. */
  onLost(callback: () => void): void;
  close(): Promise<void>;
}

/** Runs a statement when it is its turn, and receives how long it took. */
export type RunStatement = <T>(
  work: (onMeasured: OnMeasured) => Promise<T>,
  signal: Cancellation | undefined,
) => Promise<T>;
