/** From the commit of an event to the last of its listeners, on PostgreSQL and Redis. */
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { percentile, say, table, verdict } from "../table.mjs";
import { insertEvents } from "./insert-events.mjs";
import { connectListeners } from "./listeners.mjs";
import { subscriptionTo } from "./servers.mjs";

const perSecond = 20;

export async function measureLatency({ quick }, parley, databaseUrl) {
  const count = quick ? 100 : 1_000;
  const events = quick ? 40 : 400;
  say(`latency: ${count} listeners, ${events} events, ${perSecond} a second`);
  const listeners = await connectListeners(parley.url, count, () => subscriptionTo(parley.post));
  await listeners.warmUp(() => parley.emit(), 20);
  const { postId, authorId } = parley.about;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();

  const begun = [];
  const committed = [];
  const first = [];
  const last = [];
  const seen = new Uint32Array(count);
  listeners.onMessage = (listener) => {
    const event = seen[listener]++;
    last[event] = performance.now();
    first[event] ??= last[event];
  };
  const before = await parley.ask({ kind: "usage" });
  const started = performance.now();
  await listeners.receive(count * events, async () => {
    for (let event = 0; event < events; event++) {
      await wait(Math.max(0, started + (event * 1000) / perSecond - performance.now()));
      begun.push(performance.now());
      await client.query(insertEvents, [1, postId, authorId]);
      committed.push(performance.now());
    }
  });
  const after = await parley.ask({ kind: "usage" });
  const seconds = (performance.now() - started) / 1000;
  const busy = { seconds, cpu: (after.cpuMs - before.cpuMs) / 1000, queued: (after.queuedMs - before.queuedMs) / 1000 };
  await client.end();
  await listeners.close();
  return report(busy, since(begun, committed), since(begun, first), since(begun, last), count);
}

function since(begun, times) {
  return times.map((time, event) => time - begun[event]);
}

function report({ seconds, cpu, queued }, toCommit, toFirst, toLast, count) {
  const row = (title, times) => [title, ...[0.5, 0.9, 0.99, 1].map((share) => percentile(times, share).toFixed(1))];
  const p99 = percentile(toLast, 0.99);
  return {
    section: [
      "## From commit to listeners",
      `ms, ${count} listeners, ${toLast.length} events at ${perSecond} a second, PostgreSQL and Redis. The clock starts ` +
        "before the statement that writes and commits, so its time is in the figures. " +
        `In these ${seconds.toFixed(0)} s the server computed for ${cpu.toFixed(1)} s, and for ${queued.toFixed(1)} s it was ready to while another ` +
        "process had its core.",
      table(
        ["to", "p50", "p90", "p99", "most"],
        [row("the commit's answer", toCommit), row("the first listener", toFirst), row("the last listener", toLast)],
      ),
    ].join("\n\n"),
    figures: [
      [
        `commit to the last of ${count} listeners, p50 / p99`,
        `${percentile(toLast, 0.5).toFixed(1)} / ${p99.toFixed(1)} ms`,
        "p99 ≤ 100 ms",
        verdict(p99 <= 100),
      ],
    ],
  };
}
