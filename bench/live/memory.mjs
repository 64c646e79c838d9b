/** Memory of an idle connection with one subscription: how much the server's process grew, divided by connections. */
import { setTimeout as wait } from "node:timers/promises";
import { median, say, spread, table, verdict } from "../table.mjs";
import { connectListeners } from "./listeners.mjs";
import { startParley, startRaw, startTextbook, subscriptionTo } from "./servers.mjs";

/** Lifetime of graphql-ws's timer per new connection. */
const settleMs = 4_000;

export async function measureMemory({ quick, rounds }) {
  const count = quick ? 500 : 10_000;
  const times = quick ? 1 : Math.min(rounds, 3);
  const model = await startParley();
  const { frame, post } = model;
  await model.end();
  const start = {
    raw: () => startRaw(frame),
    textbook: () => startTextbook(frame),
    parley: startParley,
    signedIn: startParley,
  };
  const grown = { raw: [], textbook: [], parley: [], signedIn: [] };
  const collected = { raw: [], textbook: [], parley: [], signedIn: [] };
  for (let time = 1; time <= times; time++) {
    for (const name of Object.keys(start)) {
      say(`memory: ${count} listeners of ${name}, ${time} of ${times}`);
      const server = await start[name]({});
      const params = name === "signedIn" ? { authorization: server.authorization } : undefined;
      const figures = await grownBy(server, count, server.post ?? post, params);
      grown[name].push(figures.grown);
      collected[name].push(figures.collected);
      await server.end();
    }
  }
  return report(grown, collected, count);
}

/** KB per connection. Earlier connections stay open, because they use memory that the process had reserved at start. */
async function grownBy(server, count, post, params) {
  const first = await connectListeners(server.url, Math.ceil(count / 5), () => subscriptionTo(post), params);
  await first.warmUp(() => server.emit());
  await wait(settleMs);
  await server.ask({ kind: "collectGarbage" });
  const before = await server.ask({ kind: "usage" });
  const listeners = await connectListeners(server.url, count, () => subscriptionTo(post), params);
  await wait(settleMs);
  const perConnection = async () => ((await server.ask({ kind: "usage" })).rssBytes - before.rssBytes) / count / 1024;
  const grown = await perConnection();
  await server.ask({ kind: "collectGarbage" });
  const collected = await perConnection();
  // All were connected.
  await listeners.warmUp(() => server.emit());
  await listeners.close();
  await first.close();
  return { grown, collected };
}

function report(grown, collected, count) {
  const names = Object.keys(grown);
  const mine = median(grown.signedIn);
  return {
    section: [
      "## Memory of an idle subscribed connection",
      `KB of resident memory a connection, ${count} of them on a fresh process that has ${Math.ceil(count / 5)} already, which ` +
        `filled what it had free at first; median (least–most) of ${grown.raw.length}. ` +
        `As it is ${settleMs / 1000} s after the last has subscribed, and after a collection of garbage.`,
      table(
        ["", "raw `ws`", "graphql-ws, textbook", "Parley, visitors", "Parley, signed in"],
        [
          ["as it is", ...names.map((name) => spread(grown[name], 1))],
          ["garbage collected", ...names.map((name) => spread(collected[name], 1))],
        ],
      ),
    ].join("\n\n"),
    figures: [["memory per idle subscribed connection", `${mine.toFixed(1)} KB`, "≤ 25 KB", verdict(mine <= 25)]],
  };
}
