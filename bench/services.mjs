/** PostgreSQL and Redis of a run: a new database on an existing server, and a new Redis. */
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import { startProgram } from "./child.mjs";
import { atEnd } from "./clean-up.mjs";

const postgresUrl = process.env.BENCH_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";

/** Makes an empty database. Undefined when there is no PostgreSQL. */
export async function makeDatabase(name = `parley_bench_${process.pid}`) {
  const isCreated = await onServer(`CREATE DATABASE ${name}`).then(
    () => true,
    () => false,
  );
  if (!isCreated) return undefined;
  let isKept = false;
  const drop = () => isKept || onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return {
    url: urlOf(name),
    drop: atEnd(drop),
    /** Keeps it after the run. */
    release: () => {
      isKept = true;
    },
  };
}

export function urlOf(name) {
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement outside the databases of a run. Resolves with its rows. */
export async function onServer(statement, values) {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}

/** Applies Parley's migrations. */
export function migrate(url) {
  const command = fileURLToPath(new URL("../dist/commands/migrate.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [command], {
    env: { ...process.env, DATABASE_URL: url },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the database could not be migrated: ${stderr}`);
}

/** BENCH_REDIS_URL, or a `redis-server` that keeps nothing. Undefined when there is neither. */
export async function openRedis() {
  const given = process.env.BENCH_REDIS_URL;
  if (given !== undefined) return { url: given, end: () => undefined };
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const port = await freePort();
  const program = await startProgram("redis-server", ["--port", String(port), "--save", "", "--appendonly", "no"]);
  const url = `redis://127.0.0.1:${port}`;
  await answering(url);
  return { url, end: program.end };
}

async function answering(url) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on("error", () => undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      await redis.connect();
      redis.disconnect();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await wait(100);
    }
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
