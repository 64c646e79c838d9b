/** On large tables every list reads about as many rows as its page has. Lists are found in the schema. */
import { type GraphQLObjectType, getNamedType, isEnumType, isInputObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type NodeType, toGlobalId } from "../../src/db/global-id.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { maxCounted } from "../../src/loaders/list-sql.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { fillLarge, fillTimeoutMs } from "./large-community.js";
import { type Lookup, lookupsOf, nodeTypes } from "./lookups.js";
import { Planner } from "./plans.js";

const schema = await loadSchema();
const query = schema.getQueryType() as GraphQLObjectType;
const lists = [query, ...nodeTypes(schema)].flatMap(lookupsOf).filter(({ isConnection }) => isConnection);
const cases = lists.flatMap((list) => ordersOf(list).map((order) => ({ name: `${list.name} ${order}`, list, order })));

const first = 20;
const deep = 1_500;
/** The first is busy: a tenth of all rows is below it. */
const parents = 20;

let server: TestServer;
let planner: Planner;
beforeAll(async () => {
  server = await startTestServer({
    seed: async (database) => {
      await fillLarge(database);
    },
  });
  planner = await Planner.open(server.database);
}, fillTimeoutMs);
afterAll(async () => {
  await planner?.close();
  await server?.close();
});

function ordersOf({ type, field }: Lookup): string[] {
  const argument = (schema.getType(type) as GraphQLObjectType)
    .getFields()
    [field]?.args.find(({ name }) => name === "orderBy");
  const input = argument && getNamedType(argument.type);
  const by = isInputObjectType(input) ? getNamedType(input.getFields().field?.type) : undefined;
  if (!isEnumType(by)) return [""];
  return by
    .getValues()
    .flatMap(({ name }) => ["ASC", "DESC"].map((to) => `orderBy: { field: ${name}, direction: ${to} }`));
}

function select({ type, field }: Lookup, args: string, what: string): string {
  const selection = `${field}${args.trim() === "" ? "" : `(${args})`} { ${what} }`;
  if (type === "Query") return `{ list: ${selection} }`;
  const ids = Array.from({ length: parents }, (_, index) => `"${toGlobalId(type as NodeType, index + 1)}"`);
  return `{ nodes(ids: [${ids}]) { ... on ${type} { list: ${selection} } } }`;
}

async function send(document: string, viewer?: { readonly token: string }) {
  const { result, statements } = await recordStatements(() => server.graphql(document, {}, viewer));
  expect(result.body.errors).toBeUndefined();
  const { list, nodes } = result.body.data;
  return { list: list ?? nodes[0].list, statements };
}

describe.each(cases)("$name", ({ list, order }) => {
  const problemsOf = async (args: string, { skipped, sorted } = { skipped: 0, sorted: 0 }) => {
    const { statements, list: page } = await send(select(list, `${args} ${order}`, "nodes { id }"));
    expect(page.nodes).toHaveLength(first);
    // A page, one item more, and one or two beyond its ends, of each parent; and what each row is joined to.
    const read = 2 * parents * (first + 4) + 2 * skipped;
    const problems: string[] = [];
    for (const statement of statements) problems.push(...(await planner.problemsOf(statement, { sorted, read })));
    return problems;
  };

  test("reads a page wherever it is, from either end", async () => {
    const { list: there } = await send(select(list, `first: 1, offset: ${deep} ${order}`, "pageInfo { endCursor }"));
    const cursor = there.pageInfo.endCursor;
    expect(cursor).not.toBeNull();
    const pages = [
      ...[`first: ${first}`, `first: ${first}, after: "${cursor}"`, `first: ${first}, before: "${cursor}"`],
      ...[`last: ${first}`, `last: ${first}, before: "${cursor}"`, `last: ${first}, after: "${cursor}"`],
    ];
    for (const page of pages) expect(await problemsOf(page)).toEqual([]);
  });

  test("skips by walking the index", async () => {
    expect(await problemsOf(`first: ${first}, offset: 60`, { skipped: 60, sorted: 0 })).toEqual([]);
  });

  // Skipping a large part of what is there may be done by sorting the rows of the parents, but of no one else.
  test("skips far without reading the rows of other parents", async () => {
    const { list: busy } = await send(select(list, "", "totalCount"));
    const skipped = list.type === "Query" ? deep : busy.totalCount;
    expect(await problemsOf(`first: ${first}, offset: ${deep}`, { skipped, sorted: skipped })).toEqual([]);
  });
});

/** Parents in a statement, and items of each that are counted. */
const countable = (parentCount: number) => parentCount * (maxCounted + 1);

