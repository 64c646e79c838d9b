/** What is executed after a subscription was admitted: who pays for it, when a replay waits, and what a caller may hold. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RateLimits } from "../../src/config/limits.js";
import { numberEvents, readBounds, readEvents } from "../../src/events/event-log.js";
import { createExecute, type Execute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import type { Caller, RateLimiter } from "../../src/rate-limit/rate-limit.js";
import { LiveEngine } from "../../src/subscriptions/engine.js";
import type { Sink } from "../../src/subscriptions/group.js";
import { createOperationReader, type LiveOperation } from "../../src/subscriptions/operation.js";
import { chance } from "../fault-injection/chance.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { limitsWith } from "../harness/limits.js";
import { startTestServer } from "../harness/server.js";
import { Inbox, until } from "../subscriptions/inbox.js";
import { cursorAt, positionOf, range, write } from "../subscriptions/log.js";
import { connectSocket } from "../subscriptions/socket.js";
import { capacity, nextTurn, openMetering, pointsPerSecond } from "./metering.js";

const schema = await loadSchema();
const events = 600;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await write(database, 1, events);
  await numberEvents(database.query, events);
});
afterAll(() => database.close());

/** A subscription of its own for each `width`, which is what it costs besides, about. */
const withFields = (width: number) =>
  `subscription ($after: String) { events(after: $after) { cursor ... on PostLiked { ${range(1, width)
    .map((n) => `a${n}: post { id }`)
    .join(" ")} } } }`;
/** Lists are executed again for who blocks somebody. */
const withList =
  "subscription ($after: String) { postLiked(after: $after) { cursor post { comments(first: 1) { nodes { id } } } } }";

/** An engine on the log above, whose events come on command, with buckets that are watched. */
async function openEngine(limits: Partial<RateLimits> = {}, isShared = false) {
  const metering = openMetering(limits, isShared);
  const { limiter } = metering;
  const reader = createOperationReader(schema, createDocumentGuard(schema, metering.limits.document));
  const costs = new Map<unknown, number>();
  const execute = createExecute(schema);
  let executed = 0;
  const counting: Execute = (operation) => {
    executed += costs.get(operation.document) ?? Number.NaN;
    return execute(operation);
  };
  const { query } = database;
  const { logId } = await readBounds(query);
  let position = 0;
  const log = openLog("silent");
  const engine = new LiveEngine({ execute: counting, query, log, logId, position: () => position });
  const read = (document: string, after?: string, viewer: Sink["viewer"] = null): LiveOperation => {
    const operation = reader.read({ query: document, variables: { after } }, viewer);
    costs.set(operation.document, operation.cost);
    return operation;
  };
  return {
    ...metering,
    engine,
    read,
    executedPoints: () => executed,
    /** Lets so many more events of the log come. */
    async come(count: number): Promise<void> {
      const some = await readEvents(query, { after: position, upTo: position + count, most: count });
      position += count;
      engine.take(some);
    },
    async listen(document: string, caller: Caller & Pick<Sink, "viewer">, from?: number) {
      const after = from === undefined ? undefined : await cursorAt(database, from);
      const cursors = new Inbox<number>();
      const sink: Sink = {
        viewer: caller.viewer,
        send: ({ cursor }) => cursors.push(positionOf(cursor)),
        fail: (error) => cursors.fail(new Error(String(error))),
        hasRoom: async () => undefined,
      };
      const operation = read(document, after, caller.viewer);
      const stop = await engine.listen(operation, sink, limiter.meterOf(caller));
      return { cursors, stop, cost: operation.cost };
    },
  };
}

const visitor = (n: number) => ({ viewer: null, address: `192.0.2.${n}` });
const keyOf = ({ viewer, address }: Caller) => (viewer === null ? `address:${address}` : `user:${viewer.id}`);
const user = (id: number, blockedIds: readonly number[]) => ({
  viewer: {
    id,
    role: "USER" as const,
    sessionId: null,
    tokenExpiresAt: new Date(8.64e15),
    blockedIds,
    hasHidden: false,
  },
  address: "",
});

/** Takes what is in a caller's bucket, and that of what its meter owes. */
async function drain(limiter: RateLimiter, caller: Caller): Promise<void> {
  for (let left = capacity; left >= 1; left = Math.floor(left / 2)) {
    await Promise.resolve()
      .then(() => limiter.charge(caller, left))
      .catch(() => undefined);
  }
}

