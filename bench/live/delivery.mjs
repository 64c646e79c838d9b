/** CPU of the server for each message delivered: one event at a time, and in bursts. */
import { median, say, spread, table, verdict } from "../table.mjs";
import { connectListeners } from "./listeners.mjs";
import { startParley, startRaw, startTextbook, subscriptionTo } from "./servers.mjs";

const burst = 10;

export async function measureDelivery({ quick, rounds }) {
  const size = quick ? { listeners: 200, events: 10, bursts: 3 } : { listeners: 2_000, events: 30, bursts: 6 };
  const parley = await startParley();
  const servers = {
    raw: await startRaw(parley.frame),
    textbook: await startTextbook(parley.frame),
    parley,
  };
  const loads = {};
  for (const [name, server] of Object.entries(servers)) {
    say(`delivery: ${size.listeners} listeners of ${name}`);
    loads[name] = await connectListeners(server.url, size.listeners, () => subscriptionTo(parley.post));
    await loads[name].warmUp(() => server.emit(), quick ? 3 : 10);
    await loads[name].receive(burst * size.listeners, () => server.emit(burst));
  }
  const alone = await connectListeners(parley.url, 1, () => subscriptionTo(parley.other.post));
  await alone.warmUp(parley.other.emit, 10);
  const forOne = { ask: parley.ask, emit: parley.other.emit };
  const perEvent = [];
  const single = { raw: [], textbook: [], parley: [] };
  const bursts = { raw: [], textbook: [], parley: [] };
  for (let round = 1; round <= rounds; round++) {
    say(`delivery: round ${round} of ${rounds}`);
    for (const [name, server] of turn(Object.entries(servers), round)) {
      single[name].push(await cpuPerMessage(server, loads[name], 1, size.events));
      bursts[name].push(await cpuPerMessage(server, loads[name], burst, size.bursts));
    }
    perEvent.push(await cpuPerMessage(forOne, alone, 1, size.events));
  }
  await alone.close();
  for (const name of Object.keys(servers)) {
    await loads[name].close();
    await servers[name].end();
  }
  return report({ single, bursts, perEvent }, size, Buffer.byteLength(parley.frame));
}

/** Rotates the order of the servers. */
function turn(entries, round) {
  const ordered = round % 2 === 0 ? entries.toReversed() : entries;
  const at = round % ordered.length;
  return [...ordered.slice(at), ...ordered.slice(0, at)];
}

/** CPU µs of the server process. Each event has reached all listeners before the next. */
async function cpuPerMessage(server, listeners, eventsAtOnce, times) {
  const before = await server.ask({ kind: "usage" });
  for (let time = 0; time < times; time++) {
    await listeners.receive(eventsAtOnce * listeners.size, () => server.emit(eventsAtOnce));
  }
  const after = await server.ask({ kind: "usage" });
  return ((after.cpuMs - before.cpuMs) * 1000) / (times * eventsAtOnce * listeners.size);
}

function report({ single, bursts, perEvent }, { listeners, events }, bytes) {
  const ratio = (mine, other) => median(mine.map((value, round) => value / other[round]));
  const toRaw = ratio(single.parley, single.raw);
  const toTextbook = ratio(single.parley, single.textbook);
  const inBursts = ratio(bursts.parley, bursts.raw);
  const row = (title, figures) => [
    title,
    ...["raw", "textbook", "parley"].map((name) => spread(figures[name], 2)),
    ratio(figures.parley, figures.raw).toFixed(2),
    ratio(figures.parley, figures.textbook).toFixed(2),
  ];
  return {
    section: [
      `## CPU per delivered message`,
      `µs of the server's process (user and system), ${listeners} listeners, frames of ${bytes} bytes, ${events} events a ` +
        `round; median (least–most) of ${single.raw.length} rounds taken in turns. A ratio is the median of the rounds' ` +
        `ratios. Parley's figure has everything in it: writing the event rows, numbering them, reading post and author ` +
        `from the embedded database, which runs in the same process. That is ${spread(perEvent, 0)} µs an event (measured with ` +
        `one listener), or ${(median(perEvent) / listeners).toFixed(2)} µs of each message sent one at a time.`,
      table(
        ["events", "raw `ws.send`", "graphql-ws, textbook", "Parley", "Parley / raw", "Parley / textbook"],
        [row("one at a time", single), row(`bursts of ${burst}`, bursts)],
      ),
    ].join("\n\n"),
    figures: [
      ["CPU per message, one at a time, to raw", `${toRaw.toFixed(2)} ×`, "≤ 1.25 ×", verdict(toRaw <= 1.25)],
      [
        "CPU per message, one at a time, to textbook",
        `${toTextbook.toFixed(2)} ×`,
        "≤ 0.2 ×",
        verdict(toTextbook <= 0.2),
      ],
      ["CPU per message, bursts of 10, to raw", `${inBursts.toFixed(2)} ×`, "≤ 0.33 ×", verdict(inBursts <= 1 / 3)],
    ],
  };
}
