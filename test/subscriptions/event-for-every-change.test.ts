/** Every change is one event, in order; an operation without effect is none. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { publicEventTypes } from "../../src/events/event.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, comment, post } from "./acting.js";
import { listen, setUp, subscribeOn } from "./listener.js";
import { settledHead } from "./log.js";
import { connectSocket } from "./socket.js";

const everything = `subscription ($types: [EventType!]) { events(types: $types) {
  __typename id cursor occurredAt
  ... on UserCreated { user { handle } }
  ... on UserUpdated { user { id bio } }
  ... on UserDeleted { deletedUserId }
  ... on UserFollowed { user { id } follower { id } }
  ... on UserUnfollowed { user { id } follower { id } }
  ... on PostCreated { post { id title } }
  ... on PostUpdated { post { id } }
  ... on PostDeleted { deletedPostId }
  ... on PostLiked { post { id } user { id } }
  ... on PostUnliked { post { id } user { id } }
  ... on CommentAdded { comment { id text } post { id } }
  ... on CommentUpdated { comment { id text } post { id } }
  ... on CommentDeleted { deletedCommentId comment { isDeleted } post { id } }
  ... on CommentLiked { comment { id } user { id } }
  ... on CommentUnliked { comment { id } user { id } }
} }`;

let server: TestServer;
let ada: Account;
let bob: Account;
let admin: Account;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, admin] = [await server.signUp("ada"), await server.signUp("bob"), await server.signUp("the_admin")];
  await server.database.prisma.user.updateMany({ where: { handle: "the_admin" }, data: { role: "ADMIN" } });
  await settledHead(server);
});
afterAll(() => server.close());

test("each mutation writes its event, with what it tells, in the order in which they were done", async () => {
  const listener = await listen(server, { query: everything }, admin.token);
  const { url } = server;
  await server.signUp("carol");
  await act(url, ada, "updateProfile", { bio: "Hello" });
  await act(url, ada, "followUser", { userId: bob.id });
  await act(url, ada, "unfollowUser", { userId: bob.id });
  const postId = await post(url, ada, "First");
  await act(url, ada, "updatePost", { postId, content: "Edited" });
  await act(url, bob, "likePost", { postId });
  await act(url, bob, "unlikePost", { postId });
  const commentId = await comment(url, bob, { postId, text: "Yes" });
  const replyId = await comment(url, ada, { postId, text: "Thanks", parentId: commentId });
  await act(url, bob, "updateComment", { commentId, text: "Yes!" });
  await act(url, ada, "likeComment", { commentId });
  await act(url, ada, "unlikeComment", { commentId });
  await act(url, bob, "deleteComment", { commentId });
  await act(url, ada, "deletePost", { postId });

  const events = await listener.events.first(15);
  const received = events.map(({ id: _, cursor: __, occurredAt: ___, ...rest }) => rest);
  // What was deleted since is sent without it: the order of deliveries and deletions is not fixed but for the first.
  expect(received.map(({ __typename }) => __typename)).toEqual([
    "UserCreated",
    "UserUpdated",
    "UserFollowed",
    "UserUnfollowed",
    "PostCreated",
    "PostUpdated",
    "PostLiked",
    "PostUnliked",
    "CommentAdded",
    "CommentAdded",
    "CommentUpdated",
    "CommentLiked",
    "CommentUnliked",
    "CommentDeleted",
    "PostDeleted",
  ]);
  expect(received[0]).toEqual({ __typename: "UserCreated", user: { handle: "carol" } });
  expect(received[1]).toEqual({ __typename: "UserUpdated", user: { id: ada.id, bio: "Hello" } });
  const follow = { user: { id: bob.id }, follower: { id: ada.id } };
  expect(received.slice(2, 4)).toEqual([
    { __typename: "UserFollowed", ...follow },
    { __typename: "UserUnfollowed", ...follow },
  ]);
  expect(received[13]).toMatchObject({ deletedCommentId: commentId });
  expect(received[14]).toEqual({ __typename: "PostDeleted", deletedPostId: postId });
  expect(new Set(events.map(({ id }) => id)).size).toBe(15);
  expect(replyId).not.toBe(commentId);
  const times = events.map(({ occurredAt }) => occurredAt);
  expect(times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time))).toBe(true);
  await listener.close();
});

test("while everything is there, each event tells it", async () => {
  const listener = await listen(server, { query: everything }, admin.token);
  const { url } = server;
  const postId = await post(url, ada, "Second");
  const commentId = await comment(url, bob, { postId, text: "Yes" });
  const steps: [string, Account, object][] = [
    ["updatePost", ada, { postId, content: "Edited" }],
    ["likePost", bob, { postId }],
    ["unlikePost", bob, { postId }],
    ["likeComment", ada, { commentId }],
    ["unlikeComment", ada, { commentId }],
    ["updateComment", bob, { commentId, text: "Yes!" }],
  ];
  for (const [field, who, input] of steps) await act(url, who, field, input);
  const events = await listener.events.first(8);
  const [postEvent, commentEvent] = [{ post: { id: postId } }, { comment: { id: commentId } }];
  expect(events).toMatchObject([
    { __typename: "PostCreated", post: { id: postId, title: "Second" } },
    { __typename: "CommentAdded", ...commentEvent, ...postEvent },
    { __typename: "PostUpdated", ...postEvent },
    { __typename: "PostLiked", ...postEvent, user: { id: bob.id } },
    { __typename: "PostUnliked", ...postEvent, user: { id: bob.id } },
    { __typename: "CommentLiked", ...commentEvent, user: { id: ada.id } },
    { __typename: "CommentUnliked", ...commentEvent, user: { id: ada.id } },
    { __typename: "CommentUpdated", comment: { id: commentId, text: "Yes!" }, ...postEvent },
  ]);
  await listener.close();
});

test("what changes nothing, is refused or fails writes no event", async () => {
  const { url } = server;
  const listener = await listen(server, { query: everything }, admin.token);
  const postId = await post(url, ada, "Third");
  await act(url, bob, "likePost", { postId });
  await act(url, bob, "likePost", { postId });
  await act(url, ada, "unlikePost", { postId });
  await act(url, ada, "followUser", { userId: ada.id });
  await act(url, ada, "unfollowUser", { userId: bob.id });
  await act(url, ada, "createPost", { title: "", content: "no title" });
  await act(url, ada, "updatePost", { postId, title: " " });
  await act(url, ada, "createComment", { postId, text: "" });
  await expect(act(url, bob, "updatePost", { postId, title: "Not mine" })).rejects.toThrow("FORBIDDEN");
  await expect(act(url, { token: "no token" }, "likePost", { postId })).rejects.toThrow("UNAUTHENTICATED");
  await act(url, bob, "unlikePost", { postId });
  const events = await listener.events.through(({ __typename }) => __typename === "PostUnliked");
  expect(events.map(({ __typename }) => __typename)).toEqual(["PostCreated", "PostLiked", "PostUnliked"]);
  await listener.close();
});

test("a transaction that is rolled back writes no event, and its place in the log is not missed", async () => {
  const listener = await listen(server, { query: everything });
  const { prisma } = server.database;
  const failing = prisma.$transaction(async (tx) => {
    const data = { userId: 1 };
    await tx.event.create({ data: { type: "UserUpdated", data, occurredAt: new Date() } });
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  await act(server.url, ada, "updateProfile", { bio: "After" });
  const [first] = await listener.events.first(1);
  expect(first).toMatchObject({ __typename: "UserUpdated", user: { bio: "After" } });
  await listener.close();
});

test("events(types) are of those types alone, whichever they are", async () => {
  const { url } = server;
  const socket = await connectSocket(url, admin.token);
  const types = Object.keys(publicEventTypes);
  const of = (...names: string[]) => subscribeOn(socket, { query: everything, variables: { types: names } });
  const [ofTwo, ofNone, ...listeners] = await setUp(
    of("POST_LIKED", "USER_FOLLOWED"),
    of(),
    ...types.map((type) => of(type)),
  );
  const dave = await server.signUp("dave");
  await act(url, ada, "updateProfile", { bio: "Types" });
  await act(url, ada, "followUser", { userId: bob.id });
  await act(url, ada, "unfollowUser", { userId: bob.id });
  const postId = await post(url, ada, "First");
  for (const field of ["likePost", "unlikePost"]) await act(url, bob, field, { postId });
  await act(url, ada, "updatePost", { postId, content: "Types" });
  const commentId = await comment(url, bob, { postId, text: "Yes" });
  await act(url, bob, "updateComment", { commentId, text: "Yes!" });
  for (const field of ["likeComment", "unlikeComment"]) await act(url, ada, field, { commentId });
  await act(url, bob, "deleteComment", { commentId });
  await act(url, ada, "deletePost", { postId });
  await act(url, dave, "deleteMyAccount", { password: dave.password });
  // What brings these about has tests of its own, in test/webhooks.
  const { prisma } = server.database;
  const received = { source: "somebody", messageId: "1", body: "{}" };
  const disabled = { webhookId: 1, ownerId: parseIdOf("User", admin.id) };
  for (const [type, data] of Object.entries({ WebhookReceived: received, WebhookDisabled: disabled }))
    await prisma.event.create({ data: { type, data, occurredAt: new Date() } });
  for (const listener of listeners) await listener.events.first(1);
  const names = listeners.map(({ events }) => events.all.map(({ __typename }) => __typename));
  expect(names).toEqual(Object.values(publicEventTypes).map((name) => [name]));
  expect((await ofTwo.events.first(2)).map(({ __typename }) => __typename)).toEqual(["UserFollowed", "PostLiked"]);
  expect(ofTwo.events.all).toHaveLength(2);
  expect(ofNone.events.all).toHaveLength(0);
  await socket.close();
});
