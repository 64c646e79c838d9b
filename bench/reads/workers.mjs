/** Two workers against one: Q1, not pinned, with the load and PostgreSQL on the same cores. */
import { setTimeout as wait } from "node:timers/promises";
import { openRedis } from "../services.mjs";
import { median, say } from "../table.mjs";
import { createRandom, shuffled } from "./random.mjs";
import { slice } from "./rounds.mjs";
import { start } from "./servers.mjs";

/** Resolves with requests/s of both; undefined when the server does not start workers. */
export async function measureWorkers(databaseUrl, env, options, target) {
  say("workers: Parley with two and with one");
  // Workers tell each other of events through it. Without one they look into the log.
  const redis = await openRedis();
  try {
    return await compare(databaseUrl, { ...env, REDIS_URL: redis?.url ?? "" }, options, target);
  } finally {
    await redis?.end();
  }
}

async function compare(databaseUrl, env, { rounds, sliceMs }, target) {
  const two = await start("parley", databaseUrl, { env: { ...env, WORKERS: "2" }, isPinned: false });
  // The first that is ready answers; the other may need a moment more.
  await wait(1_000);
  if (two.workers() < 2) {
    await two.end();
    say(`workers: not measured, as WORKERS=2 gave ${two.workers()} worker processes`);
    return undefined;
  }
  const one = await start("parley", databaseUrl, { env: { ...env, WORKERS: "1" }, isPinned: false });
  const both = { one, two };
  const perSecond = { one: [], two: [] };
  for (const server of [one, two]) await slice(server, "Q1", sliceMs, target, 0);
  const random = createRandom(2);
  for (let round = 1; round <= rounds; round++) {
    for (const name of shuffled(["one", "two"], random)) {
      perSecond[name].push((await slice(both[name], "Q1", sliceMs, target, round)).perSecond);
    }
  }
  const rssBytes = two.rssBytes();
  await one.end();
  await two.end();
  return { one: median(perSecond.one), two: median(perSecond.two), perSecond, rssBytes };
}
