/** The suite "live": what an event costs on its way to many listeners, beside the least and the usual server. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { makeDatabase, openRedis } from "../services.mjs";
import { say, table } from "../table.mjs";
import { measureCounts } from "./counts.mjs";
import { measureDelivery } from "./delivery.mjs";
import { measureLatency } from "./latency.mjs";
import { measureMemory } from "./memory.mjs";
import { measureRelay } from "./relay.mjs";
import { startParley } from "./servers.mjs";

const onOneMachine = { delivery: measureDelivery, counts: measureCounts, memory: measureMemory };
const onServices = { latency: measureLatency, relay: measureRelay };

/** Resolves with the sections of the results. */
export async function run(options) {
  const isWanted = (name) => options.only?.includes(name) ?? true;
  const results = [];
  for (const [name, measure] of Object.entries(onOneMachine)) {
    if (isWanted(name)) results.push(await attempt(name, () => measure(options)));
  }
  const wanted = Object.keys(onServices).filter(isWanted);
  if (wanted.length > 0) results.push(...(await withServices(options, wanted)));
  const figures = results.flatMap((result) => result.figures);
  // With few listeners the fixed cost of an event outweighs what is measured.
  if (options.quick) for (const figure of figures) figure[3] = "not judged: quick";
  return [table(["figure", "measured", "target", ""], figures), ...results.map(({ section }) => section)];
}

/** One row that fails leaves the others; the run then ends with 1. */
async function attempt(name, measure) {
  try {
    return await measure();
  } catch (error) {
    say(`${name} failed: ${error.stack}`);
    process.exitCode = 1;
    return { section: `## ${name}: failed\n\n${error.message}`, figures: [[name, "failed", "", "**failed**"]] };
  }
}

async function withServices(options, wanted) {
  const database = await makeDatabase();
  const redis = await openRedis();
  try {
    if (database === undefined || redis === undefined) return [notRun(wanted)];
    migrate(database.url);
    const parley = await startParley({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    const results = [];
    for (const name of wanted) {
      results.push(await attempt(name, () => onServices[name](options, parley, database.url, redis.url)));
    }
    await parley.end();
    return results;
  } finally {
    await redis?.end();
    await database?.drop();
  }
}

export function migrate(url) {
  const command = fileURLToPath(new URL("../../dist/commands/migrate.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [command], {
    env: { ...process.env, DATABASE_URL: url },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the database could not be migrated: ${stderr}`);
}

function notRun(wanted) {
  say("no PostgreSQL (BENCH_DATABASE_URL) or no Redis (BENCH_REDIS_URL, redis-server)");
  return {
    section: `Not run, for want of PostgreSQL or Redis: ${wanted.join(", ")}.`,
    figures: wanted.map((name) => [name, "not run", "", ""]),
  };
}
