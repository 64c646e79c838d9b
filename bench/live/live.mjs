/** The suite "live": cost of an event with many listeners, compared with a minimal and a usual server. */
import { makeDatabase, migrate, openRedis } from "../services.mjs";
import { say, table } from "../table.mjs";
import { measureCounts } from "./counts.mjs";
import { measureDelivery } from "./delivery.mjs";
import { measureLatency } from "./latency.mjs";
import { measureMemory } from "./memory.mjs";
import { measureRelay } from "./relay.mjs";
import { startParley } from "./servers.mjs";

const onOneMachine = { delivery: measureDelivery, counts: measureCounts, memory: measureMemory };
const onServices = { latency: measureLatency, relay: measureRelay };

/** Packages whose versions the results name. */
export const packages = [
  "ws",
  "graphql-ws",
  "graphql",
  "graphql-subscriptions",
  "@electric-sql/pglite",
  "pg",
  "ioredis",
];

/** Resolves with the sections of the results. */
export async function run(options) {
  const isSelected = (name) => options.only?.includes(name) ?? true;
  const results = [];
  for (const [name, measure] of Object.entries(onOneMachine)) {
    if (isSelected(name)) results.push(await attempt(name, () => measure(options)));
  }
  const selected = Object.keys(onServices).filter(isSelected);
  if (selected.length > 0) results.push(...(await withServices(options, selected)));
  const figures = results.flatMap((result) => result.figures);
  // With few listeners the fixed cost of an event outweighs what is measured.
  if (options.quick) for (const figure of figures) figure[3] = "not judged: quick";
  return [table(["figure", "measured", "target", ""], figures), ...results.map(({ section }) => section)];
}

/** A failed row does not end the run, but its exit code is 1. */
async function attempt(name, measure) {
  try {
    return await measure();
  } catch (error) {
    say(`${name} failed: ${error.stack}`);
    process.exitCode = 1;
    return { section: `## ${name}: failed\n\n${error.message}`, figures: [[name, "failed", "", "**failed**"]] };
  }
}

async function withServices(options, selected) {
  const database = await makeDatabase();
  const redis = await openRedis();
  try {
    if (database === undefined || redis === undefined) return [notRun(selected)];
    migrate(database.url);
    const parley = await startParley({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    const results = [];
    for (const name of selected) {
      results.push(await attempt(name, () => onServices[name](options, parley, database.url, redis.url)));
    }
    await parley.end();
    return results;
  } finally {
    await redis?.end();
    await database?.drop();
  }
}

function notRun(selected) {
  say("no PostgreSQL (BENCH_DATABASE_URL) or no Redis (BENCH_REDIS_URL, redis-server)");
  return {
    section: `Not run without PostgreSQL and Redis: ${selected.join(", ")}.`,
    figures: selected.map((name) => [name, "not run", "", ""]),
  };
}
