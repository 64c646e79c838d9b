/** Opens a real PostgreSQL: one pool, shared by Prisma and by prepared reads. */
import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { reasonOf, StartupError } from "../errors.js";
import { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";
import type { Database, DedicatedConnection, SqlValue } from "./database.js";
import { withScripts } from "./scripts.js";
import { int8Oid, rfc3339, timestamptzOid } from "./wire-types.js";

/** How long to wait for a connection, from the pool or from PostgreSQL. */
const connectTimeoutMs = 5_000;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === int8Oid) return Number;
    if (oid === timestamptzOid) return rfc3339;
    return pg.types.getTypeParser(oid, format);
  },
};

/** Connects, and checks that the database answers. Throws a StartupError that names the database when it does not. */
export async function openPostgres(url: string, poolSize: number, log: Log): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    options: "-c TimeZone=UTC",
    application_name: "parley",
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", (error) => log.warn({ reason: error.message }, "an idle database connection was lost"));
  await checkAnswers(pool, url);
  const adapter = new PrismaPg(pool);
  const prisma = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 15_000 } });
  const names = new Map<string, string>();

  return {
    kind: "postgres",
    prisma,
    adapter: withScripts(adapter, (script) => pool.query(script)),
    async query<Row>(text: string, values: readonly SqlValue[]) {
      const result = await pool.query({ name: statementName(names, text), text, values: [...values], types });
      return result.rows as Row[];
    },
    dedicate: () => dedicate(url),
    async close() {
      await prisma.$disconnect();
      await pool.end();
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
async function dedicate(url: string): Promise<DedicatedConnection> {
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

function statementName(names: Map<string, string>, text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash("sha256").update(text).digest("base64url").slice(0, 24);
  names.set(text, name);
  return name;
}
