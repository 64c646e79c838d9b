/** `eventCursor`: the state read with it and the events after it are complete, under concurrent writes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphql } from "../harness/client.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { post } from "./acting.js";
import { canShare, type Instances, join, startInstances } from "./instances.js";
import { type Listener, type Place, subscribeOn } from "./listener.js";
import { cursorAt, positionOf, range, settledHead } from "./log.js";
import { connectSocket, type TestSocket } from "./socket.js";

const reading = "{ eventCursor posts(first: 100) { nodes { title } } }";
const following = "subscription ($after: String) { postCreated(after: $after) { cursor post { title } } }";
const rounds = 12;

interface Look {
  readonly cursor: string;
  readonly shown: readonly string[];
  readonly listener: Listener;
}

/** Reads the state and subscribes after it, as docs/subscriptions.md says. */
async function look({ url }: Pick<Place, "url">, socket: TestSocket): Promise<Look> {
  const { data } = (await graphql(url, reading)).body;
  const { eventCursor: cursor, posts } = data;
  const shown = posts.nodes.map(({ title }: { title: string }) => title);
  return { cursor, shown, listener: subscribeOn(socket, { query: following, variables: { after: cursor } }) };
}

/** Posts until it is stopped, many at a time; returns the titles. */
function pourPosts(url: string, author: { readonly token: string }, prefix: string) {
  let isOver = false;
  const titles: string[] = [];
  const running = Promise.all(
    range(1, 3).map(async (writer) => {
      for (let count = 0; !isOver && count < 30; count += 1) {
        const title = `${prefix} ${writer}-${count}`;
        titles.push(title);
        await post(url, author, title);
      }
    }),
  );
  return {
    async stop() {
      isOver = true;
      await running;
      return titles;
    },
  };
}

/** Each look saw every post up to its cursor, and was sent every later one: none is missing. */
async function expectEverything(looks: readonly Look[], titles: readonly string[]): Promise<void> {
  for (const { cursor, shown, listener } of looks) {
    const sent = await listener.events.through((event) => event.post.title === "The last one");
    const afterwards = sent.map((event) => event.post.title);
    expect(sent.every((event) => positionOf(event.cursor) > positionOf(cursor))).toBe(true);
    expect([...new Set([...shown, ...afterwards])].sort()).toEqual([...titles, "The last one"].sort());
  }
}

describe("on one instance", () => {
  let server: TestServer;
  let ada: Account;
  beforeAll(async () => {
    server = await startTestServer();
    ada = await server.signUp("ada");
  });
  afterAll(() => server.close());

  test("it is the position of the last event, for a visitor as for a user, over HTTP and over the socket", async () => {
    const end = await cursorAt(server.database, await settledHead(server));
    expect((await graphql(server.url, "{ eventCursor }")).body.data.eventCursor).toBe(end);
    const { data } = (await graphql(server.url, "{ eventCursor }", {}, { token: ada.token })).body;
    expect(data.eventCursor).toBe(end);
    const socket = await connectSocket(server.url);
    socket.send({ id: "1", type: "subscribe", payload: { query: "{ eventCursor }" } });
    const answer = await socket.messages.find(({ type }) => type === "next");
    expect(answer.payload.data).toEqual({ eventCursor: end });
    await socket.close();
  });

  test("what is shown with it and what is sent after it is everything, while posts are written", async () => {
    const socket = await connectSocket(server.url);
    const pouring = pourPosts(server.url, ada, "post");
    const looks: Look[] = [];
    for (const _ of range(1, rounds)) looks.push(await look(server, socket));
    const titles = await pouring.stop();
    await post(server.url, ada, "The last one");
    await expectEverything(looks, titles);
    await socket.close();
  });
});

describe.runIf(canShare)("on two instances", () => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances();
  });
  afterAll(() => instances.close());

  test("state read on one and followed on the other is everything as well", async () => {
    const { first, second } = instances;
    const ada = await join(first.url, "ada");
    const sockets = [await connectSocket(second.url), await connectSocket(first.url)];
    const pouring = pourPosts(first.url, ada, "post");
    const looks: Look[] = [];
    for (const round of range(1, rounds)) {
      const socket = sockets[round % 2];
      if (socket !== undefined) looks.push(await look(round % 2 === 0 ? first : second, socket));
    }
    const titles = await pouring.stop();
    await post(first.url, ada, "The last one");
    await expectEverything(looks, titles);
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});
