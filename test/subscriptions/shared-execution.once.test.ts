/** One execution per event and distinct subscription, and a constant number of statements. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { Group } from "../../src/subscriptions/group.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { act, comment, cursorNow, post } from "./acting.js";
import { until } from "./inbox.js";
import { type Listener, setUp, subscribeOn } from "./listener.js";
import { range, settledHead } from "./log.js";
import { connectSocket, type TestSocket } from "./socket.js";

let server: TestServer;
let ada: Account;
let postId: string;
let sockets: TestSocket[] = [];
beforeAll(async () => {
  server = await startTestServer({ config: { subscriptionsPerConnection: 1_000, connectionsPerUser: 1_000 } });
  ada = await server.signUp("ada");
  postId = await post(server.url, ada, "The post");
  await settledHead(server);
});
afterAll(() => server.close());
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(sockets.map((socket) => socket.close()));
  sockets = [];
  await until(() => server.live.engine.size.listeners === 0);
});

async function connect(token?: string): Promise<TestSocket> {
  const socket = await connectSocket(server.url, token);
  sockets.push(socket);
  return socket;
}

const distinct = [
  { query: "subscription { commentAdded { cursor comment { text author { handle } } post { title } } }" },
  { query: "subscription { events { __typename cursor ... on CommentAdded { comment { text } } } }" },
  {
    query:
      "subscription ($postId: ID) { commentAdded(postId: $postId) { comment { text post { author { handle } } } } }",
    variables: { postId: toGlobalId("Post", 1) },
  },
];

/** Spreads `count` listeners over three distinct subscriptions and ten sockets. */
async function gather(count: number): Promise<Listener[]> {
  const open = await Promise.all(range(1, 10).map(() => connect()));
  return setUp(
    ...range(0, count - 1).map((index) => {
      const [socket, subscription] = [open[index % open.length], distinct[index % distinct.length]];
      if (socket === undefined || subscription === undefined) throw new Error("there are ten and three");
      return subscribeOn(socket, subscription);
    }),
  );
}

test("300 listeners on ten sockets in 3 distinct subscriptions are 3 executions for each event", async () => {
  const listeners = await gather(300);
  expect(server.live.engine.size).toEqual({ groups: 3, listeners: 300 });
  const execute = vi.spyOn(Group.prototype, "execute");
  for (const text of ["One", "Two"]) await comment(server.url, ada, { postId, text });
  for (const { events } of listeners) {
    expect((await events.first(2)).map((event) => event.comment.text)).toEqual(["One", "Two"]);
  }
  expect(execute).toHaveBeenCalledTimes(6);
});

/** Reads of the live engine: not what the tail, the relay and the webhooks' worker look for, events or not. */
const readsOfEngine = /^SELECT(?!.*\b(event_head|number_events|pg_try_advisory_lock)\b)/is;

/** Statements that deliver one comment to those who listen, by kind: reads of the live engine, not of the mutation. */
async function statementsOfOneEvent(listeners: readonly Listener[]): Promise<string[]> {
  await settledHead(server);
  const seen = listeners.map(({ events }) => events.all.length);
  const data = { commentId: 1, postId: 1, authorId: 1 };
  const { statements } = await recordStatements(async () => {
    // Straight into the log: a mutation has statements of its own.
    await server.database.prisma.event.create({
      data: { type: "CommentAdded", data, occurredAt: new Date() },
      select: { id: true },
    });
    for (const [index, { events }] of listeners.entries()) await events.first((seen[index] ?? 0) + 1);
  }, readsOfEngine);
  // Those that do not wait for one another are sent in no fixed order.
  return statements.map(({ text }) => text).sort();
}

test("an event takes the same statements for 3 listeners and for 300", async () => {
  const few = await gather(3);
  const forFew = await statementsOfOneEvent(few);
  const many = [...few, ...(await gather(297))];
  const forMany = await statementsOfOneEvent(many);
  expect(forMany).toEqual(forFew);
  // The comment, its author, its post: whatever the groups select of them, each is read once.
  expect(forFew.length).toBeGreaterThan(0);
  expect(forFew.length).toBeLessThanOrEqual(4);
});

const asViewer = {
  query: `subscription { commentAdded { comment { text viewerHasLiked author { handle viewerIsFollowing } }
    post { viewerHasLiked viewerCanEdit } } }`,
};

