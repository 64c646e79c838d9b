/** Two instances on one PostgreSQL and one Redis: an event of one is sent by both, and a cursor is valid on both. */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post } from "./acting.js";
import { until } from "./inbox.js";
import { canShare, type Instances, join, type Member, sharedRedisUrl, startInstances } from "./instances.js";
import { listen, subscribeOn } from "./listener.js";
import { cursorAt, headOf, positionsOf, pour, range, settledHead } from "./log.js";
import { connectSocket } from "./socket.js";

const query = "subscription ($after: String) { events(after: $after) { cursor __typename } }";

describe.runIf(canShare)("with a bus", () => {
  let instances: Instances;
  let ada: Member;
  beforeAll(async () => {
    instances = await startInstances();
    ada = await join(instances.first.url, "ada");
  });
  afterAll(() => instances.close());

  test("a post created on one instance is sent by both", async () => {
    const { first, second } = instances;
    const postCreated = { query: "subscription { postCreated { post { title author { handle } } } }" };
    const listeners = [await listen(first, postCreated), await listen(second, postCreated)];
    for (const { url } of [first, second]) await post(url, ada, `Made at ${url}`);
    const expected = [first, second].map(({ url }) => ({
      post: { title: `Made at ${url}`, author: { handle: "ada" } },
    }));
    for (const { events } of listeners) expect(await events.first(2)).toEqual(expected);
    await Promise.all(listeners.map((each) => each.close()));
  });

  test("a listener that moves from one instance to the other, back and forth while events pour in, misses nothing", async () => {
    const { first, second, database } = instances;
    const begin = await settledHead(instances);
    const count = 400;
    const pouring = pour(database, begin + 1, count);
    let seen: number[] = [];
    for (let turn = 0; seen.length < count; turn += 1) {
      const after = await cursorAt(database, begin + seen.length);
      const socket = await connectSocket((turn % 2 === 0 ? first : second).url);
      const { events } = subscribeOn(socket, { query, variables: { after } });
      await events.first(Math.min(37, count - seen.length));
      await socket.close();
      seen = [...seen, ...positionsOf(events.all)];
    }
    await pouring;
    expect(seen).toEqual(range(begin + 1, begin + count));
  });

  test("each instance has one subscription of Redis, however many listen, on a channel of its log alone", async () => {
    const { first, second, database } = instances;
    const [{ logId } = { logId: "" }] = await database.query<{ logId: string }>(
      `SELECT log_id AS "logId" FROM event_head`,
      [],
    );
    const redis = new Redis(sharedRedisUrl());
    const sockets = await Promise.all([first, second].map(({ url }) => connectSocket(url)));
    for (const socket of sockets) for (const _ of range(1, 30)) subscribeOn(socket, { query });
    await until(() => [first, second].every(({ live }) => live.engine.size.listeners === 30));
    expect(await redis.pubsub("NUMSUB", `parley:${logId}`)).toEqual([`parley:${logId}`, 2]);
    await Promise.all(sockets.map((socket) => socket.close()));
    redis.disconnect();
  });

  test("two Parleys share a Redis and do not hear each other", async () => {
    const other = await startInstances();
    const listener = await listen(instances.second, { query: "subscription { postCreated { post { title } } }" });
    const stranger = await join(other.first.url, "stranger");
    for (const title of ["One", "Two", "Three"]) await post(other.first.url, stranger, title);
    await until(async () => (await headOf(other.database)) === 4);
    await post(instances.first.url, ada, "Ours");
    expect(await listener.events.first(1)).toEqual([{ post: { title: "Ours" } }]);
    await listener.close();
    await other.close();
  });

  test("garbage on the channel harms nobody", async () => {
    const { first, second, database } = instances;
    const [row] = await database.query<{ logId: string }>(`SELECT log_id AS "logId" FROM event_head`, []);
    const listener = await listen(second, { query: "subscription { postCreated { post { title } } }" });
    const redis = new Redis(sharedRedisUrl());
    for (const text of [
      "",
      "garbage",
      "null",
      "[]",
      "{}",
      '{"head":"x","events":null}',
      `{"head":1e300,"events":[]}`,
    ]) {
      await redis.publish(`parley:${row?.logId}`, text);
    }
    await redis.publish(`parley:${randomUUID()}`, "garbage");
    await post(first.url, ada, "Still here");
    expect(await listener.events.first(1)).toEqual([{ post: { title: "Still here" } }]);
    redis.disconnect();
    await listener.close();
  });
});
