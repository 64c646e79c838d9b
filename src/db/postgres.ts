/** Opens a PostgreSQL database: one pool, shared by Prisma and by prepared reads. */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { Cancellation } from "../deadline.js";
import { reasonOf, StartupError } from "../errors.js";
import { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";
import type { Database, DedicatedConnection, OnMeasured, Query, SqlValue } from "./database.js";
import { withScripts } from "./migration-scripts.js";
import { ReadPool } from "./read-pool.js";
import { parsedShape } from "./row-mapper.js";
import { Semaphore } from "./semaphore.js";
import { int8Oid, rfc3339, timestamptzOid } from "./timestamps.js";

/** How long to wait for a connection, from the pool or from PostgreSQL. */
const connectTimeoutMs = 5_000;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === int8Oid) return Number;
    if (oid === timestamptzOid) return rfc3339;
    return pg.types.getTypeParser(oid, format);
  },
};

/** How much a database may be asked at a time. */
export interface DatabaseLimits {
  /** Statements, and transactions, that may wait for a connection. */
  readonly maxQueued: number;
  /** A statement of a transaction that takes longer is cancelled by PostgreSQL; undefined for none. */
  readonly statementTimeoutMs: number | undefined;
}

const unlimited: DatabaseLimits = { maxQueued: Number.POSITIVE_INFINITY, statementTimeoutMs: undefined };

/** Of a process's connections, those for reads: few, for each serves many statements at a time. */
const maxReaders = 4;

/**
 * Connects, and checks that the database answers. Throws a StartupError that names the database when it does not. With a
 * `poolSize` of 1 everything shares one connection, so that a transaction begun by `query` holds whatever Prisma does.
 */
export async function openPostgres(
  url: string,
  poolSize: number,
  log: Log,
  limits: DatabaseLimits = unlimited,
): Promise<Database> {
  const readerCount = poolSize === 1 ? 0 : readersOf(poolSize);
  const writerCount = poolSize - readerCount;
  const settings = settingsFor(url);
  const pool = new pg.Pool({
    ...settings,
    max: writerCount,
    application_name: "parley",
    ...(limits.statementTimeoutMs !== undefined && { statement_timeout: limits.statementTimeoutMs }),
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", (error) => log.warn({ component: "database", reason: error.message }, "idle connection lost"));
  await checkAnswers(pool, url);
  const adapter = new PrismaPg(pool);
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 15_000 } });
  const readPool = readerCount === 0 ? undefined : openReaders(settings, readerCount, limits.maxQueued, log);

  return {
    kind: "postgres",
    prisma,
    adapter: withScripts(adapter, (script) => pool.query(script)),
    writes: new Semaphore(writerCount, limits.maxQueued),
    query: readPool?.query ?? poolQuery(pool),
    connectDedicated: () => connectDedicated(url),
    async close() {
      await readPool?.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Opens a replica for reads only. Connects at the first read; reads are rejected while it is unreachable. */
export function openReplica(url: string, poolSize: number, maxQueued: number, log: Log): OpenReaders {
  return openReaders(settingsFor(url), readersOf(poolSize), maxQueued, log);
}

function readersOf(poolSize: number): number {
  return Math.min(maxReaders, Math.ceil(poolSize / 2));
}

function settingsFor(url: string): pg.ClientConfig {
  return { connectionString: url, connectionTimeoutMillis: connectTimeoutMs, options: "-c TimeZone=UTC" };
}

function poolQuery(pool: pg.Pool): Query {
  return async <Row>(
    text: string,
    values: readonly SqlValue[],
    _signal?: Cancellation,
    onMeasured?: OnMeasured,
  ): Promise<Row[]> => {
    const began = performance.now();
    const result = pool.query<unknown[]>({ text, values: [...values], types, rowMode: "array" });
    const { rows, fields } = await result.finally(() => onMeasured?.(performance.now() - began));
    const mapper = parsedShape(fields);
    return rows.map((each) => mapper.rowOf(each) as Row);
  };
}

export interface OpenReaders {
  readonly query: Query;
  /** Statements sent or waiting. */
  load(): number;
  close(): Promise<void>;
}

/** With a connection of its own to cancel statements from, opened when there is one to cancel. */
function openReaders(settings: pg.ClientConfig, connections: number, maxQueued: number, log: Log): OpenReaders {
  const canceller = new pg.Pool({ ...settings, max: 1, application_name: "parley cancel", allowExitOnIdle: true });
  canceller.on("error", () => undefined);
  const readPool = new ReadPool({
    connections,
    maxQueued,
    types,
    log,
    async connect() {
      const client = new pg.Client({ ...settings, application_name: "parley read", pipeline: true });
      // Until the PipelinedConnection listens: an unhandled error event would end the process.
      client.on("error", () => undefined);
      await client.connect();
      return client;
    },
    async cancel(processId) {
      await canceller.query("SELECT pg_cancel_backend($1)", [processId]);
    },
  });
  return {
    query: readPool.query,
    load: () => readPool.load.sent + readPool.load.waiting,
    async close() {
      await readPool.close();
      await canceller.end();
    },
  };
}

async function checkAnswers(pool: pg.Pool, url: string): Promise<void> {
  try {
    await pool.query("SELECT 1");
  } catch (error) {
    await pool.end();
    const { hostname, port, pathname } = new URL(url);
    const where = `${hostname}:${port || "5432"}${pathname}`;
    throw new StartupError(`DATABASE_URL: the database at ${where} does not answer: ${reasonOf(error)}`);
  }
}

/** Outside the pool, whose connections are for short work. */
async function connectDedicated(url: string): Promise<DedicatedConnection> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "parley relay",
    keepAlive: true,
  });
  // Without a listener a broken connection would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return {
    async listen(channel, onNotify) {
      client.on("notification", (notification) => {
        if (notification.channel === channel) onNotify();
      });
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    },
    async tryLock(key) {
      const result = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [key]);
      return result.rows[0]?.taken === true;
    },
    onLost: (callback) => client.once("end", callback),
    close: () => client.end(),
  };
}
