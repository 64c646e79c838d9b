/** Clients that do not read: bounded memory, those with the most bytes are closed first. */
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UnreadBytes } from "../../src/http/unread-bytes.js";
import { openLog } from "../../src/log.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { act, post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { listen } from "../subscriptions/listener.js";

const seed = 20_261_131;
const log = openLog("silent");

/** A connection whose client reads when the test says so. */
class Stream {
  writableLength = 0;
  destroyed = false;
  isClosing = false;
  #onClose: (() => void)[] = [];

  once(_: "close", listener: () => void): void {
    this.#onClose.push(listener);
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.writableLength = 0;
    for (const callback of this.#onClose) callback();
  }
}

test(`whatever is written and read, the limit holds, and those with the most go first (seed ${seed})`, () => {
  const random = new Random(seed);
  for (let round = 0; round < 50; round += 1) {
    const limit = random.integer(1_000, 100_000);
    const isPatient = random.isTrue(0.5);
    const unread = new UnreadBytes(limit, log);
    const streams = Array.from({ length: random.integer(1, 60) }, () => new Stream());
    const open = () => streams.filter(({ destroyed }) => !destroyed);
    const sum = () => open().reduce((total, { writableLength }) => total + writableLength, 0);
    let closed = 0;
    for (let step = 0; step < 500 && open().length > 0; step += 1) {
      const stream = random.pick(open());
      if (random.isTrue(0.3)) stream.writableLength = random.pick([0, Math.floor(stream.writableLength / 2)]);
      if (random.isTrue(0.05)) stream.destroy();
      if (stream.destroyed || stream.isClosing) continue;
      const before = new Map(open().map((each) => [each, each.isClosing]));
      const written = random.integer(0, limit / 5);
      stream.writableLength += written;
      unread.note(stream, () => {
        stream.isClosing = true;
        closed += 1;
        // A WebSocket closes later, and keeps its bytes until then.
        if (!isPatient) stream.destroy();
      });
      expect(sum()).toBeLessThanOrEqual(limit + written);
      const gone = [...before]
        .filter(([each, wasClosing]) => each.destroyed || each.isClosing !== wasClosing)
        .map(([each]) => each);
      const lived = open().filter(({ isClosing }) => !isClosing);
      if (!isPatient && gone.length > 0) expect(sum()).toBeLessThanOrEqual(limit);
      for (const each of isPatient ? gone.filter(({ destroyed }) => !destroyed) : []) {
        for (const other of lived) expect(each.writableLength).toBeGreaterThanOrEqual(other.writableLength);
      }
    }
    expect(unread.closedCount).toBe(closed);
    for (const stream of open()) stream.writableLength = 0;
    expect(unread.total).toBe(0);
  }
});

describe("a server", () => {
  const limit = 8_388_608;
  /** Two pages of a hundred posts of 39,000 characters. */
  const large = "{ a: posts(first: 100) { nodes { content } } b: posts(first: 100) { nodes { content } } }";
  const largeBytes = 2 * 100 * 39_000;
  let server: TestServer;
  let ada: Account;
  let postId: string;
  beforeAll(async () => {
    server = await startTestServer({
      config: { unreadLimitBytes: limit, backlogBytes: 67_108_864, connectionsPerUser: 1_000 },
    });
    ada = await server.signUp("ada");
    postId = await post(server.url, ada, "Long");
    const one = { title: "Long", content: "x".repeat(39_000), authorId: 1 };
    await server.database.prisma.post.createMany({ data: Array.from({ length: 100 }, () => one) });
  });
  afterAll(() => server.close());

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
  }

  /** Sends a request over a connection of its own, and reads nothing. */
  function ask(path: string): Socket {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const body = JSON.stringify({ query: large });
    const head = ["host: parley", "content-type: application/json", `content-length: ${body.length}`];
    socket.write(`POST ${path} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n${body}`);
    socket.on("error", () => undefined);
    return socket.pause();
  }

  test.each(["/graphql", "/graphql/stream"])(
    "closes responses on %s that nobody reads; who reads is answered",
    async (path) => {
      const before = await metric("parley_unread_closed_total");
      const sockets: Socket[] = [];
      let most = 0;
      while ((await metric("parley_unread_closed_total")) < before + 3) {
        sockets.push(ask(path));
        most = Math.max(most, await metric("parley_unread_bytes"));
        const { body } = await server.graphql(large);
        expect(body.data.a.nodes).toHaveLength(100);
        if (sockets.length > 100) throw new Error("the server never noticed");
      }
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(limit + largeBytes + 10_000);
      for (const socket of sockets) socket.destroy();
      await until(async () => (await metric("parley_unread_bytes")) === 0);
    },
  );

  test("closes a WebSocket that reads nothing with 4413 and names the setting; others hear of every event", async () => {
    const query = "subscription { postLiked { id post { author { posts(first: 100) { nodes { content } } } } } }";
    const slow = await listen(server, { query });
    const other = await listen(server, { query: "subscription { postLiked { id } }" });
    (slow.socket.socket as unknown as { _socket: Socket })._socket.pause();
    let events = 0;
    const before = await metric("parley_unread_closed_total");
    while ((await metric("parley_unread_closed_total")) === before) {
      await act(server.url, ada, "likePost", { postId });
      await act(server.url, ada, "unlikePost", { postId });
      events += 1;
      expect(await other.events.first(events)).toHaveLength(events);
      if (events > 100) throw new Error("the server never noticed");
    }
    (slow.socket.socket as unknown as { _socket: Socket })._socket.resume();
    expect(await slow.closing).toEqual({ code: 4413, reason: expect.stringContaining("(UNREAD_LIMIT_BYTES)") });
    await other.close();
  });
});
