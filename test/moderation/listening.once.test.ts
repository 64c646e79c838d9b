/** Live: what whom somebody blocks does is not sent to them, and what is hidden is shown to nobody else. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Group } from "../../src/subscriptions/group.js";
import { recordStatements } from "../harness/statements.js";
import { cursorNow } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { type Listener, listen } from "../subscriptions/listener.js";
import { act, type Community, comment, openCommunity, post, read } from "./doing.js";

const all = `subscription ($after: String) { events(after: $after) { __typename cursor
  ... on PostCreated { post { title author { handle } } }
  ... on PostUpdated { updatedPostId post { title isHidden } }
  ... on PostLiked { post { title author { handle } } user { handle } }
  ... on UserFollowed { user { handle } follower { handle } }
  ... on CommentAdded { comment { text author { handle } parent { author { handle } } } post { title } }
  ... on CommentUpdated { updatedCommentId comment { text } }
} }`;

let c: Community;
let marks = 0;
beforeAll(async () => {
  c = await openCommunity();
});
afterAll(() => c.server.close());

/** What a listener was sent until a post of carol's that is made now. */
async function sentUntilNow(listeners: readonly Listener[]) {
  marks += 1;
  const title = `Mark ${marks}`;
  await post(c.server, c.carol, title);
  return Promise.all(
    listeners.map(async ({ events }) => {
      const sent = await events.through((event) => event.post?.title === title);
      events.all.splice(0);
      return sent.slice(0, -1).map(({ cursor: _, ...event }) => event);
    }),
  );
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}

test("the same socket is sent nothing of whom she blocks from the block on, and again after it; others are sent all", async () => {
  const { server, ada, bob } = c;
  const listeners = [
    await listen(server, { query: all }, ada.token),
    await listen(server, { query: all }, bob.token),
    await listen(server, { query: all }),
  ];
  await post(server, bob, "Before");
  expect((await sentUntilNow(listeners)).map((sent) => sent.length)).toEqual([1, 1, 1]);
  await act(server, ada, "blockUser", { userId: bob.id });
  const his = await post(server, bob, "Blocked");
  await comment(server, bob, his, "Blocked");
  const [hers, hisOwn, others] = await sentUntilNow(listeners);
  expect(hers).toEqual([]);
  expect(hisOwn).toHaveLength(2);
  expect(others).toEqual(hisOwn);
  await act(server, ada, "unblockUser", { userId: bob.id });
  await post(server, bob, "After");
  expect((await sentUntilNow(listeners)).map((sent) => sent.length)).toEqual([1, 1, 1]);
  await closeAll(listeners);
});

test("what others do is sent without him in it, in a list or out of it", async () => {
  const { server, ada, bob, carol } = c;
  const his = await post(server, bob, "His");
  const hisComment = await comment(server, bob, his, "His comment");
  const carols = await post(server, carol, "Carol's");
  await comment(server, bob, carols, "His on Carol's");
  await act(server, ada, "blockUser", { userId: bob.id });
  const lists = `subscription { commentAdded(postId: "${carols}") { comment { text } post {
    comments { totalCount nodes { author { handle } } } } } }`;
  const listeners = [await listen(server, { query: all }, ada.token), await listen(server, { query: all })];
  const ofLists = [await listen(server, { query: lists }, ada.token), await listen(server, { query: lists })];
  await act(server, carol, "likePost", { postId: his });
  await act(server, carol, "followUser", { userId: bob.id });
  await comment(server, carol, his, "To him", hisComment);
  await comment(server, carol, carols, "Own");
  const [hers, others] = await sentUntilNow(listeners);
  const carolsOwn = { comment: { text: "Own", author: { handle: "carol" }, parent: null }, post: { title: "Carol's" } };
  expect(hers).toEqual([
    { __typename: "PostLiked", post: null, user: { handle: "carol" } },
    { __typename: "UserFollowed", user: null, follower: { handle: "carol" } },
    {
      __typename: "CommentAdded",
      comment: { text: "To him", author: { handle: "carol" }, parent: null },
      post: null,
    },
    { __typename: "CommentAdded", ...carolsOwn },
  ]);
  expect(others).toMatchObject([
    { post: { title: "His", author: { handle: "bob" } } },
    { user: { handle: "bob" } },
    { comment: { parent: { author: { handle: "bob" } } }, post: { title: "His" } },
    carolsOwn,
  ]);
  const [inHers, inOthers] = await Promise.all(ofLists.map(async ({ events }) => (await events.first(1))[0]));
  expect(inHers?.post.comments).toEqual({ totalCount: 1, nodes: [{ author: { handle: "carol" } }] });
  expect(inOthers?.post.comments.totalCount).toBe(2);
  await closeAll([...listeners, ...ofLists]);
});

