/** A listener that stops reading uses bounded memory, blocks nobody, is closed with a reason, and resumes without loss. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, cursorNow, post } from "./acting.js";
import { until } from "./inbox.js";
import { type Listener, listen } from "./listener.js";
import { cursorAt, headOf, positionsOf, range, settledHead } from "./log.js";
import { connectSocket, type TestSocket } from "./socket.js";

const query = "subscription ($after: String) { postUpdated(after: $after) { cursor post { content } } }";
const backlogBytes = 200_000;
const content = "x".repeat(39_000);

let server: TestServer;
let ada: Account;
let postId: string;
beforeAll(async () => {
  server = await startTestServer({ config: { backlogBytes } });
  ada = await server.signUp("ada");
  postId = await post(server.url, ada, "Long");
  await act(server.url, ada, "updatePost", { postId, content });
});
afterAll(() => server.close());

/** Events of 39 KB each. */
async function update(count: number): Promise<void> {
  const event = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: new Date() };
  await server.database.prisma.event.createMany({ data: Array.from({ length: count }, () => event) });
  await new Promise((resolve) => setImmediate(resolve));
}

function netSocket({ socket }: TestSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}

/** Subscribes, and gives the server's side of the connection as well. */
async function listenWatched(after?: string): Promise<{ listener: Listener; stream: Duplex }> {
  const upgrade = vi.spyOn(server.live, "upgrade");
  const listener = await listen(server, { query, variables: { after } });
  const [, stream] = upgrade.mock.calls[0] ?? [];
  upgrade.mockRestore();
  if (stream === undefined) throw new Error("nothing was upgraded");
  return { listener, stream };
}

test("it is closed with 4413, others get everything meanwhile, and it comes back without loss", async () => {
  const begin = await settledHead(server);
  const other = await listen(server, { query });
  const { listener, stream } = await listenWatched();
  netSocket(listener.socket).pause();
  let written = 0;
  let maxQueued = 0;
  // What the two kernels hold is more than the bound: it takes a while until the server notices.
  while (!stream.writableEnded && !stream.destroyed) {
    await update(20);
    written += 20;
    await other.events.first(written);
    maxQueued = Math.max(maxQueued, stream.writableLength);
    if (written > 2_000) throw new Error("the server never noticed");
    if (maxQueued > backlogBytes) break;
  }
  await update(20);
  written += 20;
  expect(positionsOf(await other.events.first(written))).toEqual(range(begin + 1, begin + written));
  // One message past the bound, and the close frame.
  expect(stream.writableLength).toBeLessThan(backlogBytes + 2 * content.length);
  netSocket(listener.socket).resume();
  expect(await listener.closing).toEqual({ code: 4413, reason: "The client reads too slowly (BACKLOG_BYTES)" });
  const seen = positionsOf(listener.events.all);
  expect(seen).toEqual(range(begin + 1, begin + seen.length));
  const after = await cursorAt(server.database, begin + seen.length);
  const back = await listen(server, { query, variables: { after } });
  expect(positionsOf(await back.events.first(written - seen.length))).toEqual(
    range(begin + seen.length + 1, begin + written),
  );
  await Promise.all([other.close(), back.close()]);
});

test("a replay waits for a client that reads slowly, instead of closing it", async () => {
  const after = await cursorNow(server.database);
  const begin = await settledHead(server);
  await update(400);
  await until(async () => (await headOf(server.database)) === begin + 400);
  const { listener, stream } = await listenWatched(after);
  const socket = netSocket(listener.socket);
  let maxQueued = 0;
  while (listener.events.all.length < 400) {
    socket.pause();
    for (const _ of range(1, 3)) await new Promise((resolve) => setTimeout(resolve, 2));
    maxQueued = Math.max(maxQueued, stream.writableLength);
    const seen = listener.events.all.length;
    socket.resume();
    await listener.events.first(Math.min(seen + 50, 400));
  }
  expect(positionsOf(listener.events.all)).toEqual(range(begin + 1, begin + 400));
  expect(maxQueued).toBeLessThan(backlogBytes + 2 * content.length);
  await listener.close();
});

test("a burst larger than the bound closes nobody who reads", async () => {
  const listeners = [await listen(server, { query }), await listen(server, { query })];
  const begin = await settledHead(server);
  // 100 are executed together and leave in one turn: 20 times the bound.
  await update(100);
  for (const { events } of listeners)
    expect(positionsOf(await events.first(100))).toEqual(range(begin + 1, begin + 100));
  await Promise.all(listeners.map((listener) => listener.close()));
});

test("a client that asks and does not read the answers is closed as well", async () => {
  const upgrade = vi.spyOn(server.live, "upgrade");
  const socket = await connectSocket(server.url);
  const [, stream] = upgrade.mock.calls[0] ?? [];
  upgrade.mockRestore();
  if (stream === undefined) throw new Error("nothing was upgraded");
  const payload = { query: "query ($id: ID!) { post(id: $id) { content } }", variables: { id: postId } };
  netSocket(socket).pause();
  for (let turn = 0; !stream.writableEnded && stream.writableLength <= backlogBytes; turn += 1) {
    for (const index of range(1, 20)) socket.send({ id: `${turn}-${index}`, type: "subscribe", payload });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.send({ id: "last", type: "subscribe", payload });
  expect(stream.writableLength).toBeLessThan(backlogBytes + 2 * content.length);
  netSocket(socket).resume();
  expect((await socket.closing).code).toBe(4413);
});
