/** PostgreSQL and Redis for a run: a database of its own on a server that is there, and a Redis of its own. */
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import pg from "pg";
import { startProgram } from "./child.mjs";
import { atEnd } from "./clean-up.mjs";

const postgresUrl = process.env.BENCH_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";

/** Makes an empty database. Undefined when there is no PostgreSQL. */
export async function makeDatabase() {
  const name = `parley_bench_${process.pid}`;
  const isThere = await onServer(`CREATE DATABASE ${name}`).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: atEnd(() => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)) };
}

async function onServer(statement) {
  const client = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
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

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
