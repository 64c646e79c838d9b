/** Resuming after a cursor: missed events in log order, then live ones. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { toGlobalId } from "../../src/db/global-id.js";
import { readBounds, readEvents } from "../../src/events/event-log.js";
import { createExecute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { LiveEngine } from "../../src/subscriptions/engine.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements, type SentStatement } from "../harness/statements.js";
import { Inbox, until } from "./inbox.js";
import { type Listener, setUp, subscribeOn } from "./listener.js";
import { cursorAt, headOf, positionOf, positionsOf, posts, pour, range, settledHead, write } from "./log.js";
import { connectSocket } from "./socket.js";

const all = "subscription ($after: String) { events(after: $after) { cursor } }";
const ofPost = "subscription ($after: String, $postId: ID) { postLiked(after: $after, postId: $postId) { cursor } }";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function numbered(count: number): Promise<void> {
  await until(async () => (await headOf(server.database)) >= count);
}

test("after each cursor come exactly the events that followed it, then the live ones", async () => {
  await write(server.database, 1, 20);
  await numbered(20);
  const cursors = await Promise.all(range(0, 20).map((position) => cursorAt(server.database, position)));
  const socket = await connectSocket(server.url);
  const listeners = await setUp(...cursors.map((after) => subscribeOn(socket, { query: all, variables: { after } })));
  await write(server.database, 21, 5);
  for (const [position, { events }] of listeners.entries()) {
    expect(positionsOf(await events.first(25 - position))).toEqual(range(position + 1, 25));
  }
  await socket.close();
});

test("a cursor that an event came with is the one to come back with", async () => {
  const socket = await connectSocket(server.url);
  const [listener] = await setUp(subscribeOn(socket, { query: all, variables: { after: null } }));
  const head = await settledHead(server);
  await write(server.database, head + 1, 3);
  const [first] = await listener.events.first(3);
  const again = subscribeOn(socket, { query: all, variables: { after: first?.cursor } });
  expect(positionsOf(await again.events.first(2))).toEqual([head + 2, head + 3]);
  const inText = subscribeOn(socket, { query: `subscription { events(after: "${first?.cursor}") { cursor } }` });
  expect(positionsOf(await inText.events.first(2))).toEqual([head + 2, head + 3]);
  await socket.close();
});

test("replay meets live without a seam: listeners with old cursors subscribe while events pour in", async () => {
  const begin = await settledHead(server);
  const count = 600;
  await pour(server.database, begin + 1, 200);
  const pouring = pour(server.database, begin + 201, count - 200);
  const sockets = await Promise.all(range(1, 4).map(() => connectSocket(server.url)));
  const listeners: { readonly from: number; readonly listener: Listener }[] = [];
  const head = async () => headOf(server.database);
  // One after the other, from far back and from just now, each at another moment of the pouring.
  for (const step of range(0, 23)) {
    const now = await head();
    const from = step % 3 === 0 ? now : begin + Math.floor(((now - begin) * (step % 8)) / 8);
    const socket = sockets[step % sockets.length];
    if (socket === undefined) throw new Error("there are four sockets");
    const variables = { after: await cursorAt(server.database, from) };
    listeners.push({ from, listener: subscribeOn(socket, { query: all, variables }) });
    await until(async () => (await head()) > now || (await head()) === begin + count);
  }
  await pouring;
  for (const { from, listener } of listeners) {
    expect(positionsOf(await listener.events.first(begin + count - from))).toEqual(range(from + 1, begin + count));
  }
  await write(server.database, begin + count + 1, 1);
  for (const { from, listener } of listeners) {
    const events = await listener.events.first(begin + count + 1 - from);
    expect(positionOf(events.at(-1)?.cursor ?? "")).toBe(begin + count + 1);
    expect(listener.events.all).toHaveLength(events.length);
  }
  await Promise.all(sockets.map((socket) => socket.close()));
});

test("the same with a filter: only what fits, all of it, in order", async () => {
  const begin = await settledHead(server);
  const count = 600;
  await pour(server.database, begin + 1, 200);
  const pouring = pour(server.database, begin + 201, count - 200);
  const socket = await connectSocket(server.url);
  const cases = range(0, 11).map((step) => ({ from: begin + step * 15, postId: (step % posts) + 1 }));
  const listeners: Listener[] = [];
  for (const { from, postId } of cases) {
    await numbered(from + 15);
    const variables = { after: await cursorAt(server.database, from), postId: toGlobalId("Post", postId) };
    listeners.push(subscribeOn(socket, { query: ofPost, variables }));
  }
  await pouring;
  for (const [index, { from, postId }] of cases.entries()) {
    // Event and position are the same number here but for what came before this file's events, which is nothing.
    const fitting = range(from + 1, begin + count).filter((position) => ((position - 1) % posts) + 1 === postId);
    expect(positionsOf((await listeners[index]?.events.first(fitting.length)) ?? [])).toEqual(fitting);
  }
  await socket.close();
});

test("a listener without a cursor begins now, also while events pour in", async () => {
  const begin = await settledHead(server);
  const pouring = pour(server.database, begin + 1, 300);
  const socket = await connectSocket(server.url);
  const listeners = await setUp(...range(1, 5).map(() => subscribeOn(socket, { query: all })));
  await pouring;
  await write(server.database, begin + 301, 1);
  const isLast = ({ cursor }: { cursor?: string }) => positionOf(cursor ?? "") === begin + 301;
  for (const { events } of listeners) {
    const positions = positionsOf(await events.through(isLast));
    expect(positions).toEqual(range(positions[0] ?? 0, begin + 301));
  }
  await socket.close();
});

test("a cursor may be ahead of what this instance has seen: what is still on its way is not sent again", async () => {
  const begin = await settledHead(server);
  await write(server.database, begin + 1, 8);
  await until(async () => (await headOf(server.database)) === begin + 8);
  const schema = await loadSchema();
  const execute = createExecute(schema);
  const { query } = server.database;
  const { logId } = await readBounds(query);
  let position = begin + 5;
  const engine = new LiveEngine({ execute, query, log: openLog("silent"), logId, position: () => position });
  const cursors = new Inbox<string>();
  const variables = { after: await cursorAt(server.database, begin + 7) };
  await engine.listen(
    createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document)).read(
      { query: all, variables },
      null,
    ),
    {
      viewer: null,
      send: ({ cursor }) => cursors.push(cursor),
      fail: (error) => cursors.fail(new Error(String(error))),
      hasRoom: async () => undefined,
    },
  );
  const late = await readEvents(query, { after: begin + 5, upTo: begin + 8, most: 10 });
  position = begin + 8;
  engine.take(late);
  expect(positionsOf((await cursors.first(1)).map((cursor) => ({ cursor })))).toEqual([begin + 8]);
});

const readsOfListeners = /FROM events\s+WHERE position > \$1/;
/** The instance itself reads events of every type. */
const isOfListener = ({ values }: SentStatement) => values[2] !== null;