test.each(lists)("the total of $name is counted up to a limit, from an index of its parent", async (list) => {
  const { statements, list: busy } = await send(select(list, "", "totalCount totalCountIsExact"));
  expect(busy.totalCount).toBeGreaterThan(deep);
  expect(busy.totalCount).toBeLessThanOrEqual(maxCounted);
  const [{ exact } = { exact: 0 }] = await server.database.query<{ exact: number }>(exactCount(list), []);
  expect(busy.totalCount).toBe(Math.min(exact, maxCounted));
  expect(busy.totalCountIsExact).toBe(exact <= maxCounted);
  const counts = statements.filter(({ text }) => text.includes("count(*)"));
  expect(counts).toHaveLength(1);
  // Without a parent there is no index to count from: the first rows of the table are.
  const isWhole = list.type === "Query";
  const read = isWhole ? countable(1) : Math.min(2 * exact, countable(parents));
  for (const count of counts) {
    const problems = await planner.problemsOf(count, { sorted: 0, read });
    expect(problems.filter((each) => !(isWhole && each.includes("scans all of")))).toEqual([]);
  }
});

/** Counts all rows of what the test asks for: the first parent is the busy one. */
function exactCount({ name }: Lookup): string {
  const of: Record<string, string> = {
    "Query.users": "users",
    "Query.posts": "posts",
    "User.posts": "posts WHERE author_id = 1",
    "User.comments": "comments WHERE author_id = 1",
    "User.followers": "follows WHERE followee_id = 1",
    "User.following": "follows WHERE follower_id = 1",
    "Post.comments": "comments WHERE post_id = 1 AND parent_id IS NULL",
    "Post.likedBy": "post_likes WHERE post_id = 1",
    "Comment.replies": "comments WHERE parent_id = 1",
    "Comment.likedBy": "comment_likes WHERE comment_id = 1",
  };
  if (of[name] === undefined) throw new Error(`say how to count ${name}`);
  return `SELECT count(*) AS exact FROM ${of[name]}`;
}

test("for who blocks others, and has something hidden, pages are read from the same indexes", async () => {
  const viewer = await server.signUp("blocker");
  const { prisma } = server.database;
  const { id: blockerId } = await prisma.user.findUniqueOrThrow({ where: { handle: "blocker" } });
  const createdAt = new Date();
  const others = await prisma.user.findMany({ where: { id: { gt: 50 } }, orderBy: { id: "asc" }, take: 100 });
  await prisma.block.createMany({ data: others.map(({ id }) => ({ blockerId, blockedId: id, createdAt })) });
  await prisma.post.create({
    data: { id: 9_000_000, authorId: blockerId, title: "Hidden", content: "", isHidden: true },
  });
  const problems: string[] = [];
  let blocking = 0;
  for (const list of lists) {
    for (const order of ordersOf(list)) {
      const { statements } = await send(select(list, `first: ${first} ${order}`, "nodes { id }"), viewer);
      const pages = statements.filter(({ text }) => text.includes("LATERAL") || text.includes(") AS "));
      blocking += pages.filter(({ text }) => text.includes("IS NOT TRUE")).length;
      // What is skipped is what others than those on the page wrote: 100 of some thousands.
      const read = 2 * parents * (first + 4) + 2 * parents * first;
      for (const statement of pages) problems.push(...(await planner.problemsOf(statement, { sorted: 0, read })));
    }
  }
  expect(problems).toEqual([]);
  expect(blocking).toBeGreaterThanOrEqual(cases.length);
  await prisma.user.delete({ where: { id: blockerId } });
  await prisma.post.deleteMany({ where: { title: "Hidden" } });
});

test("single rows, and what the viewer thinks of each, are read from indexes", async () => {
  const viewer = await server.signUp("ada");
  const ids = ["User", "Post", "Comment"].flatMap((type) =>
    Array.from({ length: 33 }, (_, index) => toGlobalId(type as NodeType, index * 100 + 1)),
  );
  const document = `query ($ids: [ID!]!) { user(handle: "user_7") { id } viewer { id } nodes(ids: $ids) {
    ... on User { viewerIsFollowing } ... on Post { viewerHasLiked } ... on Comment { viewerHasLiked } } }`;
  const { result, statements } = await recordStatements(() => server.graphql(document, { ids }, viewer));
  expect(result.body.errors).toBeUndefined();
  const problems: string[] = [];
  for (const statement of statements) problems.push(...(await planner.problemsOf(statement, { sorted: 0, read: 34 })));
  expect(problems).toEqual([]);
  // Who asks, by session; the viewer with the users; posts, comments, the handle. Viewer fields come with the rows.
  expect(statements).toHaveLength(5);
});
