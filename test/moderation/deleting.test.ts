/** Who deletes their account leaves nothing of themselves in any table, and nobody else loses anything. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { countWaiting, readBounds } from "../../src/events/event-log.js";
import { until } from "../subscriptions/inbox.js";
import { listen } from "../subscriptions/listener.js";
import { act, type Community, comment, openCommunity, post, read } from "./doing.js";
import { everyValue, tablesOf } from "./every-table.js";

/** Words that stand nowhere else: in every field that a user can write. */
const marks = {
  handle: "zyxhandle",
  name: "Zyxname",
  email: "zyxmail@zyxhost.example",
  password: "zyxpassword of nobody",
  bio: "zyxbio",
  avatarUrl: "https://zyxavatar.example/me.png",
  title: "Zyxtitle",
  content: "zyxcontent",
  comment: "zyxcomment",
  reply: "zyxreply",
  url: "https://zyxurl.example/hook",
  description: "zyxdescription",
  report: "zyxreport",
  aboutThem: "zyxabout them",
};

interface Session {
  readonly token: string;
  readonly refreshToken: string;
}

async function signUp({ server }: Community): Promise<Session & { id: string }> {
  const { handle, name, email, password } = marks;
  const query = `mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } session { accessToken refreshToken } } }`;
  const headers = { "idempotency-key": "zyxkey" };
  const { body } = await server.graphql(query, { input: { handle, name, email, password } }, { headers });
  const { user, session } = body.data.signUp;
  return { id: user.id, token: session.accessToken, refreshToken: session.refreshToken };
}

/** Does everything once, and has everything done to them. */
async function live(c: Community, me: Session & { id: string }) {
  const { server, ada, bob, carol, moderator, admin } = c;
  await act(server, me, "updateProfile", { bio: marks.bio, avatarUrl: marks.avatarUrl });
  const adas = await post(server, ada, "Ada's");
  const onAdas = await comment(server, ada, adas, "Ada's own");
  const held = await post(server, me, marks.title, marks.content);
  const alone = await post(server, me, `${marks.title} alone`, marks.content);
  const adasOnHeld = await comment(server, ada, held, "Ada on theirs");
  const mineOnHeld = await comment(server, me, held, marks.reply, adasOnHeld);
  await comment(server, me, alone, marks.comment);
  const withReply = await comment(server, me, adas, marks.comment);
  const bobsReply = await comment(server, bob, adas, "Bob to them", withReply);
  const chain = await comment(server, me, adas, marks.comment);
  const deeper = await comment(server, me, adas, marks.reply, chain);
  const hidden = await comment(server, me, adas, `${marks.comment} hidden`);
  await act(server, moderator, "hideContent", { id: hidden, reason: marks.aboutThem });
  await act(server, me, "likePost", { postId: adas });
  await act(server, me, "likeComment", { commentId: onAdas });
  await act(server, bob, "likeComment", { commentId: withReply });
  await act(server, me, "followUser", { userId: ada.id });
  await act(server, carol, "followUser", { userId: me.id });
  await act(server, me, "followUser", { userId: bob.id });
  await act(server, me, "unfollowUser", { userId: bob.id });
  const key = { name: `${marks.description} key`, scopes: ["READ"] };
  const { apiKey } = await act(server, me, "createApiKey", key, "apiKey { id }");
  await act(server, me, "revokeApiKey", { apiKeyId: apiKey.id });
  const identity = { issuer: "https://id.example.org", subject: marks.name, createdAt: new Date() };
  await server.database.prisma.externalIdentity.create({ data: { ...identity, userId: parseIdOf("User", me.id) } });
  await act(server, me, "blockUser", { userId: carol.id });
  await act(server, moderator, "blockUser", { userId: me.id });
  await act(server, moderator, "unblockUser", { userId: me.id });
  await act(server, carol, "followUser", { userId: ada.id });
  const about = await act(
    server,
    bob,
    "reportContent",
    { id: me.id, reason: "SPAM", text: marks.aboutThem },
    "report { id }",
  );
  await act(server, bob, "reportContent", { id: held, reason: "SPAM", text: marks.aboutThem });
  await act(server, me, "reportContent", { id: adas, reason: "OTHER", text: marks.report });
  await act(server, moderator, "resolveReport", {
    reportId: about.report.id,
    resolution: "DISMISSED",
    note: marks.aboutThem,
  });
  await act(server, admin, "suspendUser", { userId: me.id, until: "2100-01-01T00:00:00Z", reason: marks.aboutThem });
  await act(server, admin, "liftSuspension", { userId: me.id });
  return { adas, onAdas, held, alone, adasOnHeld, mineOnHeld, withReply, bobsReply, deeper, hidden };
}