test("whatever mix of subscriptions is listened to, all together pay what was executed, and each its part", async ({
  annotate,
}) => {
  const random = chance();
  for (const round of range(1, 8)) {
    // What is in a bucket is not the subject here.
    const plenty = { visitorPoints: 1e9, userPoints: 1e9, standingPoints: 1e9 };
    const live = await openEngine(plenty, round % 2 === 0);
    const callers = [...range(1, 2 + random.below(4)).map(visitor), user(1, []), user(2, [events + 1])];
    const documents = [withList, ...range(1, 1 + random.below(4)).map(withFields)];
    const expected = new Map<string, number>();
    const expectPaid = (caller: Caller, points: number) =>
      expected.set(keyOf(caller), (expected.get(keyOf(caller)) ?? 0) + points);
    let listeners: { caller: Caller; document: string; cost: number; stop: () => void; cursors: Inbox<number> }[] = [];
    let position = 0;
    const pick = <Item>(items: readonly Item[]) => items[random.below(items.length)] as Item;
    for (const step of range(1, 12)) {
      for (const _ of range(1, 1 + random.below(6))) {
        const [caller, document] = [pick(callers), pick(documents)];
        // Some come back, and execute what they missed for themselves.
        const from = random.below(3) === 0 ? position - Math.min(position, random.below(12)) : undefined;
        const listener = await live.listen(document, caller, from);
        const missed = from === undefined ? 0 : position - from;
        await listener.cursors.first(missed);
        await until(() => live.engine.size.listeners === listeners.length + 1);
        expectPaid(caller, missed * listener.cost * (isRerun(caller, document) ? 2 : 1));
        listeners.push({ caller, document, ...listener });
      }
      for (const leaving of listeners.filter(() => random.below(4) === 0)) {
        leaving.stop();
        listeners = listeners.filter((each) => each !== leaving);
      }
      // A replay that has sent everything is live in the next turn.
      await nextTurn();
      const count = 1 + random.below(20);
      const before = listeners.map(({ cursors }) => cursors.all.length);
      await live.come(count);
      position += count;
      await Promise.all(listeners.map(({ cursors }, index) => cursors.first((before[index] ?? 0) + count)));
      for (const { caller, document, cost } of listeners) {
        const sharers = listeners.filter((each) => each.document === document);
        expectPaid(caller, (count * cost) / sharers.length);
        const own = sharers.filter((each) => isRerun(each.caller, document) && each.caller === caller);
        if (own.length > 0) expectPaid(caller, (count * cost) / own.length);
      }
      if (step % 4 === 0) live.clock.next();
    }
    for (const { stop } of listeners) stop();
    await live.clock.end();
    const total = [...live.paid.values()].reduce((sum, points) => sum + points, 0);
    await annotate(`round ${round}: ${callers.length} callers, ${documents.length} documents, ${total} points`);
    expect(total).toBeCloseTo(live.executedPoints(), 3);
    for (const [key, points] of expected) expect(live.paid.get(key) ?? 0).toBeCloseTo(points, 3);
  }
});

function isRerun({ viewer }: Caller, document: string): boolean {
  return viewer?.id === 2 && document === withList;
}

test("recorded work is taken many events at once, not one by one for each listener", async () => {
  const live = await openEngine({ visitorPoints: 1e6 }, true);
  const callers = range(1, 20).map(visitor);
  const listeners = [];
  for (const caller of callers) for (const _ of range(1, 10)) listeners.push(await live.listen(withFields(1), caller));
  for (const _ of range(1, 30)) await live.come(20);
  await Promise.all(listeners.map(({ cursors }) => cursors.first(events)));
  expect(live.takes()).toBeLessThanOrEqual(live.executedPoints() / 100 + callers.length);
});

test("30 replays of one visitor execute what is in the bucket and what it refills, another's goes on meanwhile", async ({
  annotate,
}) => {
  const random = chance();
  const live = await openEngine();
  const [greedy, other] = [visitor(1), visitor(2)];
  const missed = 40;
  await live.come(missed);
  const listeners = await Promise.all(range(1, 30).map(() => live.listen(withFields(1 + random.below(5)), greedy, 0)));
  const modest = await live.listen(withFields(2), other, 0);
  // The clock stands still.
  expect(await modest.cursors.first(missed)).toEqual(range(1, missed));
  const ofOther = missed * modest.cost;
  const ofGreedy = () => live.executedPoints() - ofOther;
  await until(() => ofGreedy() > 0 && live.clock.isWaitedFor);
  const total = listeners.reduce((sum, { cost }) => sum + cost * missed, 0);
  const rounds = [];
  while (listeners.some(({ cursors }) => cursors.all.length < missed)) {
    expect(ofGreedy()).toBeLessThanOrEqual(capacity + (live.clock.ms / 1_000) * pointsPerSecond);
    rounds.push(ofGreedy());
    live.clock.next();
    await nextTurn();
  }
  await annotate(`${total} points in ${live.clock.ms / 1_000} s and ${rounds.length} rounds`);
  expect(ofGreedy()).toBe(total);
  // At least what did not fit in the bucket took time.
  expect(live.clock.ms / 1_000).toBeGreaterThanOrEqual((total - capacity) / pointsPerSecond);
  for (const { cursors } of listeners) expect(cursors.all).toEqual(range(1, missed));
  for (const { stop } of [...listeners, modest]) stop();
});

