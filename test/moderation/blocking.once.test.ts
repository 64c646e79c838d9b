/** Whom somebody blocks is not shown to them, by any way, and cannot follow, like or answer them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordStatements } from "../harness/statements.js";
import { act, type Community, comment, openCommunity, post, read } from "./doing.js";

let c: Community;
let ids: { hers: string; his: string; carols: string; onHers: string; hisReply: string; hisComment: string };

beforeAll(async () => {
  c = await openCommunity();
  const { server, ada, bob, carol } = c;
  const hers = await post(server, ada, "Hers", "a lighthouse");
  const his = await post(server, bob, "His", "a lighthouse");
  const carols = await post(server, carol, "Carols", "a lighthouse");
  const onHers = await comment(server, ada, hers, "Hers");
  const hisReply = await comment(server, bob, hers, "His reply", onHers);
  const hisComment = await comment(server, bob, carols, "His comment");
  await comment(server, carol, carols, "Carol to him", hisComment);
  for (const who of [bob, carol]) {
    await act(server, who, "likePost", { postId: hers });
    await act(server, who, "likeComment", { commentId: onHers });
    await act(server, who, "followUser", { userId: ada.id });
    await act(server, ada, "followUser", { userId: who.id });
    if (who !== carol) await act(server, who, "followUser", { userId: carol.id });
  }
  await act(server, carol, "followUser", { userId: bob.id });
  ids = { hers, his, carols, onHers, hisReply, hisComment };
  expect((await act(server, ada, "blockUser", { userId: bob.id }, "user { handle viewerIsBlocking }")).user).toEqual({
    handle: "bob",
    viewerIsBlocking: true,
  });
});
afterAll(() => c.server.close());

const everyWay = `query ($bob: ID!, $carol: ID!, $hers: ID!, $his: ID!, $carols: ID!, $onHers: ID!, $hisReply: ID!, $hisComment: ID!) {
  users { totalCount nodes { handle } }
  posts { totalCount nodes { author { handle } } }
  found: posts(filter: { search: "lighthouse" }) { totalCount edges { node { author { handle } } } }
  byAuthor: posts(filter: { authorId: $bob }) { totalCount nodes { id } }
  byId: user(id: $bob) { handle }
  byHandle: user(handle: "bob") { handle }
  nodes(ids: [$bob, $his, $hisReply, $hisComment]) { id }
  post(id: $his) { id }
  comment(id: $hisReply) { id }
  hers: post(id: $hers) { likedBy { totalCount nodes { handle } } }
  onHers: comment(id: $onHers) { likedBy { totalCount nodes { handle } } replies { totalCount nodes { author { handle } } } }
  carols: post(id: $carols) { comments { totalCount nodes { author { handle } } } }
  carol: user(id: $carol) {
    followers { totalCount nodes { handle } } following { totalCount nodes { handle } }
    comments { nodes { text parent { author { handle } } } }
  }
  last: users(last: 1) { nodes { handle } }
}`;

const variables = () => ({ bob: c.bob.id, carol: c.carol.id, ...ids });

test("nothing of whom she blocks is shown to her: no list, no total, no node, no parent", async () => {
  const shown = await read(c.server, everyWay, c.ada, variables());
  expect(JSON.stringify(shown)).not.toContain("bob");
  expect(shown).toMatchObject({
    users: { totalCount: 4 },
    posts: { totalCount: 2 },
    found: { totalCount: 2 },
    byAuthor: { totalCount: 0, nodes: [] },
    byId: null,
    byHandle: null,
    nodes: [null, null, null, null],
    post: null,
    comment: null,
    hers: { likedBy: { totalCount: 1, nodes: [{ handle: "carol" }] } },
    onHers: { likedBy: { totalCount: 1 }, replies: { totalCount: 0, nodes: [] } },
    carols: { comments: { totalCount: 0, nodes: [] } },
    carol: { following: { totalCount: 1, nodes: [{ handle: "ada" }] }, followers: { totalCount: 1 } },
  });
  expect(shown.carol.comments.nodes).toEqual([{ text: "Carol to him", parent: null }]);
});

test("everybody else is shown the same as before, and so is he", async () => {
  for (const who of [undefined, c.bob, c.carol, c.admin]) {
    const shown = await read(c.server, everyWay, who, variables());
    expect(shown).toMatchObject({
      users: { totalCount: 5 },
      posts: { totalCount: 3 },
      byId: { handle: "bob" },
      hers: { likedBy: { totalCount: 2 } },
      onHers: { replies: { totalCount: 1 } },
    });
    expect(shown.nodes).not.toContain(null);
  }
});

test("they follow each other no more, and the counters know", async () => {
  const counts = "{ followerCount followingCount followers { totalCount } following { totalCount } }";
  const shown = await read(c.server, `{ ada: user(handle: "ada") ${counts} bob: user(handle: "bob") ${counts} }`);
  const one = { totalCount: 1 };
  const expected = { followerCount: 1, followingCount: 1, followers: one, following: one };
  expect(shown).toEqual({ ada: expected, bob: expected });
});

test("he can neither follow her, nor like or answer what she wrote", async () => {
  const { server, bob, ada } = c;
  const refused = [
    await act(server, bob, "followUser", { userId: ada.id }),
    await act(server, bob, "likePost", { postId: ids.hers }),
    await act(server, bob, "likeComment", { commentId: ids.onHers }),
    await act(server, bob, "createComment", { postId: ids.hers, text: "But" }),
  ];
  const onCarols = await comment(server, ada, ids.carols, "Hers on Carol's");
  refused.push(await act(server, bob, "createComment", { postId: ids.carols, text: "But", parentId: onCarols }));
  expect(refused.map(({ refusals }) => refusals)).toEqual(refused.map(() => ["BLOCKED"]));
  // What he said before is his to edit, take back and delete.
  expect((await act(server, bob, "unlikePost", { postId: ids.hers })).refusals).toEqual([]);
  expect((await act(server, bob, "createComment", { postId: ids.carols, text: "To Carol" })).refusals).toEqual([]);
});

test("to her, what he wrote is not there to be liked, answered or followed either", async () => {
  const { server, bob, ada } = c;
  for (const [field, input] of [
    ["followUser", { userId: bob.id }],
    ["likePost", { postId: ids.his }],
    ["likeComment", { commentId: ids.hisComment }],
    ["createComment", { postId: ids.his, text: "Hello" }],
    ["createComment", { postId: ids.carols, parentId: ids.hisComment, text: "Hello" }],
  ] as const)
    expect((await act(server, ada, field, input)).refusals).toEqual(["NOT_FOUND"]);
});

test("she can still report him and what he wrote, without being shown it, and nobody else's hidden content", async () => {
  const { server, bob, ada, carol, moderator } = c;
  const reported = `report { id subjectId subject { id } }`;
  const reportIds: string[] = [];
  for (const id of [bob.id, ids.his, ids.hisComment]) {
    const { report, refusals } = await act(server, ada, "reportContent", { id, reason: "HARASSMENT" }, reported);
    expect({ report, refusals }).toEqual({
      report: { id: expect.any(String), subjectId: id, subject: null },
      refusals: [],
    });
    reportIds.push(report.id);
  }
  const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Report { subject { id } } } }";
  const { nodes } = await read(server, query, moderator, { ids: reportIds });
  expect(nodes).toEqual([bob.id, ids.his, ids.hisComment].map((id) => ({ subject: { id } })));
  await act(server, moderator, "hideContent", { id: ids.his, reason: "A test" });
  for (const who of [ada, carol])
    expect((await act(server, who, "reportContent", { id: ids.his, reason: "SPAM" })).refusals).toEqual(["NOT_FOUND"]);
  await act(server, moderator, "showContent", { id: ids.his });
});

test("she alone sees whom she blocks", async () => {
  const list = "blockedUsers { totalCount edges { cursor node { handle viewerIsBlocking posts { totalCount } } } }";
  const shown = await read(c.server, `{ viewer { ${list} } }`, c.ada);
  const bob = { handle: "bob", viewerIsBlocking: true, posts: { totalCount: 0 } };
  expect(shown.viewer.blockedUsers).toMatchObject({ totalCount: 1, edges: [{ node: bob }] });
  for (const who of [undefined, c.bob, c.admin])
    expect(await read(c.server, `{ user(handle: "ada") { ${list} } }`, who)).toEqual({ user: { blockedUsers: null } });
});

test("a block is taken back, and everything is there again but the follows", async () => {
  const { server, ada, bob } = c;
  for (let times = 0; times < 2; times += 1) {
    const { user, refusals } = await act(server, ada, "unblockUser", { userId: bob.id }, "user { viewerIsBlocking }");
    expect({ user, refusals }).toEqual({ user: { viewerIsBlocking: false }, refusals: [] });
  }
  const shown = await read(server, everyWay, ada, variables());
  expect(shown.nodes).not.toContain(null);
  expect(shown.users.totalCount).toBe(5);
  expect((await act(server, bob, "followUser", { userId: ada.id })).refusals).toEqual([]);
});

test("who blocks nobody sends the statements of a visitor; who does, as many", async () => {
  const { server, ada, bob, carol } = c;
  await act(server, ada, "blockUser", { userId: bob.id });
  const textsFor = async (who: { token: string } | undefined) => {
    // Whoever asks is remembered from the first time on.
    await read(server, everyWay, who, variables());
    const { statements } = await recordStatements(() => read(server, everyWay, who, variables()));
    // In the order of the alphabet: those that wait for nothing are sent at once, on several connections.
    return statements
      .map(({ text }) => text)
      .filter((text) => !text.includes("FROM sessions"))
      .sort();
  };
  const visitors = await textsFor(undefined);
  expect(await textsFor(carol)).toEqual(visitors);
  const hers = await textsFor(ada);
  expect(hers).not.toEqual(visitors);
  // One less for each thing that is not there for her, and whose own lists are not read then.
  expect(hers.length).toBeLessThanOrEqual(visitors.length);
  await act(server, ada, "unblockUser", { userId: bob.id });
});

test("nobody blocks themselves, nor whom there is not, nor more than a thousand", async () => {
  const { server, carol } = c;
  const { prisma } = server.database;
  const me = await prisma.user.findUniqueOrThrow({ where: { handle: "carol" } });
  expect((await act(server, carol, "blockUser", { userId: carol.id })).refusals).toEqual(["SELF"]);
  const nobody = Buffer.from("User:999999").toString("base64url");
  expect((await act(server, carol, "blockUser", { userId: nobody })).refusals).toEqual(["NOT_FOUND"]);
  const many = Array.from({ length: 1_000 }, (_, index) => ({
    handle: `crowd${index}`,
    handleSkeleton: `crowd${index}`,
    name: "One of many",
  }));
  await prisma.user.createMany({ data: many });
  const crowd = await prisma.user.findMany({ where: { name: "One of many" }, select: { id: true } });
  await prisma.block.createMany({
    data: crowd.map(({ id }) => ({ blockerId: me.id, blockedId: id, createdAt: new Date() })),
  });
  expect((await act(server, carol, "blockUser", { userId: c.bob.id })).refusals).toEqual(["TOO_MANY"]);
  // One who is blocked already is.
  const known = Buffer.from(`User:${crowd[0]?.id}`).toString("base64url");
  expect((await act(server, carol, "blockUser", { userId: known })).refusals).toEqual([]);
});
