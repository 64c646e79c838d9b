/** Each field of `Subscription`, with and without its filter. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, comment, post } from "./acting.js";
import { until } from "./inbox.js";
import { type SentEvent, setUp, subscribeOn } from "./listener.js";
import { settledHead } from "./log.js";
import { connectSocket } from "./socket.js";

let server: TestServer;
let ada: Account;
let bob: Account;
/** Posts of ada and of bob, each with a comment. */
let [mine, other] = ["", ""];
let [myComment, otherComment] = ["", ""];

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
  [mine, other] = [await post(server.url, ada, "Mine"), await post(server.url, bob, "Other")];
  myComment = await comment(server.url, ada, { postId: mine, text: "On mine" });
  otherComment = await comment(server.url, ada, { postId: other, text: "On other" });
  await settledHead(server);
});
afterAll(() => server.close());

interface Case {
  readonly field: string;
  readonly filter: string;
  readonly selection: string;
  /** The filter's value, known once the server has started. */
  readonly only: () => string;
  /** Makes an event of this field: one that the filter leaves out, then one it lets through. */
  readonly make: (fits: boolean) => Promise<unknown>;
  /** What of the event says which of them it is. */
  readonly expected: (fits: boolean) => SentEvent;
}

const on = (fits: boolean) => (fits ? mine : other);
const author = (fits: boolean) => (fits ? ada : bob);
const cases: Case[] = [
  {
    field: "postCreated",
    filter: "authorId",
    selection: "post { title author { id } }",
    only: () => ada.id,
    make: (fits) => post(server.url, author(fits), `Of ${author(fits).handle}`),
    expected: (fits) => ({ post: { title: `Of ${author(fits).handle}`, author: { id: author(fits).id } } }),
  },
  {
    field: "postUpdated",
    filter: "postId",
    selection: "post { id content }",
    only: () => mine,
    make: (fits) => act(server.url, author(fits), "updatePost", { postId: on(fits), content: `Edited ${fits}` }),
    expected: (fits) => ({ post: { id: on(fits), content: `Edited ${fits}` } }),
  },
  {
    field: "postLiked",
    filter: "postId",
    selection: "post { id likeCount } user { handle }",
    only: () => mine,
    make: (fits) => act(server.url, bob, "likePost", { postId: on(fits) }),
    expected: (fits) => ({ post: { id: on(fits), likeCount: 1 }, user: { handle: "bob" } }),
  },
  {
    field: "commentAdded",
    filter: "postId",
    selection: "comment { text post { id } author { handle } } post { id }",
    only: () => mine,
    make: (fits) => comment(server.url, bob, { postId: on(fits), text: `Here ${fits}` }),
    expected: (fits) => ({
      comment: { text: `Here ${fits}`, post: { id: on(fits) }, author: { handle: "bob" } },
      post: { id: on(fits) },
    }),
  },
  {
    field: "commentUpdated",
    filter: "postId",
    selection: "comment { id text } post { id }",
    only: () => mine,
    make: (fits) =>
      act(server.url, ada, "updateComment", { commentId: fits ? myComment : otherComment, text: `Now ${fits}` }),
    expected: (fits) => ({
      comment: { id: fits ? myComment : otherComment, text: `Now ${fits}` },
      post: { id: on(fits) },
    }),
  },
  {
    field: "commentDeleted",
    filter: "postId",
    selection: "deletedCommentId comment { id } post { id }",
    only: () => mine,
    make: (fits) => act(server.url, ada, "deleteComment", { commentId: fits ? myComment : otherComment }),
    expected: (fits) => ({ deletedCommentId: fits ? myComment : otherComment, comment: null, post: { id: on(fits) } }),
  },
  {
    field: "userFollowed",
    filter: "userId",
    selection: "user { id followerCount } follower { id }",
    only: () => ada.id,
    make: (fits) => act(server.url, fits ? bob : ada, "followUser", { userId: author(fits).id }),
    expected: (fits) => ({ user: { id: author(fits).id, followerCount: 1 }, follower: { id: author(!fits).id } }),
  },
  {
    field: "postDeleted",
    filter: "postId",
    selection: "deletedPostId",
    only: () => mine,
    make: (fits) => act(server.url, author(fits), "deletePost", { postId: on(fits) }),
    expected: (fits) => ({ deletedPostId: on(fits) }),
  },
];

test.each(cases)("$field is sent to all, and with $filter only of that one", async (each) => {
  const { field, filter, selection, only, make, expected } = each;
  const query = `subscription ($only: ID) { ${field}(${filter}: $only) { cursor ${selection} } }`;
  const socket = await connectSocket(server.url);
  const [all, one] = await setUp(
    subscribeOn(socket, { query }),
    subscribeOn(socket, { query, variables: { only: only() } }),
  );
  // The one that fits is last: when it has come, the other would have.
  await make(false);
  await make(true);
  expect(await all.events.first(2)).toMatchObject([expected(false), expected(true)]);
  const [second] = await all.events.first(2).then((events) => events.slice(1));
  expect(await one.events.first(1)).toEqual([second]);
  expect(one.events.all).toHaveLength(1);
  await socket.close();
  await until(() => server.live.engine.size.listeners === 0);
});

test.each([
  ["postCreated", "authorId", "Post"],
  ["postLiked", "postId", "User"],
  ["userFollowed", "userId", "Post"],
])("%s refuses a %s that is no id of its type", async (field, filter, type) => {
  const id = type === "Post" ? mine : ada.id;
  const query = `subscription { ${field}(${filter}: "${id}") { id } }`;
  const listener = subscribeOn(await connectSocket(server.url), { query });
  expect(await listener.refusal()).toMatchObject([{ extensions: { code: "BAD_ID" } }]);
  await listener.close();
});
