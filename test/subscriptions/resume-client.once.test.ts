/** `src/client/resume.ts` with both clients, over connections that break under load. */
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { resumable, type SubscriptionClient, type SubscriptionResult } from "../../src/client/resume.js";
import { pruneEvents } from "../../src/events/event-log.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Inbox, until } from "./inbox.js";
import { cursorAt, headOf, positionOf, range, settledHead, write } from "./log.js";
import { startProxy, type TcpProxy } from "./proxy.js";

const query = "subscription ($after: String) { events(after: $after) { cursor } }";
const atOnce = async () => undefined;

let server: TestServer;
let proxy: TcpProxy;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  const { hostname, port } = new URL(server.url);
  proxy = await startProxy({ host: hostname, port: Number(port) });
});
afterEach(() => proxy.close());

interface DisposableClient extends SubscriptionClient {
  dispose(): unknown;
}

/** Clients as they come, but for the wait before they connect again. */
const clients: Record<string, (port: number) => DisposableClient> = {
  "graphql-ws": (port) =>
    createSocketClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      retryWait: atOnce,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
    }),
  "graphql-sse": (port) =>
    createSseClient({
      url: `http://127.0.0.1:${port}/graphql/stream`,
      retry: atOnce,
      retryAttempts: Number.POSITIVE_INFINITY,
    }),
  "graphql-ws that never retries by itself": (port) =>
    createSocketClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    }),
  "graphql-sse that never retries by itself": (port) =>
    createSseClient({ url: `http://127.0.0.1:${port}/graphql/stream`, retryAttempts: 0 }),
};

function listenWith(client: SubscriptionClient, after: string | undefined, onExpired?: (error: unknown) => void) {
  const positions = new Inbox<number>();
  const ends = new Inbox<unknown>();
  const stop = resumable(
    client,
    { query, variables: { after } },
    { retryMs: 1, retryAttempts: Number.POSITIVE_INFINITY, ...(onExpired && { onExpired }) },
    {
      next: (result) => positions.push(positionOf(cursorOf(result))),
      error: (error) => {
        ends.push(error);
        positions.fail(new Error(`the subscription ended: ${JSON.stringify(error)} ${error}`));
      },
      complete: () => ends.push("complete"),
    },
  );
  return { positions, ends, stop };
}

function cursorOf({ data }: SubscriptionResult): string {
  return (data as { events: { cursor: string } }).events.cursor;
}

/** How a connection ends: on the way, or as the server ends it when it stops or a token expires. */
const endings: Record<string, () => Promise<void>> = {
  "that break": async () => proxy.drop(),
  "that the server ends": () => server.live.connections.endAll(0, 1_000),
};
const cases = Object.keys(clients).flatMap((name) => Object.keys(endings).map((ending) => [name, ending] as const));

test.each(cases)("%s misses nothing across 20 connections %s while events pour in", async (name, ending) => {
  const begin = await settledHead(server);
  const client = clients[name]?.(proxy.port);
  if (client === undefined) throw new Error(`there is no client ${name}`);
  const { positions, stop } = listenWith(client, await cursorAt(server.database, begin));
  let isOver = false;
  let count = 0;
  const pouring = (async () => {
    for (; !isOver; count += 3) await write(server.database, begin + 1 + count, 3);
  })();
  for (let cuts = 0; cuts < 20; cuts += 1) {
    const seen = positions.all.length;
    // At another moment each time: before, between and after the first events of a connection.
    if (cuts % 4 !== 0) await positions.first(seen + cuts);
    else await until(() => proxy.size > 0);
    await endings[ending]?.();
  }
  isOver = true;
  await pouring;
  expect(await positions.first(count)).toEqual(range(begin + 1, begin + count));
  await write(server.database, begin + count + 1, 1);
  expect(await positions.first(count + 1)).toEqual(range(begin + 1, begin + count + 1));
  stop();
  client.dispose();
});

test.each(Object.keys(clients))("%s that is cut before its first event misses nothing", async (name) => {
  const begin = await settledHead(server);
  const client = clients[name]?.(proxy.port);
  if (client === undefined) throw new Error(`there is no client ${name}`);
  // Those of the tests before may still be going.
  await until(() => server.live.engine.size.listeners === 0);
  const { positions, stop } = listenWith(client, undefined);
  await until(() => server.live.engine.size.listeners === 1);
  proxy.cut();
  await write(server.database, begin + 1, 3);
  await until(async () => (await headOf(server.database)) === begin + 3 && server.live.engine.size.listeners === 0);
  proxy.restore();
  expect(await positions.first(3)).toEqual(range(begin + 1, begin + 3));
  await write(server.database, begin + 4, 1);
  expect(await positions.first(4)).toEqual(range(begin + 1, begin + 4));
  stop();
  client.dispose();
});

test.each(["graphql-ws", "graphql-sse"])("%s tells when the cursor has expired meanwhile", async (name) => {
  const begin = await settledHead(server);
  const client = clients[name]?.(proxy.port);
  if (client === undefined) throw new Error(`there is no client ${name}`);
  const expired = new Inbox<unknown>();
  const { positions, ends } = listenWith(client, await cursorAt(server.database, begin), (error) =>
    expired.push(error),
  );
  await write(server.database, begin + 1, 2);
  await positions.first(2);
  proxy.cut();
  await write(server.database, begin + 3, 3);
  await until(async () => (await headOf(server.database)) === begin + 5);
  await pruneEvents(server.database.query, new Date(Date.now() + 60_000), 10_000);
  proxy.restore();
  expect(await expired.first(1)).toMatchObject([[{ extensions: { code: "CURSOR_EXPIRED" } }]]);
  expect([positions.all.length, ends.all]).toEqual([2, []]);
  client.dispose();
});

test.each(["graphql-ws", "graphql-sse"])(
  "%s tells what is wrong with a subscription, once, and does not retry",
  async (name) => {
    const client = clients[name]?.(proxy.port);
    if (client === undefined) throw new Error(`there is no client ${name}`);
    const { ends, positions } = listenWith(client, "nonsense");
    expect(await ends.first(1)).toMatchObject([[{ extensions: { code: "BAD_CURSOR" } }]]);
    expect(positions.all).toEqual([]);
    client.dispose();
  },
);
