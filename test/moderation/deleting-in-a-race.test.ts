/** An account that is deleted while its user, and others, are still busy with it: nothing is left, nothing is miscounted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Account } from "../harness/server.js";
import { act, type Community, comment, openCommunity, post } from "./doing.js";

let c: Community;
beforeAll(async () => {
  c = await openCommunity();
});
afterAll(() => c.server.close());

/** What the user and others do at once, by mutation and input. */
function doings(me: Account, ids: { mine: string; adas: string; onAdas: string; replied: string }) {
  const { ada, bob } = c;
  const { mine, adas, onAdas, replied } = ids;
  return [
    [me, "likePost", { postId: adas }],
    [me, "unlikePost", { postId: mine }],
    [me, "createPost", { title: "Late", content: "Late" }],
    [me, "createComment", { postId: adas, text: "Late" }],
    [me, "createComment", { postId: adas, text: "Late", parentId: onAdas }],
    [me, "deleteComment", { commentId: replied }],
    [me, "updatePost", { postId: mine, title: "Late" }],
    [me, "updateProfile", { bio: "Late" }],
    [me, "followUser", { userId: bob.id }],
    [me, "unfollowUser", { userId: ada.id }],
    [me, "blockUser", { userId: bob.id }],
    [me, "reportContent", { id: adas, reason: "SPAM" }],
    [me, "signOut", { everywhere: true }],
    [ada, "followUser", { userId: me.id }],
    [ada, "likePost", { postId: mine }],
    [ada, "blockUser", { userId: me.id }],
    [bob, "unfollowUser", { userId: me.id }],
    [bob, "createComment", { postId: mine, text: "To them" }],
    [bob, "createComment", { postId: adas, text: "To them", parentId: replied }],
    [bob, "likeComment", { commentId: replied }],
  ] as const;
}

/** Tables, their counters, and what these count. */
const counters = [
  ["posts", "like_count", "SELECT count(*) FROM post_likes AS l WHERE l.post_id = t.id"],
  [
    "posts",
    "comment_count",
    "SELECT count(*) FROM comments AS r WHERE r.post_id = t.id AND r.deleted_at IS NULL AND NOT r.is_hidden",
  ],
  ["comments", "like_count", "SELECT count(*) FROM comment_likes AS l WHERE l.comment_id = t.id"],
  [
    "comments",
    "reply_count",
    "SELECT count(*) FROM comments AS r WHERE r.parent_id = t.id AND r.deleted_at IS NULL AND NOT r.is_hidden",
  ],
  ["users", "follower_count", "SELECT count(*) FROM follows AS f WHERE f.followee_id = t.id"],
  ["users", "following_count", "SELECT count(*) FROM follows AS f WHERE f.follower_id = t.id"],
] as const;

test.each([0, 1, 2, 3])("in a race, round %i", async (round) => {
  const { server, ada, bob } = c;
  const { query, prisma } = server.database;
  const me = await server.signUp(`leaver${round}`);
  const mine = await post(server, me, "Mine");
  const adas = await post(server, ada, "Ada's");
  const onAdas = await comment(server, ada, adas, "Ada's");
  const replied = await comment(server, me, adas, "Mine");
  await comment(server, bob, adas, "Bob's", replied);
  await act(server, me, "likePost", { postId: mine });
  await act(server, me, "followUser", { userId: ada.id });
  await act(server, bob, "followUser", { userId: me.id });
  const { id } = await prisma.user.findUniqueOrThrow({ where: { handle: me.handle } });

  const begin = ([who, field, input]: readonly [{ token: string }, string, object]) => {
    const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`;
    return server.graphql(document, { input }, who);
  };
  const all = doings(me, { mine, adas, onAdas, replied });
  const deletion = () => begin([me, "deleteMyAccount", { password: me.password }]);
  // The deletion comes among them, sooner or later.
  const at = Math.floor((all.length * round) / 4);
  const answers = await Promise.all([
    ...(round === 0 ? [deletion()] : []),
    ...all.slice(0, at).map(begin),
    ...(round === 0 ? [] : [deletion()]),
    ...all.slice(at).map(begin),
  ]);
  for (const { status, body } of answers) {
    expect(status).toBeLessThan(500);
    expect(body.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain("INTERNAL_SERVER_ERROR");
  }
  // Signing out everywhere may have come first.
  if ((await prisma.user.count({ where: { id } })) > 0) {
    const { email, password } = me;
    const { session } = await act(server, undefined, "signIn", { email, password }, "session { accessToken }");
    await act(server, { token: session.accessToken }, "deleteMyAccount", { password });
  }
  expect(await prisma.user.count({ where: { id } })).toBe(0);
  const left = await query(
    `SELECT type, data FROM events WHERE type <> 'UserDeleted' AND EXISTS (SELECT FROM jsonb_each(data) AS m
      WHERE m.key IN ('userId', 'followerId', 'authorId', 'ownerId', 'blockedId') AND m.value::text = $1)`,
    [String(id)],
  );
  expect(left).toEqual([]);
  for (const [table, counter, count] of counters) {
    const wrong = await query(`SELECT t.id, t.${counter} FROM ${table} AS t WHERE t.${counter} <> (${count})`, []);
    expect({ table, counter, wrong }).toEqual({ table, counter, wrong: [] });
  }
});
