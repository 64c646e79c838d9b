/** Memory that a socket may hold: documents and declared variables, within a budget. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parse } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RetainedBytes } from "../../src/transports/retained-bytes.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { setUp } from "../subscriptions/listener.js";
import { connectSocket, runOn, type TestSocket } from "../subscriptions/socket.js";

const seed = 20_261_132;
const megabyte = 1_048_576;
const retainedBytes = megabyte;
const subscriptions = 100;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { retainedBytes } });
});
afterAll(() => server.close());

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Of the heap and outside of it, once what nobody holds is gone. */
async function bytesHeld(): Promise<number> {
  for (let n = 0; n < 3; n += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Payload = { readonly query: string; readonly variables?: object; readonly extensions?: object };

/** Subscribes, and waits until that is set up or refused. Nothing that waits holds the message. */
async function subscribe(socket: TestSocket, id: string, payload: Payload): Promise<void> {
  send(socket, id, payload);
  await setUp({ socket, id });
}

const send = (socket: TestSocket, id: string, payload: Payload) => socket.send({ id, type: "subscribe", payload });

const text = (n: number, length: number) => `${n}`.padEnd(length, "x");
const query = "subscription { postCreated { id } }";
/** 20 MB each, in subscriptions that stay open. */
const floods: readonly (readonly [string, (n: number) => Payload])[] = [
  ["undeclared variables", (n) => ({ query, variables: { ballast: text(n, 200_000) } })],
  ["members that the protocol does not know", (n) => ({ query, extensions: { ballast: text(n, 200_000) } })],
  ["a payload of other things", (n) => ({ query, ballast: text(n, 200_000) }) as Payload],
];

test.each(floods)("%s are not kept: 20 MB in 100 subscriptions leave less than 3 MB", async (_, payloadOf) => {
  const warm = await connectSocket(server.url);
  for (let n = 0; n < 10; n += 1) await subscribe(warm, `${n}`, payloadOf(n));
  const socket = await connectSocket(server.url);
  const before = await bytesHeld();
  for (let n = 0; n < subscriptions; n += 1) await subscribe(socket, `${n}`, payloadOf(n));
  expect(server.live.engine.size.listeners).toBe(subscriptions + 10);
  expect((await bytesHeld()) - before).toBeLessThan(3 * megabyte);
  await Promise.all([socket.close(), warm.close()]);
});

test("long documents and declared variables are kept within the budget, and what is beyond is refused with the setting", async () => {
  const floods: ((n: number) => Payload)[] = [
    (n) => ({ query: `${query} # ${text(n, 99_000)}` }),
    (n) => ({ query: `${query} ${" ".repeat(90_000)} # ${n}` }),
    (n) => ({
      query: "subscription ($id: ID!) { commentAdded(postId: $id) { id } }",
      variables: { id: Buffer.from(`Post:${n}`).toString("base64url"), after: text(n, 200_000) },
    }),
    (n) => ({
      query: `subscription ($after: String) { postCreated(after: $after) { id } } # ${n % 2}`,
      variables: { after: text(n, 150_000) },
    }),
    (n) => ({
      query: `subscription { ${Array.from({ length: 40 }, (_, a) => `... on Subscription { postCreated { a${n}_${a}: id } }`).join(" ")} }`,
    }),
  ];
  // Fills what is kept of documents for all sockets together.
  const warm = await connectSocket(server.url);
  for (const [flood, payloadOf] of floods.entries()) {
    for (let n = 0; n < 60; n += 1) await subscribe(warm, `${flood}-${n}`, payloadOf(n + 1_000));
  }
  await warm.close();
  const socket = await connectSocket(server.url);
  const before = await bytesHeld();
  let sent = 0;
  for (const [flood, payloadOf] of floods.entries()) {
    for (let n = 0; n < 60; n += 1) {
      sent += JSON.stringify(payloadOf(n)).length;
      await subscribe(socket, `${flood}-${n}`, payloadOf(n));
    }
  }
  expect(sent).toBeGreaterThan(20 * megabyte);
  const refusals = socket.messages.all.filter(({ type }) => type === "error").flatMap(({ payload }) => payload);
  const ofBudget = refusals.filter(({ extensions }) => extensions.code === "TOO_MANY_SUBSCRIPTIONS");
  expect(ofBudget.length).toBeGreaterThan(30);
  for (const { message } of ofBudget.filter(({ message }) => !/limit of \d+ operations/.test(message))) {
    expect(message).toContain(`must be at most ${retainedBytes} bytes (KEPT_LIMIT_BYTES)`);
  }
  expect((await bytesHeld()) - before).toBeLessThan(6 * megabyte);
  // The socket goes on, and what ends makes room.
  for (let n = 0; n < 60; n += 1)
    for (let flood = 0; flood < floods.length; flood += 1) socket.send({ id: `${flood}-${n}`, type: "complete" });
  const [next] = await runOn(socket, "query", { query: "{ __typename }" });
  expect(next?.payload).toEqual({ data: { __typename: "Query" } });
  const [large] = await runOn(socket, "large", { query: `{ __typename } # ${"x".repeat(90_000)}` });
  expect(large?.payload).toEqual({ data: { __typename: "Query" } });
  await socket.close();
});

test("messages of operations that run are kept within the budget as well", async () => {
  const socket = await connectSocket(server.url);
  const ids = Array.from({ length: 20 }, (_, n) => `q${n}`);
  const variables = { ballast: "x".repeat(200_000) };
  for (const id of ids)
    socket.send({ id, type: "subscribe", payload: { query: "{ posts { nodes { id } } }", variables } });
  const answers = await Promise.all(
    ids.map((id) => socket.messages.find((each) => each.id === id && (each.type === "next" || each.type === "error"))),
  );
  for (const { type, payload } of answers) {
    if (type === "next") expect(payload).toEqual({ data: { posts: { nodes: [] } } });
    else expect(payload[0].message).toContain("(KEPT_LIMIT_BYTES)");
  }
  // All are released: one more is answered.
  const [last] = await runOn(socket, "last", { query: "{ posts { nodes { id } } }", variables });
  expect(last?.payload).toEqual({ data: { posts: { nodes: [] } } });
  await socket.close();
});

test("an id that is long closes the socket", async () => {
  const socket = await connectSocket(server.url);
  socket.send({ id: "x".repeat(100_000), type: "subscribe", payload: { query } });
  expect(await socket.closing).toEqual({ code: 4400, reason: "The id of an operation must be at most 256 bytes" });
});

test(`however operations come and go, the budget holds, and is whole again when all are gone (seed ${seed})`, () => {
  const random = new Random(seed);
  const documents = Array.from({ length: 20 }, (_, n) => parse(`subscription { ${"a ".repeat(n * 5 + 1)} }`));
  for (let round = 0; round < 100; round += 1) {
    const limit = random.integer(5_000, 100_000);
    const kept = new RetainedBytes(limit);
    const releases: { bytes: number; release: () => void }[] = [];
    const held = () => releases.reduce((sum, { bytes }) => sum + bytes, 0);
    for (let step = 0; step < 200; step += 1) {
      const bytes = random.integer(0, 20_000);
      try {
        const release = random.isTrue(0.5)
          ? kept.keepMessage(bytes)
          : kept.keepSubscription({ document: random.pick(documents), variables: { ballast: "x".repeat(bytes / 2) } });
        releases.push({ bytes, release });
      } catch (error) {
        expect(String(error)).toContain("KEPT_LIMIT_BYTES");
      }
      expect(held()).toBeLessThanOrEqual(limit + releases.length * 2);
      if (random.isTrue(0.4) && releases.length > 0)
        releases.splice(random.integer(0, releases.length - 1), 1)[0]?.release();
    }
    for (const { release } of releases) release();
    kept.keepMessage(limit)();
    expect(() => kept.keepMessage(limit + 1)).toThrow("KEPT_LIMIT_BYTES");
  }
});
