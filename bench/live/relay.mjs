/** Throughput of the relay, in events per second from the log to Redis. */
import { Redis } from "ioredis";
import pg from "pg";
import { median, say, spread, verdict } from "../table.mjs";
import { insertEvents } from "./insert-events.mjs";

const relayMs = 60_000;

export async function measureRelay({ quick, rounds }, parley, databaseUrl, redisUrl) {
  const events = quick ? 2_000 : 20_000;
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", (error) => say(`relay: ${error.message}`));
  const redis = new Redis(redisUrl);
  await client.connect();
  const { rows } = await client.query("SELECT log_id FROM event_head");
  await redis.subscribe(`parley:${rows[0].log_id}`);
  const rates = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      say(`relay: ${events} events, round ${round} of ${rounds}`);
      rates.push(await relayed(client, redis, events, parley.about));
    }
  } finally {
    await client.end();
    redis.disconnect();
  }
  const rate = median(rates);
  return {
    section: [
      "## Relay",
      `${events} events are committed at once; the clock runs from the commit to the last of them heard on Redis.`,
      `Events/s, median (least–most) of ${rounds} rounds: ${spread(rates, 0)}.`,
    ].join("\n\n"),
    figures: [["relay, from log to Redis", `${rate.toFixed(0)} events/s`, "≥ 5,000", verdict(rate >= 5_000)]],
  };
}

/** Events a second. */
async function relayed(client, redis, events, { postId, authorId }) {
  let heard = 0;
  let timer;
  const all = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${heard} of ${events} events were relayed`)), relayMs);
    redis.removeAllListeners("message").on("message", (_, text) => {
      heard += JSON.parse(text).events.length;
      if (heard >= events) resolve(performance.now());
    });
  });
  await client.query("BEGIN");
  await client.query(insertEvents, [events, postId, authorId]);
  const committed = performance.now();
  await client.query("COMMIT");
  const done = await all;
  clearTimeout(timer);
  return (events * 1000) / (done - committed);
}
