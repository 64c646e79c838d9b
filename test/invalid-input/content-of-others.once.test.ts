/** Editing and deleting what somebody else wrote. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Role } from "../../src/generated/graphql.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { ask, change, codeOf, countRows } from "./refusals.js";

let server: TestServer;
let ada: Account;
let eve: Account;
let ids: { postId: string; commentId: string };
let clock = Date.parse("2026-11-21T12:00:00Z");
beforeAll(async () => {
  server = await startTestServer({ now: () => new Date(clock) });
  [ada, eve] = [await server.signUp("ada"), await server.signUp("eve")];
});
beforeEach(async () => {
  const { post } = await change(server, ada.token, "createPost", { title: "A post", content: "Mine" }, "post { id }");
  const input = { postId: post.id, text: "Mine" };
  const { comment } = await change(server, ada.token, "createComment", input, "comment { id }");
  ids = { postId: post.id, commentId: comment.id };
});
afterAll(() => server.close());

const mutations = [
  ["updatePost", { title: "Changed", content: "Changed" }],
  ["deletePost", {}],
  ["updateComment", { text: "Changed" }],
  ["deleteComment", {}],
] as const;

async function setRole(role: Role): Promise<void> {
  await server.database.prisma.user.update({ where: { handle: "eve" }, data: { role } });
  clock += 11_000;
}

function inputOf(mutation: string, part: object): object {
  return { ...part, ...(mutation.endsWith("Post") ? { postId: ids.postId } : { commentId: ids.commentId }) };
}

async function stored() {
  const { prisma } = server.database;
  const [post] = await prisma.post.findMany({ orderBy: { id: "desc" }, take: 1 });
  const [comment] = await prisma.comment.findMany({ orderBy: { id: "desc" }, take: 1 });
  return { counts: await countRows(server.database), post, comment };
}

function asOther(mutation: string, part: object, token?: string) {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { userErrors { code } } }`;
  return ask(server, query, { input: inputOf(mutation, part) }, token === undefined ? {} : { token });
}

describe("somebody else", () => {
  it.each(mutations)("is forbidden %s", async (mutation, part) => {
    await setRole("USER");
    const before = await stored();
    const answer = await asOther(mutation, part, eve.token);
    expect([answer.status, codeOf(answer)]).toEqual([200, "FORBIDDEN"]);
    expect(answer.body.errors?.[0]?.message).toMatch(
      /^Only its author or a moderator may change this (post|comment)\.$/,
    );
    expect(await stored()).toEqual(before);
  });

  it("is announced by viewerCan fields", async () => {
    await setRole("USER");
    const fields = "viewerCanEdit viewerCanDelete";
    const query = `query ($p: ID!, $c: ID!) { post(id: $p) { ${fields} } comment(id: $c) { ${fields} } }`;
    const of = async (token: string) =>
      (await ask(server, query, { p: ids.postId, c: ids.commentId }, { token })).body.data;
    const [no, yes] = [false, true].map((may) => ({ viewerCanEdit: may, viewerCanDelete: may }));
    expect(await of(eve.token)).toEqual({ post: no, comment: no });
    expect(await of(ada.token)).toEqual({ post: yes, comment: yes });
    await setRole("MODERATOR");
    expect(await of(eve.token)).toEqual({ post: yes, comment: yes });
  });
});

describe("a visitor", () => {
  it.each(mutations)("has to sign in: %s", async (mutation, part) => {
    const before = await stored();
    const answer = await asOther(mutation, part);
    expect([answer.status, codeOf(answer)]).toEqual([200, "UNAUTHENTICATED"]);
    expect(await stored()).toEqual(before);
  });
});

describe.each(["MODERATOR", "ADMIN"] as const)("a %s", (role) => {
  it.each(mutations)("may %s", async (mutation, part) => {
    await setRole(role);
    expect((await change(server, eve.token, mutation, inputOf(mutation, part))).userErrors).toEqual([]);
    const { post, comment } = await stored();
    if (mutation === "updatePost") expect(post).toMatchObject({ title: "Changed", content: "Changed" });
    if (mutation === "updateComment") expect(comment).toMatchObject({ text: "Changed" });
    const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    const { nodes } = (await ask(server, query, { ids: [ids.postId, ids.commentId] })).body.data;
    const { postId, commentId } = ids;
    const left = { deletePost: [null, null], deleteComment: [{ id: postId }, null] }[String(mutation)];
    expect(nodes).toEqual(left ?? [{ id: postId }, { id: commentId }]);
  });

  it("does not become the author", async () => {
    await setRole(role);
    await change(server, eve.token, "updatePost", { postId: ids.postId, title: "Changed" });
    const { body } = await ask(server, "query ($id: ID!) { post(id: $id) { author { handle } } }", { id: ids.postId });
    expect(body.data.post.author.handle).toBe("ada");
  });
});