test("however fast events come, whoever comes back reads the log a bounded number of times", async () => {
  const begin = await settledHead(server);
  const after = await cursorAt(server.database, begin);
  await write(server.database, begin + 1, 50);
  const socket = await connectSocket(server.url);
  const { statements } = await recordStatements(async () => {
    const pouring = pour(server.database, begin + 51, 300);
    const listeners = range(1, 40).map(() => subscribeOn(socket, { query: all, variables: { after } }));
    await pouring;
    for (const { events } of listeners) {
      expect(positionsOf(await events.first(350))).toEqual(range(begin + 1, begin + 350));
    }
  }, readsOfListeners);
  // 200 events at a time: two readings on the way and one for the last stretch.
  const readings = statements.filter(isOfListener);
  expect(readings.length).toBeGreaterThan(0);
  expect(readings.length).toBeLessThanOrEqual(40 * 3);
  await socket.close();
});

test.each([
  ["up to 1,000 live events are held", 1_000, 0],
  ["one more, and it reads them from the log", 1_001, 6],
  ["many more, and it reads them 200 at a time", 1_500, 8],
] as const)("for a listener that is slow to take what it missed %s, and it gets all", async (_, count, readings) => {
  const begin = await settledHead(server);
  await write(server.database, begin + 1, 10);
  await until(async () => (await headOf(server.database)) === begin + 10);
  const schema = await loadSchema();
  const reader = createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document));
  const cursors = new Inbox<string>();
  const asked = new Inbox<void>();
  let takes = () => {};
  const taking = new Promise<void>((resolve) => {
    takes = resolve;
  });
  const variables = { after: await cursorAt(server.database, begin) };
  const stop = await server.live.engine.listen(reader.read({ query: all, variables }, null), {
    viewer: null,
    send: ({ cursor }) => cursors.push(cursor),
    fail: (error) => cursors.fail(new Error(String(error))),
    hasRoom: () => {
      asked.push();
      return taking;
    },
  });
  await asked.first(1);
  const other = subscribeOn(await connectSocket(server.url), { query: all, variables });
  await write(server.database, begin + 11, count);
  await other.events.first(count + 10);
  expect(cursors.all).toEqual([]);
  const after = async () => {
    takes();
    return positionsOf((await cursors.first(count + 10)).map((cursor) => ({ cursor })));
  };
  const { result, statements } = await recordStatements(after, readsOfListeners);
  expect(result).toEqual(range(begin + 1, begin + count + 10));
  expect(statements.filter(isOfListener).length).toBe(readings);
  await write(server.database, begin + count + 11, 1);
  expect(positionOf((await cursors.first(count + 11)).at(-1) ?? "")).toBe(begin + count + 11);
  stop();
  await other.close();
});
