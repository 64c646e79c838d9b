/** The tail of the log with a bus that loses, repeats and reorders messages: each event once, in order. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Query } from "../../src/db/database.js";
import { type Bus, createLocalBus } from "../../src/events/bus.js";
import type { LoggedEvent } from "../../src/events/event.js";
import { numberEvents, pruneEvents } from "../../src/events/event-log.js";
import { openTail, type Tail } from "../../src/events/tail.js";
import { openLog } from "../../src/log.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { Random } from "../paging/random.js";
import { Inbox, until } from "./inbox.js";
import { range, write } from "./log.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);

let database: TestDatabase;
let bus: Bus;
let heard: Inbox<number>;
let losses: number[];
let tail: Tail;
let pending: number;
beforeEach(async () => {
  database = await openTestDatabase();
  // The look into the log once a second would mend whatever a message should have brought about.
  vi.useFakeTimers({ toFake: ["setInterval"] });
  bus = createLocalBus();
  heard = new Inbox();
  losses = [];
  pending = 0;
  const query = (async (...args: Parameters<Query>) => {
    pending += 1;
    return database.query(...args).finally(() => (pending -= 1));
  }) as Query;
  const onEvents = (events: readonly LoggedEvent[]) => {
    for (const { position } of events) heard.push(position);
  };
  tail = await openTail({ query, bus, log: openLog("silent"), onEvents, onLost: () => losses.push(tail.position()) });
  await idle();
});
afterEach(async () => {
  tail.close();
  vi.useRealTimers();
  await database.close();
});

/** Nothing is read from the log any more. */
async function idle(): Promise<void> {
  for (let turns = 0; turns < 5; turns = pending === 0 ? turns + 1 : 0)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Events that are numbered, and that nobody has published. */
async function numbered(count: number): Promise<LoggedEvent[]> {
  await write(database, 1, count);
  const events: LoggedEvent[] = [];
  while (events.length < count) events.push(...(await numberEvents(database.query, 1_000)));
  return events;
}

test("what a message leaves out is read from the log, before what it brings", { timeout: 20_000 }, async () => {
  const events = await numbered(10);
  await bus.publish({ head: 10, events: events.slice(6) });
  expect(await heard.first(10)).toEqual(range(1, 10));
  expect(losses).toEqual([]);
});

test("a message without events has the log read up to where it goes", { timeout: 20_000 }, async () => {
  await numbered(1_200);
  await bus.publish({ head: 1_200, events: [] });
  expect(await heard.first(1_200)).toEqual(range(1, 1_200));
});

test("what follows without a gap is handed on as it came, and nothing is read", { timeout: 20_000 }, async () => {
  const events = await numbered(6);
  const read = vi.spyOn(database, "query");
  await bus.publish({ head: 3, events: events.slice(0, 3) });
  await bus.publish({ head: 2, events: events.slice(0, 2) });
  await bus.publish({ head: 5, events: events.slice(1, 5) });
  await bus.publish({ head: 6, events: events.slice(5) });
  expect(heard.all).toEqual(range(1, 6));
  expect(read).not.toHaveBeenCalled();
});

test(`100 messages, lost, repeated, cut and out of order, seed ${seed}`, { timeout: 60_000 }, async () => {
  const random = new Random(seed);
  const events: LoggedEvent[] = [];
  await write(database, 1, 400);
  for (let n = 0; n < 100; n += 1) {
    // A little at a time: what there is, any look into the log finds.
    events.push(...(await numberEvents(database.query, random.integer(1, 5))));
    const near = Math.max(0, tail.position() + random.integer(-3, 2));
    const from = random.isTrue(0.8) ? near : random.integer(0, events.length);
    const to = Math.min(events.length, from + random.integer(1, 6));
    const published = random.isTrue(0.1) ? [] : events.slice(from, to);
    await bus.publish({ head: published.at(-1)?.position ?? to, events: published });
    if (random.isTrue(0.5)) await idle();
    expect(heard.all).toEqual(range(1, heard.all.length));
  }
  await bus.publish({ head: events.length, events: [] });
  expect(await heard.first(events.length)).toEqual(range(1, events.length));
  expect(losses).toEqual([]);
});

test("what was pruned up to where an instance is, it has not lost", { timeout: 20_000 }, async () => {
  const events = await numbered(10);
  await bus.publish({ head: 5, events: events.slice(0, 5) });
  await pruneEvents(database.query, new Date(Date.now() + 60_000), 5);
  await bus.publish({ head: 10, events: [] });
  expect(await heard.first(10)).toEqual(range(1, 10));
  expect(losses).toEqual([]);
});

test("one event further, and it has: it is sent, and reading goes on after the gap", { timeout: 20_000 }, async () => {
  const events = await numbered(10);
  await bus.publish({ head: 5, events: events.slice(0, 5) });
  await pruneEvents(database.query, new Date(Date.now() + 60_000), 6);
  await bus.publish({ head: 10, events: [] });
  expect(await heard.first(9)).toEqual([...range(1, 5), ...range(7, 10)]);
  expect(losses).toEqual([6]);
});

test("a log of which nothing is left has been lost to its end", { timeout: 20_000 }, async () => {
  await numbered(4);
  await pruneEvents(database.query, new Date(Date.now() + 60_000), 4);
  await bus.publish({ head: 4, events: [] });
  await until(() => tail.position() === 4);
  expect([heard.all, losses]).toEqual([[], [4]]);
});
