/** An invalid cursor is refused with a reason, over WebSocket and SSE. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toEventCursor } from "../../src/events/event-cursor.js";
import { pruneEvents, readBounds } from "../../src/events/event-log.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { until } from "./inbox.js";
import { subscribeOn } from "./listener.js";
import { cursorAt, headOf, positionsOf, range, write } from "./log.js";
import { connectSocket } from "./socket.js";

const query = "subscription ($after: String) { events(after: $after) { cursor } }";
let server: TestServer;
let logId: string;
beforeAll(async () => {
  server = await startTestServer();
  await write(server.database, 1, 10);
  await until(async () => (await headOf(server.database)) === 10);
  logId = (await readBounds(server.database.query)).logId;
});
afterAll(() => server.close());

const encode = (text: string) => Buffer.from(text).toString("base64url");
const bad: [name: string, cursor: () => string][] = [
  ["empty", () => ""],
  ["no base64", () => "%%%"],
  ["prose", () => encode("let me in")],
  ["a position alone", () => encode("5")],
  ["of a list", () => encode("posts|1")],
  ["a forged position", () => encode(`events|${logId}|5.5`)],
  ["a negative position", () => encode(`events|${logId}|-1`)],
  ["a padded position", () => encode(`events|${logId}|005`)],
  ["too large a position", () => encode(`events|${logId}|9999999999999999999`)],
  ["one part too many", () => encode(`events|${logId}|5|5`)],
  ["other bytes for the same text", () => `${toEventCursor(logId, 5)}=`],
  ["text after it", () => `${toEventCursor(logId, 5)} `],
  ["of another log", () => toEventCursor(randomUUID(), 5)],
  ["of the future", () => toEventCursor(logId, 11)],
  ["long", () => "A".repeat(10_000)],
];

async function codes(after: string): Promise<string[]> {
  const socket = await connectSocket(server.url);
  const [error] = await subscribeOn(socket, { query, variables: { after } }).refusal();
  await socket.close();
  const search = new URLSearchParams({ query, variables: JSON.stringify({ after }) });
  const response = await fetch(`${server.url}/graphql/stream?${search}`);
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect(response.status).toBe(400);
  return [error.extensions.code, errors[0]?.extensions.code ?? "none"];
}

test.each(bad)("a cursor that is %s is BAD_CURSOR", async (_, cursor) => {
  expect(await codes(cursor())).toEqual(["BAD_CURSOR", "BAD_CURSOR"]);
});

test("a cursor older than the log is CURSOR_EXPIRED; the oldest that is good misses nothing", async () => {
  await pruneEvents(server.database.query, new Date(Date.now() + 60_000), 4);
  const { floor } = await readBounds(server.database.query);
  expect(floor).toBe(4);
  for (const position of [0, 3]) {
    const after = await cursorAt(server.database, position);
    expect(await codes(after)).toEqual(["CURSOR_EXPIRED", "CURSOR_EXPIRED"]);
  }
  const socket = await connectSocket(server.url);
  const variables = { after: await cursorAt(server.database, 4) };
  const { events } = subscribeOn(socket, { query, variables });
  expect(positionsOf(await events.first(6))).toEqual(range(5, 10));
  await socket.close();
});

test("more than fit into one statement are pruned at once", { timeout: 30_000 }, async () => {
  let now = new Date();
  const aged = await startTestServer({ now: () => now, config: { eventRetentionHours: 1 } });
  await write(aged.database, 1, 2_500);
  await until(async () => (await headOf(aged.database)) === 2_500);
  // The next time is ten minutes later, on a clock that stands still.
  now = new Date(now.getTime() + 7_200_000);
  await until(async () => (await readBounds(aged.database.query)).floor === 2_500);
  expect(await aged.database.prisma.event.count()).toBe(0);
  await aged.close();
});

test("events are pruned when they are older than the retention, and not before", async () => {
  let now = new Date("2026-11-21T00:00:00Z");
  const aged = await startTestServer({ now: () => now, config: { eventRetentionHours: 2 } });
  await aged.signUp("ada");
  await until(async () => (await headOf(aged.database)) === 1);
  now = new Date("2026-11-21T01:00:00Z");
  await aged.signUp("bob");
  await until(async () => (await headOf(aged.database)) === 2);
  expect(await readBounds(aged.database.query)).toMatchObject({ floor: 0, head: 2 });
  now = new Date("2026-11-21T02:30:00Z");
  await until(async () => (await readBounds(aged.database.query)).floor === 1);
  expect(await readBounds(aged.database.query)).toMatchObject({ floor: 1, head: 2 });
  await aged.close();
});