async function signIn({ server }: Community): Promise<Session> {
  const { email, password } = marks;
  const { session } = await act(
    server,
    undefined,
    "signIn",
    { email, password },
    "session { accessToken refreshToken }",
  );
  return { token: session.accessToken, refreshToken: session.refreshToken };
}

/** Tables in which there is something of theirs before. */
const withTheirs = [
  ...[
    "api_keys",
    "audit_log",
    "blocks",
    "comment_likes",
    "comments",
    "events",
    "external_identities",
    "follows",
    "idempotency_keys",
    "post_likes",
    "posts",
  ],
  ...["refresh_tokens", "reports", "sessions", "users", "webhook_deliveries", "webhooks"],
];

const everything = `subscription { events { __typename
  ... on UserUpdated { user { handle } } ... on UserDeleted { deletedUserId }
  ... on PostCreated { post { title author { name } comments { nodes { text } } } }
  ... on CommentAdded { comment { text author { id } } post { author { bio } } } } }`;

test("whoever did everything once, and had it done to them, is in no table any more", {
  timeout: 120_000,
}, async () => {
  const c = await openCommunity();
  const { server, bob } = c;
  const { prisma } = server.database;
  const webhook = { url: "https://bob.example/hook", subscription: everything, description: "Bob's" };
  await act(server, bob, "createWebhook", webhook);
  const first = await signUp(c);
  const made = await live(c, first);
  const me = { ...first, ...(await signIn(c)) };
  const mine = { url: marks.url, subscription: everything, description: marks.description };
  await act(server, me, "createWebhook", mine);
  await server.graphql(
    `mutation ($id: ID!) { likePost(input: { postId: $id }) { post { id } } }`,
    { id: made.held },
    { token: me.token, headers: { "idempotency-key": "zyxkey" } },
  );
  // Bob's webhook has been sent some of it, and theirs waits.
  const head = await headOf(server.database);
  await until(async () => (await prisma.webhook.count({ where: { position: { lt: head } } })) === 0);
  const before = await everyValue(server.database);
  const text = before.join("\n").toLowerCase();
  for (const mark of ["zyxhandle", "zyxname", "zyxmail", "zyxbio", "zyxavatar", "zyxtitle", "zyxcontent", "zyxcomment"])
    expect(text).toContain(mark);
  for (const mark of ["zyxreply", "zyxurl", "zyxdescription", "zyxreport", "zyxabout"]) expect(text).toContain(mark);
  expect(before.some((value) => /^webhook_deliveries\.body: .*zyx/i.test(value))).toBe(true);
  expect(tablesOf(before)).toEqual(expect.arrayContaining(withTheirs));
  const user = await prisma.user.findUniqueOrThrow({ where: { handle: marks.handle } });
  const sessions = await prisma.session.findMany({ where: { userId: user.id }, include: { refreshTokens: true } });
  expect(sessions.length).toBe(2);

  const listener = await listen(server, {
    query: "subscription { events { __typename ... on UserDeleted { deletedUserId } } }",
  });
  const socket = await listen(server, { query: "subscription { webhookDisabled { id } }" }, me.token);
  expect((await act(server, me, "deleteMyAccount", { password: "not this one" })).refusals).toEqual([
    "WRONG_CREDENTIALS",
  ]);
  expect(await act(server, me, "deleteMyAccount", { password: marks.password }, "deletedUserId")).toMatchObject({
    deletedUserId: me.id,
    refusals: [],
  });
  expect(await listener.events.first(1)).toEqual([{ __typename: "UserDeleted", deletedUserId: me.id }]);
  expect(await socket.closing).toMatchObject({ code: 4403 });
  await listener.close();

  const after = await everyValue(server.database);
  const secrets = sessions.flatMap(({ id, refreshTokens }) => [id, ...refreshTokens.map(({ tokenHash }) => tokenHash)]);
  const keyHash = createHash("sha256")
    .update(JSON.stringify([Number(user.id), "zyxkey"]))
    .digest("base64url");
  const traces = [...secrets, keyHash, user.passwordHash ?? "", me.id, "zyx"];
  const left = after.filter((value) => traces.some((trace) => value.toLowerCase().includes(trace.toLowerCase())));
  // The one notice of who is gone: a number that leads nowhere any more.
  expect(left.filter((value) => !value.includes(`"UserDeleted","deletedUserId":"${me.id}"`))).toEqual([]);
  expect(left.length).toBeLessThanOrEqual(1);
  await expectNoNumber(c, Number(user.id));
  await expectOthersToBeThere(c, made);

  const again = await server.graphql("{ viewer { id } }", {}, { token: me.token });
  expect(again.body.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  const { email, password } = marks;
  expect((await act(server, undefined, "signIn", { email, password })).refusals).toEqual(["WRONG_CREDENTIALS"]);
  const { refreshToken } = me;
  expect((await act(server, undefined, "refreshSession", { refreshToken })).refusals).toEqual([
    "INVALID_REFRESH_TOKEN",
  ]);
  // Handle and address are free for whoever comes.
  expect(await signUp(c)).toMatchObject({ token: expect.any(String) });
  await server.close();
});

async function headOf({ query }: Community["server"]["database"]): Promise<number> {
  await until(async () => (await countWaiting(query)) === 0);
  return (await readBounds(query)).head;
}

/** The number is left in the one event that tells listeners who is gone, and in no column that is about users. */
async function expectNoNumber({ server }: Community, id: number): Promise<void> {
  const { query } = server.database;
  const columns = await query<{ table: string; column: string }>(
    `SELECT table_name::text AS "table", column_name::text AS "column" FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name ~ '(user|author|owner|actor|follow|block|report|resolved|subject).*_ids?$'`,
    [],
  );
  expect(columns.length).toBeGreaterThan(15);
  for (const { table, column } of columns) {
    // What is not about a user is found by its type.
    const where = column === "subject_id" ? "AND subject_type = 'USER'" : "";
    const text = `SELECT count(*) AS count FROM "${table}" WHERE "${column}"::text ~ '(^|\\D)${id}(\\D|$)' ${where}`;
    const [row] = await query<{ count: number }>(text, []);
    expect({ table, column, count: row?.count }).toEqual({ table, column, count: 0 });
  }
  const events = await query<{ type: string }>(
    `SELECT type FROM events WHERE EXISTS (SELECT FROM jsonb_each(data) AS m
      WHERE m.key !~ '^(postId|commentId|webhookId)$' AND m.value::text = '${id}')`,
    [],
  );
  expect(events).toEqual([{ type: "UserDeleted" }]);
}

/** What was others' is there, and every counter is what there is to count. */
async function expectOthersToBeThere(c: Community, made: Awaited<ReturnType<typeof live>>): Promise<void> {
  const { server } = c;
  const query = `query ($adas: ID!, $held: ID!, $alone: ID!, $deeper: ID!, $hidden: ID!) {
    adas: post(id: $adas) { likeCount commentCount comments { totalCount nodes {
      text isDeleted likeCount replyCount author { handle } replies { nodes { text author { handle } } } } } }
    held: post(id: $held) { title content isDeleted likeCount commentCount author { id } comments { nodes {
      text replyCount author { handle } replies { nodes { id } } } } }
    nodes(ids: [$alone, $deeper, $hidden]) { id }
    ada: user(handle: "ada") { followerCount followers { totalCount } }
    carol: user(handle: "carol") { followingCount following { totalCount } }
  }`;
  const shown = await read(server, query, undefined, made);
  expect(shown).toEqual({
    adas: {
      likeCount: 0,
      commentCount: 2,
      comments: {
        totalCount: 2,
        nodes: [
          {
            text: "Ada's own",
            isDeleted: false,
            likeCount: 0,
            replyCount: 0,
            author: { handle: "ada" },
            replies: { nodes: [] },
          },
          {
            text: "",
            isDeleted: true,
            likeCount: 0,
            replyCount: 1,
            author: null,
            replies: { nodes: [{ text: "Bob to them", author: { handle: "bob" } }] },
          },
        ],
      },
    },
    held: {
      title: "",
      content: "",
      isDeleted: true,
      likeCount: 0,
      commentCount: 1,
      author: null,
      comments: {
        nodes: [{ text: "Ada on theirs", replyCount: 0, author: { handle: "ada" }, replies: { nodes: [] } }],
      },
    },
    nodes: [null, null, null],
    ada: { followerCount: 1, followers: { totalCount: 1 } },
    carol: { followingCount: 1, following: { totalCount: 1 } },
  });
  const log = await read(server, "{ auditLog { nodes { action reason subjectId subject { id } } } }", c.admin);
  const gone = { reason: null, subjectId: null, subject: null };
  expect(log.auditLog.nodes).toEqual(
    ["LIFT_SUSPENSION", "SUSPEND", "RESOLVE_REPORT", "HIDE"].map((action) => ({ action, ...gone })),
  );
  expect(await read(server, "{ reports { totalCount } }", c.admin)).toEqual({ reports: { totalCount: 0 } });
}