test("who comes back with an empty bucket, or empties it while listening, misses nothing, in order", async ({
  annotate,
}) => {
  const random = chance();
  for (const round of range(1, 8)) {
    const live = await openEngine({}, round % 2 === 0);
    const [poor, rich] = [visitor(1), visitor(2)];
    const width = 1 + random.below(40);
    const from = 5 + random.below(20);
    await live.come(from + random.below(30));
    await drain(live.limiter, poor);
    const back = await live.listen(withFields(width), poor, from);
    const begun = await live.listen(withFields(width), poor);
    const began = positionOf(live.engine.cursor);
    // Of the same group, but of somebody who can pay.
    const beside = await live.listen(withFields(1), rich);
    const dear = await live.listen(withFields(1), poor);
    let coming = 0;
    const last = () => began + coming;
    for (const _ of range(1, 15)) {
      const count = 1 + random.below(8);
      await live.come(count);
      coming += count;
      // Nobody waits for who cannot pay: the clock stands still.
      expect(await beside.cursors.first(coming)).toEqual(range(began + 1, last()));
      if (random.below(2) === 0) live.clock.next();
    }
    while (
      back.cursors.all.length < last() - from ||
      [begun, dear].some(({ cursors }) => cursors.all.length < coming)
    ) {
      live.clock.next();
      await nextTurn();
    }
    await annotate(`round ${round}: ${coming} events at ${back.cost} points, ${live.clock.ms / 1_000} s`);
    expect(back.cursors.all).toEqual(range(from + 1, last()));
    for (const { cursors } of [begun, dear]) expect(cursors.all).toEqual(range(began + 1, last()));
    for (const { stop } of [back, begun, beside, dear]) stop();
    await until(() => live.engine.size.groups === 0);
  }
});

test("who leaves while they wait for points are sent nothing more, and take nothing more", async () => {
  const live = await openEngine();
  const poor = visitor(1);
  await live.come(20);
  await drain(live.limiter, poor);
  const leaving = await Promise.all(range(1, 5).map(() => live.listen(withFields(3), poor, 0)));
  const staying = await live.listen(withFields(3), poor, 0);
  await until(() => live.clock.isWaitedFor);
  for (const { stop } of leaving) stop();
  await until(() => live.engine.size.listeners === 1);
  while (staying.cursors.all.length < 20) {
    live.clock.next();
    await nextTurn();
  }
  for (const { cursors } of leaving) expect(cursors.all).toEqual([]);
  expect(live.executedPoints()).toBe(20 * staying.cost);
  staying.stop();
  await until(() => live.engine.size.groups === 0);
});

test("the distinct subscriptions of a caller have a standing cost; identical ones count once, ended ones no more", async () => {
  const random = chance();
  for (const _ of range(1, 10)) {
    const standingPoints = 20 + random.below(200);
    const live = await openEngine({ standingPoints });
    const caller = visitor(1);
    const held = new Map<string, { cost: number; stops: (() => void)[] }>();
    for (const _ of range(1, 60)) {
      const document = withFields(1 + random.below(12));
      const known = held.get(document);
      if (known !== undefined && random.below(3) === 0) {
        known.stops.pop()?.();
        if (known.stops.length === 0) held.delete(document);
        continue;
      }
      const { cost } = live.read(document);
      const standing = [...held.values()].reduce((sum, each) => sum + each.cost, 0);
      const subscription = live.listen(document, caller);
      if (known === undefined && standing + cost > standingPoints) {
        await expect(subscription).rejects.toMatchObject({
          message: expect.stringContaining(`at most ${standingPoints} points per event together (STANDING_COST_LIMIT)`),
          extensions: { code: "TOO_MANY_SUBSCRIPTIONS", bound: "STANDING_COST_LIMIT", limit: standingPoints },
        });
        continue;
      }
      const { stop } = await subscription;
      held.set(document, { cost, stops: [...(known?.stops ?? []), stop] });
      // Another caller is not concerned.
      (await live.listen(document, visitor(2 + random.below(200)))).stop();
    }
  }
});

test("over a socket and as an event stream, the refusal names the setting; a thousand identical ones are let in", async () => {
  const limits = limitsWith({ standingPoints: 20 });
  const server = await startTestServer({ config: { limits, subscriptionsPerConnection: 2_000 } });
  const socket = await connectSocket(server.url);
  for (const n of range(1, 1_000)) {
    socket.send({ id: `${n}`, type: "subscribe", payload: { query: "subscription { postDeleted { id } }" } });
  }
  socket.send({ id: "dear", type: "subscribe", payload: { query: withFields(20) } });
  const refused = await socket.messages.find(({ type }) => type === "error");
  expect(refused).toMatchObject({ id: "dear", payload: [{ extensions: { bound: "STANDING_COST_LIMIT", limit: 20 } }] });
  const url = `${server.url}/graphql/stream?query=${encodeURIComponent(withFields(20))}`;
  const response = await fetch(url);
  expect(response.status).toBe(429);
  expect(await response.text()).toContain("STANDING_COST_LIMIT");
  await socket.close();
  await server.close();
});
