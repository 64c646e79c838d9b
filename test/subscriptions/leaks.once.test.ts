/** After thousands of subscriptions: no groups, listeners, connections or timers left. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBounds } from "../../src/events/event-log.js";
import { campaignSize } from "../harness/campaign-size.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { post } from "./acting.js";
import { until } from "./inbox.js";
import { canShare, sharedRedisUrl } from "./instances.js";
import { listen } from "./listener.js";
import { cursorAt, range, write } from "./log.js";
import { connectSocket, openSocket } from "./socket.js";

/** A quiet machine needs a tenth of it. */
const timeout = 300_000;

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  const bounds = { subscriptionsPerConnection: 10_000, connectionsPerUser: 10_000 };
  server = await startTestServer({ config: { ...bounds, ...(canShare && { redisUrl: sharedRedisUrl() }) } });
  ada = await server.signUp("ada");
  await write(server.database, 2, 50);
});
afterAll(() => server.close());

const isQuiet = () =>
  server.live.engine.size.groups === 0 && server.live.engine.size.listeners === 0 && server.live.connections.size === 0;

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

/** Different groups, viewers, filters; some resume. */
async function subscriptions(): Promise<object[]> {
  const after = await cursorAt(server.database, 1);
  return [
    { query: "subscription { postCreated { post { title } } }" },
    { query: "subscription { postCreated { post { viewerHasLiked } } }" },
    { query: "subscription ($after: String) { events(after: $after) { cursor } }", variables: { after } },
    { query: "subscription { commentAdded { cursor } }", variables: { unused: Math.random() } },
    { query: "subscription { nothing }" },
  ];
}

/** Each is 500 subscriptions. */
const roundsOfEach = campaignSize(10, 2);
const batches = campaignSize(20, 4);

test(`${roundsOfEach * 1_000} times subscribed and completed, at once or when it was set up`, { timeout }, async () => {
  const before = timers();
  const kinds = await subscriptions();
  for (const token of [undefined, ada.token]) {
    const socket = await connectSocket(server.url, token);
    for (const round of range(1, roundsOfEach)) {
      for (const index of range(1, 500)) {
        const id = `${round}-${index}`;
        socket.send({ id, type: "subscribe", payload: kinds[index % kinds.length] });
        if (round % 2 === 0) socket.send({ id, type: "complete" });
      }
      if (round % 2 === 1) {
        // A fifth of them is refused.
        await until(() => server.live.engine.size.listeners >= 400);
        for (const index of range(1, 500)) socket.send({ id: `${round}-${index}`, type: "complete" });
      }
      socket.send({ type: "ping", payload: { round } });
      await socket.messages.find(({ type, payload }) => type === "pong" && payload.round === round);
      await until(() => server.live.engine.size.listeners === 0);
    }
    await socket.close();
  }
  await until(isQuiet);
  await until(() => timers() <= before);
});

test(`${batches * 100} sockets cut without a close, at every stage`, { timeout }, async () => {
  const before = timers();
  const kinds = await subscriptions();
  for (const batch of range(1, batches)) {
    await Promise.all(
      range(1, 100).map(async (index) => {
        const token = index % 2 === 0 ? ada.token : undefined;
        const { socket, send, closing } =
          index % 10 === 0 ? await openSocket(server.url) : await connectSocket(server.url, token);
        if (index % 10 !== 0) send({ id: "1", type: "subscribe", payload: kinds[index % kinds.length] });
        if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, batch));
        socket.terminate();
        await closing;
      }),
    );
  }
  await until(isQuiet);
  await until(() => timers() <= before);
});

test("and whoever comes then is served as ever", async () => {
  const listener = await listen(server, { query: "subscription { postCreated { post { title } } }" });
  // One of those that were cut may have been on its way.
  await until(() => server.live.engine.size.groups === 1 && server.live.engine.size.listeners === 1);
  await post(server.url, ada, "After all of them");
  expect(await listener.events.first(1)).toEqual([{ post: { title: "After all of them" } }]);
  await listener.close();
  await until(isQuiet);
});

describe.runIf(canShare)("on Redis", () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(sharedRedisUrl());
  });
  afterAll(() => redis.disconnect());

  test("there was one subscription of one channel, and when the server has closed there is none", async () => {
    const { logId } = await readBounds(server.database.query);
    const channel = `parley:${logId}`;
    expect(await redis.pubsub("NUMSUB", channel)).toEqual([channel, 1]);
    expect(await redis.pubsub("CHANNELS", `*${logId}*`)).toEqual([channel]);
    await server.close();
    // Redis hears of a connection that has closed in its own time.
    await until(async () => (await redis.pubsub("CHANNELS", `*${logId}*`)).length === 0);
  });
});
