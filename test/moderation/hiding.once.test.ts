/** What a moderator has hidden is there for its author, moderators and admins; for all others it is as if it were gone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { act, type Community, comment, errorOf, openCommunity, post, read } from "./doing.js";

let c: Community;
let ids: { post: string; other: string; comment: string; reply: string; sibling: string };

beforeAll(async () => {
  c = await openCommunity();
  const { server, ada, bob } = c;
  const hidden = await post(server, ada, "To be hidden", "a lighthouse");
  const other = await post(server, ada, "Another", "a lighthouse");
  const parent = await comment(server, bob, other, "Bob's");
  const reply = await comment(server, ada, other, "To be hidden", parent);
  const sibling = await comment(server, bob, other, "Beside it", parent);
  ids = { post: hidden, other, comment: parent, reply, sibling };
});
afterAll(() => c.server.close());

const everyWay = `query ($ada: ID!, $post: ID!, $other: ID!, $comment: ID!, $reply: ID!) {
  posts { totalCount nodes { id } }
  found: posts(filter: { search: "lighthouse" }) { totalCount nodes { id } }
  byAuthor: posts(filter: { authorId: $ada }) { totalCount nodes { id } }
  post(id: $post) { id isHidden hiddenReason }
  node(id: $post) { id }
  nodes(ids: [$reply]) { id }
  ada: user(id: $ada) { posts { totalCount nodes { id } } comments { totalCount nodes { id } } }
  other: post(id: $other) { commentCount comments { totalCount } }
  comment(id: $comment) { replyCount replies { totalCount nodes { id } } }
  reply: comment(id: $reply) { id isHidden hiddenReason }
}`;

const seenBy = (who: { token: string } | undefined) => read(c.server, everyWay, who, { ada: c.ada.id, ...ids });

test("hidden, it is gone for others, and there for its author and moderators, with the reason", async () => {
  const { server, moderator, ada, admin, bob, carol } = c;
  const before = await seenBy(bob);
  const selection = "node { id ... on Post { isHidden hiddenReason } ... on Comment { isHidden hiddenReason } }";
  for (const id of [ids.post, ids.reply]) {
    const { node } = await act(server, moderator, "hideContent", { id, reason: "Not kind" }, selection);
    expect(node).toEqual({ id, isHidden: true, hiddenReason: "Not kind" });
  }
  const counts = { other: { commentCount: 2, comments: { totalCount: 1 } } };
  for (const who of [undefined, bob, carol]) {
    const seen = await seenBy(who);
    const one = { totalCount: 1, nodes: [{ id: ids.other }] };
    expect(seen).toEqual({
      posts: one,
      found: one,
      byAuthor: one,
      post: null,
      node: null,
      nodes: [null],
      ada: { posts: one, comments: { totalCount: 0, nodes: [] } },
      ...counts,
      comment: { replyCount: 1, replies: { totalCount: 1, nodes: [{ id: ids.sibling }] } },
      reply: null,
    });
  }
  for (const who of [ada, moderator, admin]) {
    const hidden = { isHidden: true, hiddenReason: "Not kind" };
    expect(await seenBy(who)).toEqual({
      ...before,
      ...counts,
      post: { id: ids.post, ...hidden },
      reply: { id: ids.reply, ...hidden },
      // The counters are the same for all.
      comment: { ...before.comment, replyCount: 1 },
    });
  }
});

test("others can do nothing to what is hidden; its author can edit it", async () => {
  const { server, bob, ada, moderator } = c;
  const refused = [
    await act(server, bob, "likePost", { postId: ids.post }),
    await act(server, bob, "createComment", { postId: ids.post, text: "But" }),
    await act(server, bob, "updatePost", { postId: ids.post, title: "Mine" }),
    await act(server, bob, "deletePost", { postId: ids.post }),
    await act(server, bob, "likeComment", { commentId: ids.reply }),
    await act(server, bob, "updateComment", { commentId: ids.reply, text: "Mine" }),
    await act(server, bob, "createComment", { postId: ids.other, parentId: ids.reply, text: "But" }),
    await act(server, bob, "reportContent", { id: ids.post, reason: "SPAM" }),
  ];
  expect(refused.map(({ refusals }) => refusals)).toEqual(refused.map(() => ["NOT_FOUND"]));
  expect((await act(server, ada, "updatePost", { postId: ids.post, title: "Kinder" })).refusals).toEqual([]);
  await act(server, moderator, "hideContent", { id: ids.reply, reason: "Still not kind" });
  expect((await seenBy(ada)).reply).toMatchObject({ hiddenReason: "Still not kind" });
  expect((await seenBy(ada)).other).toMatchObject({ commentCount: 2 });
});

test("shown again, everything is as it was; showing it twice is showing it once", async () => {
  const { server, moderator, bob, admin } = c;
  for (const id of [ids.post, ids.reply, ids.reply])
    expect((await act(server, moderator, "showContent", { id })).refusals).toEqual([]);
  expect(await seenBy(bob)).toMatchObject({
    posts: { totalCount: 2 },
    post: { isHidden: false, hiddenReason: null },
    other: { commentCount: 3 },
    comment: { replyCount: 2, replies: { totalCount: 2 } },
  });
  const { auditLog } = await read(
    server,
    "{ auditLog { totalCount nodes { action reason actor { handle } subjectId } } }",
    admin,
  );
  const byModerator = { actor: { handle: "moderator" } };
  expect(auditLog.totalCount).toBe(5);
  expect(auditLog.nodes).toEqual([
    { action: "SHOW", reason: null, subjectId: ids.reply, ...byModerator },
    { action: "SHOW", reason: null, subjectId: ids.post, ...byModerator },
    { action: "HIDE", reason: "Still not kind", subjectId: ids.reply, ...byModerator },
    { action: "HIDE", reason: "Not kind", subjectId: ids.reply, ...byModerator },
    { action: "HIDE", reason: "Not kind", subjectId: ids.post, ...byModerator },
  ]);
});

test("a hidden comment that is deleted is not counted out twice", async () => {
  const { server, moderator, ada } = c;
  await act(server, moderator, "hideContent", { id: ids.reply, reason: "Not kind" });
  expect((await act(server, ada, "deleteComment", { commentId: ids.reply })).refusals).toEqual([]);
  expect(await seenBy(undefined)).toMatchObject({ other: { commentCount: 2 }, comment: { replyCount: 1 } });
  // What is deleted is there no more, also to be hidden.
  const again = await act(server, moderator, "hideContent", { id: ids.reply, reason: "Not kind" });
  expect(again.refusals).toEqual(["NOT_FOUND"]);
});

test("only moderators and admins hide and show, and only what was written", async () => {
  const { server, ada, moderator } = c;
  for (const field of ["hideContent", "showContent"]) {
    const input = field === "hideContent" ? { id: ids.other, reason: "Mine" } : { id: ids.other };
    expect(await errorOf(server, undefined, field, input)).toBe("UNAUTHENTICATED");
    expect(await errorOf(server, ada, field, input)).toBe("FORBIDDEN");
    expect(await errorOf(server, moderator, field, { ...input, id: ada.id })).toBe("BAD_ID");
  }
  expect((await act(server, moderator, "hideContent", { id: ids.other, reason: " " })).refusals).toEqual(["BLANK"]);
  const long = "x".repeat(1_001);
  expect((await act(server, moderator, "hideContent", { id: ids.other, reason: long })).refusals).toEqual(["TOO_LONG"]);
});