test("who comes back is sent as little of him, and so is an operation that depends on who asks", async () => {
  const { server, ada, bob, carol } = c;
  const after = await cursorNow(server.database);
  const before = await post(server, bob, "While she was away");
  await act(server, carol, "likePost", { postId: before });
  await post(server, carol, "Carol's");
  const listeners = [
    await listen(server, { query: all, variables: { after } }, ada.token),
    await listen(server, { query: all, variables: { after } }),
  ];
  const [hers, others] = await sentUntilNow(listeners);
  expect(others).toHaveLength(3);
  expect(hers?.map(({ __typename, post: about }) => [__typename, about?.title])).toEqual([
    ["PostLiked", undefined],
    ["PostCreated", "Carol's"],
  ]);
  const own = "subscription { postLiked { post { title viewerHasLiked } user { handle } } }";
  const listener = await listen(server, { query: own }, ada.token);
  await act(server, bob, "likePost", { postId: before });
  const his = await post(server, bob, "Liked");
  await act(server, carol, "likePost", { postId: his });
  expect(await listener.events.first(1)).toEqual([{ post: null, user: { handle: "carol" } }]);
  await closeAll([...listeners, listener]);
});

test("a hundred listeners of whom one blocks are one execution, unless he is in it; statements stay as many", async () => {
  const { server, ada, bob } = c;
  const query = "subscription { postCreated { post { title author { handle } } } }";
  const many = await Promise.all(Array.from({ length: 3 }, () => listen(server, { query })));
  const hers = await listen(server, { query }, ada.token);
  const execute = vi.spyOn(Group.prototype as unknown as { execute: Group["execute"] }, "execute");
  const statementsOf = async (who: { token: string }, count: number) => {
    const { statements } = await recordStatements(async () => {
      await post(server, who, `Title ${count}`);
      for (const { events } of many) await events.first(count);
    }, /FROM (users|posts) AS r/);
    return statements.length;
  };
  const byCarol = await statementsOf(c.carol, 1);
  await hers.events.first(1);
  const byBob = await statementsOf(bob, 2);
  expect(byBob).toBe(byCarol);
  expect(execute).toHaveBeenCalledTimes(2);
  execute.mockRestore();
  expect(hers.events.all).toHaveLength(1);
  await closeAll([...many, hers]);
});

test("her webhook is sent nothing of him either", async () => {
  const { server, ada, bob, carol } = c;
  const { prisma } = server.database;
  const input = { url: "https://ada.example/hook", subscription: "subscription { postCreated { post { title } } }" };
  await act(server, ada, "createWebhook", input);
  await post(server, bob, "Bob's for a webhook");
  await post(server, carol, "Carol's for a webhook");
  await until(async () => (await prisma.webhookDelivery.count()) > 0);
  await cursorNow(server.database);
  const { position } = await prisma.eventHead.findFirstOrThrow();
  await until(async () => (await prisma.webhook.count({ where: { position } })) === 1);
  const bodies = (await prisma.webhookDelivery.findMany({ orderBy: { position: "asc" } })).map(({ body }) => body);
  expect(bodies.filter((body) => body.includes("webhook")).join()).toContain("Carol's");
  expect(bodies.join()).not.toContain("Bob's");
});

test("hiding is sent as an update, with the content for its author and moderators alone", async () => {
  const { server, ada, moderator, carol } = c;
  const postId = await post(server, ada, "To be hidden");
  const commentId = await comment(server, ada, postId, "To be hidden");
  const own = `subscription { postUpdated { updatedPostId post { title isHidden viewerCanEdit } } }`;
  const shared = [await listen(server, { query: all }, carol.token), await listen(server, { query: all }, ada.token)];
  const theirs = [
    await listen(server, { query: own }, ada.token),
    await listen(server, { query: own }, moderator.token),
    await listen(server, { query: own }, carol.token),
  ];
  await act(server, moderator, "hideContent", { id: postId, reason: "Not kind" });
  await act(server, moderator, "hideContent", { id: commentId, reason: "Not kind" });
  const expected = [
    { __typename: "PostUpdated", updatedPostId: postId, post: null },
    { __typename: "CommentUpdated", updatedCommentId: commentId, comment: null },
  ];
  expect(await sentUntilNow(shared)).toEqual([expected, expected]);
  const shown = { title: "To be hidden", isHidden: true, viewerCanEdit: true };
  const [hers, moderators, carols] = await Promise.all(theirs.map(({ events }) => events.first(1)));
  expect(hers).toEqual([{ updatedPostId: postId, post: shown }]);
  expect(moderators).toEqual([{ updatedPostId: postId, post: shown }]);
  expect(carols).toEqual([{ updatedPostId: postId, post: null }]);
  expect(await read(server, "query ($id: ID!) { post(id: $id) { title } }", ada, { id: postId })).not.toEqual({
    post: null,
  });
  await closeAll([...shared, ...theirs]);
});