test("an event takes the same statements for 1 viewer and for 30, each of whom gets their own result", async () => {
  const accounts = [ada];
  for (const index of range(1, 29)) accounts.push(await server.signUp(`viewer${index}`));
  for (const account of accounts.filter((_, index) => index % 2 === 0))
    await act(server.url, account, "likePost", { postId });
  const open = await Promise.all(accounts.map(({ token }) => connect(token)));
  const [first, ...rest] = open;
  if (first === undefined) throw new Error("there are thirty");
  const listeners: Listener[] = await setUp(subscribeOn(first, asViewer));
  const forOne = await statementsOfOneEvent(listeners);
  listeners.push(...(await setUp(...rest.map((socket) => subscribeOn(socket, asViewer)))));
  expect(server.live.engine.size).toEqual({ groups: 30, listeners: 30 });
  const forMany = await statementsOfOneEvent(listeners);
  expect(forMany).toEqual(forOne);
  const mentionedUserIds = listeners.map(({ events }) => events.all.at(-1)?.post);
  expect(mentionedUserIds).toEqual(
    accounts.map((account, index) => ({ viewerHasLiked: index % 2 === 0, viewerCanEdit: account === ada })),
  );
});

test("visitors are one viewer together, and a user's sockets are one", async () => {
  const visitors = await Promise.all(range(1, 5).map(() => connect()));
  const adas = await Promise.all(range(1, 5).map(() => connect(ada.token)));
  const listeners = await setUp(...[...visitors, ...adas].map((each) => subscribeOn(each, asViewer)));
  expect(server.live.engine.size).toEqual({ groups: 2, listeners: 10 });
  const execute = vi.spyOn(Group.prototype, "execute");
  await comment(server.url, ada, { postId, text: "Who sees what" });
  for (const [index, { events }] of listeners.entries()) {
    expect(await events.first(1)).toMatchObject([{ post: { viewerHasLiked: index >= 5, viewerCanEdit: index >= 5 } }]);
  }
  expect(execute).toHaveBeenCalledTimes(2);
});

test("listeners that differ only in where they resume end in the same group", async () => {
  const query = "subscription ($after: String) { commentAdded(after: $after) { comment { text } } }";
  const cursors = [];
  for (const text of ["A", "B", "C"]) {
    cursors.push(await cursorNow(server.database));
    await comment(server.url, ada, { postId, text });
  }
  await cursorNow(server.database);
  const socket = await connect();
  const all = [...cursors, null].map((after) => ({ query, variables: { after } }));
  const listeners = await setUp(...[...all, { query }].map((subscription) => subscribeOn(socket, subscription)));
  expect(server.live.engine.size).toEqual({ groups: 1, listeners: 5 });
  for (const [index, { events }] of listeners.slice(0, 3).entries()) await events.first(3 - index);
  const execute = vi.spyOn(Group.prototype, "execute");
  await comment(server.url, ada, { postId, text: "D" });
  const texts = await Promise.all(listeners.map(({ events }, index) => events.first(Math.max(4 - index, 1))));
  expect(texts.map((events) => events.map((event) => event.comment.text).join(""))).toEqual([
    "ABCD",
    "BCD",
    "CD",
    "D",
    "D",
  ]);
  expect(execute).toHaveBeenCalledTimes(1);
});

test("other variables, another operation or another text are another group", async () => {
  const query = `subscription A($postId: ID) { commentAdded(postId: $postId) { cursor } }
    subscription B($postId: ID) { commentAdded(postId: $postId) { cursor } }`;
  const socket = await connect();
  const [one, two] = [toGlobalId("Post", 1), toGlobalId("Post", 2)];
  await setUp(
    subscribeOn(socket, { query, operationName: "A", variables: { postId: one } }),
    subscribeOn(socket, { query, operationName: "A", variables: { postId: two } }),
    subscribeOn(socket, { query, operationName: "B", variables: { postId: one } }),
    subscribeOn(socket, { query: `${query} `, operationName: "B", variables: { postId: one } }),
    subscribeOn(socket, { query, operationName: "B", variables: { postId: one } }),
  );
  expect(server.live.engine.size).toEqual({ groups: 4, listeners: 5 });
});

test("each event is read anew: what was edited between two of them is seen in the second", async () => {
  const socket = await connect();
  const [listener] = await setUp(
    subscribeOn(socket, { query: "subscription { postUpdated { post { content author { name } } } }" }),
  );
  for (const [content, name] of [
    ["First", "Ada"],
    ["Second", "Ada Lovelace"],
  ]) {
    const seen = listener.events.all.length;
    await act(server.url, ada, "updateProfile", { name });
    await act(server.url, ada, "updatePost", { postId, content });
    const events = await listener.events.first(seen + 1);
    expect(events.at(-1)).toEqual({ post: { content, author: { name } } });
  }
});

test("variables that no operation declares part nobody from the others, and are not kept", async () => {
  const socket = await connect();
  const query = "subscription ($postId: ID) { commentAdded(postId: $postId) { comment { text } } }";
  const ballast = (n: number) => ({ postId, constructor: n, [`unused${n}`]: "x".repeat(1_000) });
  const listeners = await setUp(...range(1, 5).map((n) => subscribeOn(socket, { query, variables: ballast(n) })));
  expect(server.live.engine.size).toEqual({ groups: 1, listeners: 5 });
  await comment(server.url, ada, { postId, text: "For all of them" });
  for (const { events } of listeners) expect(await events.first(1)).toEqual([{ comment: { text: "For all of them" } }]);
});
