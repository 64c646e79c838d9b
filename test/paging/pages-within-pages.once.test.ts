/** Pages of the lists of each item of a page: read in one statement with it, they are those that are read apart. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { fillTied } from "./tied-community.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: fillTied });
});
afterAll(() => server.close());

const user = "id name createdAt followerCount";
const comment = `id text createdAt likeCount author { ${user} }`;
const post = `id title createdAt updatedAt likeCount author { ${user} }`;

/** A page of rows, the field of each that is a page, and what is selected of an item of that. */
const places = [
  { rows: "posts(PAGE) { PART { id comments(INNER) { EDGES } } }", item: comment, isOrdered: true },
  { rows: "posts(PAGE) { PART { id likedBy(INNER) { EDGES } } }", item: "id name createdAt", isOrdered: false },
  { rows: "users(PAGE) { PART { id posts(INNER) { EDGES } } }", item: "id title createdAt likeCount", isOrdered: true },
  {
    rows: "users(PAGE) { PART { id comments(INNER) { EDGES } } }",
    item: "id text updatedAt isHidden",
    isOrdered: true,
  },
  {
    rows: `user(handle: "user_1") { comments(PAGE) { PART { id likedBy(INNER) { EDGES } } } }`,
    item: "id handle createdAt",
    isOrdered: false,
  },
  {
    rows: `user(handle: "user_1") { posts(PAGE) { PART { id comments(INNER) { EDGES } } } }`,
    item: "id text createdAt",
    isOrdered: true,
  },
];
const outer = ["first: 3", "last: 4", "first: 3, offset: 2"];
const inner = ["first: SIZE", "last: SIZE", "first: SIZE, offset: 3"];
const orders = [
  "",
  "orderBy: { field: CREATED_AT, direction: ASC }",
  "orderBy: { field: LIKE_COUNT, direction: DESC }",
];
const edges =
  "edges { cursor node { ITEM } } nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

function documentOf({ rows, item }: (typeof places)[number], page: string, args: string, parts: string): string {
  return rows
    .replace("PAGE", page)
    .replace("PART { id", parts)
    .replace("INNER", args)
    .replace("EDGES", edges.replace("ITEM", item));
}

async function ask(query: string, variables: Record<string, unknown> = {}) {
  const { result, statements } = await recordStatements(() => server.graphql(query, variables));
  expect(result.body.errors).toBeUndefined();
  return { data: result.body.data, statements: statements.length };
}

test.each(places)("$rows", async (place) => {
  for (const page of outer) {
    for (const args of inner) {
      for (const order of place.isOrdered ? orders : [""]) {
        const sized = (size: string) => documentOf(place, page, `${args} ${order}`.replace("SIZE", size), "nodes { id");
        const together = await ask(`{ ${sized("2")} }`);
        // What depends on a variable is read apart.
        const apart = await ask(`query ($size: Int) { ${sized("$size")} }`, { size: 2 });
        expect(together.data).toEqual(apart.data);
        expect(together.statements).toBe(apart.statements - 1);
      }
    }
  }
});

test("of a page behind a cursor, whose neighbours are read as well", async () => {
  const { data } = await ask("{ posts(first: 5) { pageInfo { endCursor } } }");
  const rows = (size: string) =>
    `posts(first: 3, after: "${data.posts.pageInfo.endCursor}") { pageInfo { hasPreviousPage hasNextPage }
      edges { cursor node { ${post} comments(first: ${size}) { nodes { ${comment} } } } } }`;
  const together = await ask(`{ ${rows("2")} }`);
  const apart = await ask(`query ($size: Int) { ${rows("$size")} }`, { size: 2 });
  expect(together.data).toEqual(apart.data);
  expect(together.data.posts.pageInfo).toEqual({ hasPreviousPage: true, hasNextPage: true });
  expect([together.statements, apart.statements]).toEqual([1, 2]);
});

test("several of one list, and one asked for twice", async () => {
  const rows = (size: string) => `posts(first: 4) { nodes { id a: comments(first: ${size}) { nodes { id } }
    b: comments(last: ${size}) { nodes { id text } } c: comments(first: ${size}) { totalCount nodes { text } } } }`;
  const together = await ask(`{ ${rows("3")} }`);
  const apart = await ask(`query ($size: Int) { ${rows("$size")} }`, { size: 3 });
  expect(together.data).toEqual(apart.data);
  expect([together.statements, apart.statements]).toEqual([2, 4]);
});

test("of pages of pages", async () => {
  const rows = (size: string) => `users(first: 100) { nodes { id posts(first: ${size}) { nodes { id title
    comments(first: ${size}) { nodes { id createdAt } } } } } }`;
  const together = await ask(`{ ${rows("3")} }`);
  const apart = await ask(`query ($size: Int) { ${rows("$size")} }`, { size: 3 });
  expect(together.data).toEqual(apart.data);
  expect([together.statements, apart.statements]).toEqual([1, 3]);
});

test("none where rows of the type come from two places, of which one is not asked for them", async () => {
  const query = "{ posts(first: 100) { nodes { id comments(first: 2) { nodes { id post { id title } } } } } }";
  const { statements, data } = await ask(query);
  expect(data.posts.nodes).toHaveLength(80);
  expect(statements).toBe(3);
});

test("bad arguments are refused in their own place, once for each row, and the rest is answered", async () => {
  const { body } = await server.graphql("{ posts(first: 2) { nodes { id comments(first: 500) { nodes { id } } } } }");
  expect(body.data.posts.nodes).toEqual([
    { id: expect.any(String), comments: null },
    { id: expect.any(String), comments: null },
  ]);
  expect(body.errors).toMatchObject(Array(2).fill({ extensions: { code: "BAD_USER_INPUT" } }));
});
