/** An export holds what is held of who asks, in parts that are bounded, and nothing of anybody's secrets. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { act, type Community, comment, errorOf, openCommunity, post, read } from "./doing.js";

let c: Community;
let ids: { adas: string; bobs: string; onBobs: string };
beforeAll(async () => {
  c = await openCommunity();
  const { server, ada, bob, carol, moderator } = c;
  const adas = await post(server, ada, "Ada's", "What ada wrote");
  const bobs = await post(server, bob, "Bob's", "What bob wrote");
  const onBobs = await comment(server, ada, bobs, "Ada on Bob's");
  ids = { adas, bobs, onBobs };
  await act(server, ada, "likePost", { postId: bobs });
  await act(server, ada, "likeComment", { commentId: onBobs });
  await act(server, ada, "followUser", { userId: bob.id });
  await act(server, bob, "followUser", { userId: ada.id });
  await act(server, ada, "blockUser", { userId: carol.id });
  await act(server, ada, "reportContent", { id: bobs, reason: "SPAM", text: "Ada's report" });
  await act(server, ada, "createApiKey", { name: "ci", scopes: ["READ"] });
  const identity = { issuer: "https://id.example.org", subject: "ada's", createdAt: new Date() };
  await server.database.prisma.externalIdentity.create({ data: { ...identity, userId: parseIdOf("User", ada.id) } });
  await act(server, moderator, "hideContent", { id: adas, reason: "Not kind" });
  const subscription = "subscription { postCreated { id } }";
  await act(server, ada, "createWebhook", { url: "https://ada.example/hook", subscription, description: "Ada's hook" });
});
afterAll(() => c.server.close());

interface Part {
  readonly document: Record<string, unknown[]>;
  readonly endCursor: string | null;
}

async function part(who: { token: string }, after: string | null): Promise<Part> {
  const exported = await act(c.server, who, "exportMyData", { after }, "document endCursor");
  expect(exported.refusals).toEqual([]);
  return { document: JSON.parse(exported.document), endCursor: exported.endCursor };
}

test("a small export is one part with everything of theirs", async () => {
  const { ada, bob, carol } = c;
  const { document, endCursor } = await part(ada, null);
  expect(endCursor).toBeNull();
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const times = { createdAt: time, updatedAt: time };
  expect(document).toEqual({
    account: {
      id: ada.id,
      handle: "ada",
      name: "ada",
      bio: "",
      avatarUrl: null,
      email: ada.email,
      role: "USER",
      suspendedUntil: null,
      ...times,
    },
    sessions: [{ id: expect.any(String), createdAt: time, lastUsedAt: time, expiresAt: time, revokedAt: null }],
    apiKeys: [
      {
        id: expect.any(String),
        name: "ci",
        scopes: ["READ"],
        prefix: expect.stringMatching(/^parley_/),
        createdAt: time,
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
      },
    ],
    externalIdentities: [{ issuer: "https://id.example.org", subject: "ada's", createdAt: time }],
    posts: [
      { id: ids.adas, title: "Ada's", content: "What ada wrote", isHidden: true, hiddenReason: "Not kind", ...times },
    ],
    comments: [
      {
        id: ids.onBobs,
        postId: ids.bobs,
        parentId: null,
        text: "Ada on Bob's",
        isHidden: false,
        hiddenReason: null,
        ...times,
      },
    ],
    likedPosts: [{ postId: ids.bobs, createdAt: time }],
    likedComments: [{ commentId: ids.onBobs, createdAt: time }],
    following: [{ userId: bob.id, createdAt: time }],
    followers: [{ userId: bob.id, createdAt: time }],
    blocked: [{ userId: carol.id, createdAt: time }],
    reports: [
      {
        id: expect.any(String),
        subjectId: ids.bobs,
        reason: "SPAM",
        text: "Ada's report",
        state: "OPEN",
        createdAt: time,
      },
    ],
    webhooks: [
      {
        id: expect.any(String),
        url: "https://ada.example/hook",
        description: "Ada's hook",
        subscription: "subscription { postCreated { id } }",
        state: "ACTIVE",
        ...times,
      },
    ],
    webhookDeliveries: [],
    privilegedActions: [],
    // Of what they wrote as well.
    actionsOnAccount: [{ action: "HIDE", subjectId: ids.adas, reason: "Not kind", createdAt: time }],
    reportsOnAccount: [],
  });
});

test("a moderator's has what they did, and a suspended user's that they were", async () => {
  const { server, moderator, bob } = c;
  const { document } = await part(moderator, null);
  expect(document.privilegedActions).toMatchObject([{ action: "HIDE", reason: "Not kind" }]);
  await act(server, moderator, "suspendUser", { userId: bob.id, until: "2100-01-01T00:00:00Z", reason: "Spam" });
  await act(server, moderator, "liftSuspension", { userId: bob.id });
  const { email, password } = bob;
  const { session } = await act(server, undefined, "signIn", { email, password }, "session { accessToken }");
  const bobs = await part({ token: session.accessToken }, null);
  expect(bobs.document.actionsOnAccount).toMatchObject([{ action: "SUSPEND" }, { action: "LIFT_SUSPENSION" }]);
});

test("a large one comes in parts of about a megabyte, in which everything is once", async () => {
  const { server, carol } = c;
  const { prisma } = server.database;
  const { id } = await prisma.user.findUniqueOrThrow({ where: { handle: "carol" } });
  const many = Array.from({ length: 450 }, (_, index) => ({
    authorId: id,
    title: `Post ${index}`,
    content: "é".repeat(9_000),
    createdAt: new Date(),
    updatedAt: new Date(),
  }));
  await prisma.post.createMany({ data: many });
  const titles: unknown[] = [];
  const names: string[] = [];
  let after: string | null = null;
  let parts = 0;
  do {
    const { document, endCursor }: Part = await part(carol, after);
    expect(JSON.stringify(document).length).toBeLessThan(2_200_000);
    names.push(...Object.keys(document));
    for (const each of document.posts ?? []) titles.push((each as { title: string }).title);
    after = endCursor;
    parts += 1;
  } while (after !== null);
  expect(titles).toEqual(many.map(({ title }) => title));
  expect(parts).toBeGreaterThan(2);
  expect(names.filter((name) => name !== "posts")).toHaveLength(16);
});

test("it is for who is signed in, and goes on only where a part of theirs ended", async () => {
  const { server, ada } = c;
  expect(await errorOf(server, undefined, "exportMyData", {})).toBe("UNAUTHENTICATED");
  const wrong = ["", "nothing", Buffer.from("export|secrets|1").toString("base64url")];
  for (const after of wrong) expect(await errorOf(server, ada, "exportMyData", { after })).toBe("BAD_CURSOR");
  const { viewer } = await read(server, "{ viewer { id } }", ada);
  expect(await errorOf(server, ada, "exportMyData", { after: viewer.id })).toBe("BAD_CURSOR");
});
