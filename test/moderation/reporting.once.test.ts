/** Reports reach the moderators, and what is done by virtue of a role is in the audit log. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordStatements } from "../harness/statements.js";
import { act, type Community, comment, errorOf, openCommunity, post, read } from "./doing.js";

let c: Community;
let ids: { post: string; comment: string };
beforeAll(async () => {
  c = await openCommunity();
  const bobs = await post(c.server, c.bob, "Bob's");
  ids = { post: bobs, comment: await comment(c.server, c.bob, bobs, "Bob's") };
});
afterAll(() => c.server.close());

const fields = `id subjectId reason text state resolution note createdAt resolvedAt
  subject { __typename id } reporter { handle } resolvedBy { handle }`;

test("a post, a comment and a user are reported once each, until the report is resolved", async () => {
  const { server, ada, bob, moderator } = c;
  const subjects = [ids.post, ids.comment, bob.id];
  const made: string[] = [];
  for (const id of subjects) {
    const { report } = await act(
      server,
      ada,
      "reportContent",
      { id, reason: "HARASSMENT", text: "Look" },
      `report { ${fields} }`,
    );
    expect(report).toMatchObject({ subjectId: id, subject: { id }, reporter: { handle: "ada" }, text: "Look" });
    expect(report).toMatchObject({ state: "OPEN", resolution: null, note: null, resolvedAt: null, resolvedBy: null });
    made.push(report.id);
  }
  const again = await act(server, ada, "reportContent", { id: ids.post, reason: "SPAM" }, "report { id }");
  expect(again.report.id).toBe(made[0]);

  const query = `query ($state: ReportState) { reports(state: $state, first: 2) { totalCount nodes { id } pageInfo { hasNextPage } } }`;
  const open = { totalCount: 3, nodes: [{ id: made[2] }, { id: made[1] }], pageInfo: { hasNextPage: true } };
  expect(await read(server, query, moderator, { state: "OPEN" })).toEqual({ reports: open });
  const input = { reportId: made[0], resolution: "ACTED", note: "Hidden it" };
  const { report } = await act(server, moderator, "resolveReport", input, `report { ${fields} }`);
  expect(report).toMatchObject({ state: "RESOLVED", resolution: "ACTED", note: "Hidden it" });
  expect(report).toMatchObject({ resolvedBy: { handle: "moderator" }, resolvedAt: expect.any(String) });
  expect((await read(server, query, moderator, { state: "OPEN" })).reports.totalCount).toBe(2);
  expect((await read(server, query, moderator, { state: "RESOLVED" })).reports.nodes).toEqual([{ id: made[0] }]);
  expect((await read(server, query, moderator)).reports.totalCount).toBe(3);
  const anew = await act(server, ada, "reportContent", { id: ids.post, reason: "SPAM" }, "report { id }");
  expect(made).not.toContain(anew.report.id);
  // Who reported sees what came of it, and not what the moderators noted.
  const node = `query ($id: ID!) { node(id: $id) { ... on Report { ${fields} } } }`;
  expect((await read(server, node, ada, { id: made[0] })).node).toMatchObject({
    resolution: "ACTED",
    note: null,
    resolvedBy: null,
  });
  for (const who of [undefined, bob]) expect((await read(server, node, who, { id: made[0] })).node).toBeNull();
});

test("what the moderators look at costs the same number of statements however much there is", async () => {
  const { server, moderator, admin } = c;
  const reports = `query ($first: Int) { reports(first: $first) { nodes { ${fields} } } }`;
  const log = "query ($first: Int) { auditLog(first: $first) { nodes { action actor { handle } subject { id } } } }";
  for (const [query, who] of [
    [reports, moderator],
    [log, admin],
  ] as const) {
    await act(server, moderator, "hideContent", { id: ids.post, reason: "Not kind" });
    await act(server, moderator, "showContent", { id: ids.post });
    const counts: number[] = [];
    for (const first of [1, 20]) {
      await read(server, query, who, { first });
      const { statements } = await recordStatements(() => read(server, query, who, { first }));
      // The session is read again when the log tells that something was hidden: whenever that comes.
      counts.push(statements.filter(({ text }) => !text.includes("FROM sessions")).length);
    }
    // The list; users, posts and comments of it.
    expect(counts[1]).toBeLessThanOrEqual(4);
    expect(counts[0]).toBeLessThanOrEqual(counts[1] ?? 0);
  }
});

test("nobody reports what is their own, what there is not, or too much", async () => {
  const { server, bob, carol } = c;
  const { prisma } = server.database;
  expect((await act(server, bob, "reportContent", { id: ids.post, reason: "SPAM" })).refusals).toEqual(["SELF"]);
  expect((await act(server, bob, "reportContent", { id: bob.id, reason: "SPAM" })).refusals).toEqual(["SELF"]);
  const nothing = Buffer.from("Comment:999999").toString("base64url");
  expect((await act(server, bob, "reportContent", { id: nothing, reason: "SPAM" })).refusals).toEqual(["NOT_FOUND"]);
  const long = { id: ids.post, reason: "SPAM", text: "x".repeat(2_001) };
  expect((await act(server, carol, "reportContent", long)).refusals).toEqual(["TOO_LONG"]);
  expect(await errorOf(server, undefined, "reportContent", { id: ids.post, reason: "SPAM" })).toBe("UNAUTHENTICATED");
  const { id } = await prisma.user.findUniqueOrThrow({ where: { handle: "carol" } });
  await prisma.report.createMany({
    data: Array.from({ length: 100 }, (_, index) => ({
      reporterId: id,
      subjectType: "COMMENT" as const,
      subjectId: 1_000 + index,
      reason: "OTHER" as const,
      text: "",
      createdAt: new Date(),
    })),
  });
  expect((await act(server, carol, "reportContent", { id: ids.post, reason: "SPAM" })).refusals).toEqual(["TOO_MANY"]);
});

test("reports are for moderators, the audit log for admins", async () => {
  const { server, ada, moderator, admin } = c;
  const codes = async (query: string) => {
    const answers = [];
    for (const who of [undefined, ada, moderator, admin]) {
      const { body } = await server.graphql(query, {}, who);
      answers.push(body.errors?.[0]?.extensions.code);
    }
    return answers;
  };
  expect(await codes("{ reports { totalCount } }")).toEqual(["UNAUTHENTICATED", "FORBIDDEN", undefined, undefined]);
  expect(await codes("{ auditLog { totalCount } }")).toEqual(["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", undefined]);
  const { reports } = await read(server, "{ reports { nodes { id } } }", moderator);
  const input = { reportId: reports.nodes[0].id, resolution: "DISMISSED" };
  expect(await errorOf(server, undefined, "resolveReport", input)).toBe("UNAUTHENTICATED");
  expect(await errorOf(server, ada, "resolveReport", input)).toBe("FORBIDDEN");
  const nothing = Buffer.from("Report:999999").toString("base64url");
  expect((await act(server, moderator, "resolveReport", { ...input, reportId: nothing })).refusals).toEqual([
    "NOT_FOUND",
  ]);
});

test("what moderators do to what others wrote is in the audit log; what authors do to their own is not", async () => {
  const { server, ada, moderator, admin } = c;
  const query = "{ auditLog(first: 5) { nodes { action actor { handle } subjectId subject { id } } totalCount } }";
  const before = (await read(server, query, admin)).auditLog.totalCount;
  const adas = await post(server, ada, "Ada's");
  const onIt = await comment(server, ada, adas, "Ada's");
  await act(server, ada, "updatePost", { postId: adas, title: "Hers" });
  await act(server, moderator, "updatePost", { postId: adas, title: "Edited" });
  await act(server, moderator, "updateComment", { commentId: onIt, text: "Edited" });
  await act(server, moderator, "updatePost", { postId: adas, title: "" });
  await act(server, moderator, "deleteComment", { commentId: onIt });
  await act(server, moderator, "deletePost", { postId: adas });
  const { auditLog } = await read(server, query, admin);
  const actor = { handle: "moderator" };
  expect(auditLog.totalCount).toBe(before + 4);
  expect(auditLog.nodes.slice(0, 4)).toEqual([
    { action: "DELETE", actor, subjectId: adas, subject: null },
    { action: "DELETE", actor, subjectId: onIt, subject: null },
    { action: "EDIT", actor, subjectId: onIt, subject: null },
    { action: "EDIT", actor, subjectId: adas, subject: null },
  ]);
});

test("an action that is rolled back leaves no audit entry", async () => {
  const { server, moderator, admin } = c;
  const { prisma } = server.database;
  const count = () => prisma.auditEntry.count();
  const before = await count();
  await prisma.$executeRaw`CREATE FUNCTION refuse_events() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`;
  await prisma.$executeRaw`CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_events()`;
  const answer = await errorOf(server, moderator, "hideContent", { id: ids.comment, reason: "Not kind" });
  await prisma.$executeRaw`DROP TRIGGER refuse ON events`;
  expect(answer).toBe("INTERNAL_SERVER_ERROR");
  expect(await count()).toBe(before);
  const { comment: shown } = await read(server, "query ($id: ID!) { comment(id: $id) { isHidden } }", admin, {
    id: ids.comment,
  });
  expect(shown).toEqual({ isHidden: false });
});
