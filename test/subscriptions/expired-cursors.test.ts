/** An instance that was down longer than events are kept reports it to its listeners and continues. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { listen } from "./listener.js";
import { positionsOf, range, settledHead, write } from "./log.js";

const everything = "subscription ($after: String) { events(after: $after) { cursor } }";
const expired = [{ extensions: { code: "CURSOR_EXPIRED" } }];

let server: TestServer;
beforeEach(async () => {
  // Its clock stands still: what it remembers of a session, it remembers until the log tells otherwise.
  const now = new Date();
  server = await startTestServer({ now: () => now });
});
afterEach(() => server.close());

/** In one moment, so that the instance sees nothing of it, as if it had been away: events are written, numbered, and pruned but for the last. */
async function missEvents(count: number): Promise<void> {
  const head = await settledHead(server);
  const data = { type: "PostLiked", data: { postId: 1, userId: 1 }, occurredAt: new Date() };
  await server.database.prisma.$transaction(async (tx) => {
    await tx.event.createMany({ data: range(1, count).map(() => data) });
    await tx.$queryRawUnsafe("SELECT count(*)::int AS count FROM number_events(1000)");
    await tx.event.deleteMany({ where: { position: { lt: head + count } } });
    await tx.eventHead.updateMany({ data: { floor: head + count - 1 } });
  });
}

test("listeners get CURSOR_EXPIRED, over WebSocket and over SSE, and none is sent what is left as if it were all", async () => {
  const listeners = [
    await listen(server, { query: everything }),
    await listen(server, { query: "subscription { commentAdded { cursor } }" }),
  ];
  const stream = await fetch(`${server.url}/graphql/stream?${new URLSearchParams({ query: everything })}`);
  await missEvents(5);
  for (const { refusal, events } of listeners) {
    expect(await refusal()).toMatchObject(expired);
    expect(events.all).toEqual([]);
  }
  const text = await stream.text();
  expect(text).toContain("CURSOR_EXPIRED");
  expect(text.match(/^data: ./gm)).toHaveLength(1);
  expect(server.live.engine.size).toEqual({ groups: 0, listeners: 0 });
  await Promise.all(listeners.map((listener) => listener.close()));
});

test("sockets of users come back to be looked at anew: their sessions may have ended unheard of", async () => {
  const ada = await server.signUp("ada");
  const [user, visitor] = [
    await listen(server, { query: everything }, ada.token),
    await listen(server, { query: everything }),
  ];
  await missEvents(2);
  expect(await user.refusal()).toMatchObject(expired);
  expect((await user.closing).code).toBe(1001);
  await visitor.refusal();
  expect(visitor.socket.socket.readyState).toBe(visitor.socket.socket.OPEN);
  await visitor.close();
});

test("a session that ended unheard of is refused at once, though it was just seen alive", async () => {
  const ada = await server.signUp("ada");
  const viewer = () => server.graphql("{ viewer { handle } }", {}, { token: ada.token });
  const listener = await listen(server, { query: everything });
  expect((await viewer()).body.data.viewer.handle).toBe("ada");
  await server.database.prisma.session.updateMany({ data: { revokedAt: new Date() } });
  // Until the log tells of it, it is taken as it was last seen.
  expect((await viewer()).status).toBe(200);
  await missEvents(2);
  await listener.refusal();
  expect((await viewer()).status).toBe(401);
  await listener.close();
});

test("who subscribes then is sent what follows, each event once", async () => {
  const before = await listen(server, { query: everything });
  await missEvents(3);
  await before.refusal();
  const head = await settledHead(server);
  const after = await server.graphql("{ eventCursor }");
  const variables = { after: after.body.data.eventCursor };
  const listener = await listen(server, { query: everything, variables });
  await write(server.database, head + 1, 4);
  // The last of what was missed is still in the log: it is before or after the cursor, and sent in the second case alone.
  const first = positionsOf([{ cursor: variables.after }])[0] ?? 0;
  expect(positionsOf(await listener.events.first(head + 4 - first))).toEqual(range(first + 1, head + 4));
  await Promise.all([before.close(), listener.close()]);
});
