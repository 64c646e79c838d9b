/** Viewer fields come with their row, without a statement of their own. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { leavesOf, nodeTypes } from "./lookups.js";
import { fillSmall, parentIds } from "./small-community.js";

/** `viewerHas…` and `viewerIs…` are looked up, `viewerCan…` is known from the row. */
const fields = nodeTypes(await loadSchema()).flatMap((type) =>
  leavesOf(type, (name) => name.startsWith("viewer")).map((field) => ({ type: type.name, field })),
);
/** Not blocking: who is blocked is found in `blockedUsers` alone (test/moderation/blocking.once.test.ts). */
const doByType: Record<string, string> = {
  Post: "likePost(input: { postId: $id })",
  Comment: "likeComment(input: { commentId: $id })",
  User: "followUser(input: { userId: $id })",
};

let server: TestServer;
let viewer: Account;
beforeAll(async () => {
  // A clock that stands still: a session that was read is not read again, however long the test takes.
  const now = new Date();
  server = await startTestServer({ now: () => now, seed: fillSmall });
  viewer = await server.signUp("ada");
  for (const [type, field] of Object.entries(doByType)) {
    const [id] = parentIds(type, 1);
    await server.graphql(`mutation ($id: ID!) { ${field} { userErrors { code } } }`, { id }, viewer);
  }
});
afterAll(() => server.close());

async function read(type: string, fields: string, count: number, sent?: Account) {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${fields} } } }`;
  const variables = { ids: parentIds(type, count) };
  const { result, statements } = await recordStatements(() => server.graphql(query, variables, sent));
  expect(result.body.errors).toBeUndefined();
  return { nodes: result.body.data.nodes, texts: statements.map(({ text }) => text) };
}

test.each(fields)("$type.$field takes no statement of its own, and is false for a visitor", async ({ type, field }) => {
  const isLookedUp = !field.startsWith("viewerCan");
  for (const count of [20, 100]) {
    const { nodes, texts } = await read(type, `${field} again: ${field}`, count, viewer);
    expect(texts).toHaveLength(1);
    const expected = field === "viewerIsBlocking" ? Array(count).fill(false) : onlyFirst(count);
    if (isLookedUp) expect(nodes.map((node: Record<string, boolean>) => node[field])).toEqual(expected);
  }
  const { nodes, texts } = await read(type, field, 100);
  expect(nodes.every((node: Record<string, boolean>) => node[field] === false)).toBe(true);
  expect(texts).toHaveLength(1);
});

test("likes of posts, likes of comments and follows, all in one query, come with the rows", async () => {
  const query = `{ posts(first: 50) { nodes { viewerHasLiked author { viewerIsFollowing }
    comments(first: 5) { nodes { viewerHasLiked author { viewerIsFollowing } } } } } }`;
  const { result, statements } = await recordStatements(() => server.graphql(query, {}, viewer));
  expect(result.body.errors).toBeUndefined();
  const of = (table: string) => statements.filter(({ text }) => text.includes(`FROM ${table} AS f`));
  expect([of("post_likes"), of("comment_likes"), of("follows")].map(({ length }) => length)).toEqual([1, 1, 1]);
  // The viewer's session is looked up once.
  expect(statements.filter(({ text }) => !text.includes("sessions"))).toHaveLength(1);
});

function onlyFirst(count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => index === 0);
}
