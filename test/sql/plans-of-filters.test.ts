/** Filters of posts use an index on a large table, in any order. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { fillLarge, fillTimeoutMs, type Size } from "./large-community.js";
import { Planner } from "./plans.js";

const orders = ["CREATED_AT", "LIKE_COUNT", "COMMENT_COUNT"].flatMap((field) =>
  ["ASC", "DESC"].map((direction) => `{ field: ${field}, direction: ${direction} }`),
);
const busyAuthor = `authorId: "${toGlobalId("User", 1)}"`;
const ordinaryAuthor = `authorId: "${toGlobalId("User", 77)}"`;
const lastDay = 'createdAfter: "2020-12-30T12:00:00Z"';

let server: TestServer;
let planner: Planner;
let size: Size;
beforeAll(async () => {
  server = await startTestServer({
    seed: async (database) => {
      size = await fillLarge(database);
    },
  });
  planner = await Planner.open(server.database);
}, fillTimeoutMs);
afterAll(async () => {
  await planner?.close();
  await server?.close();
});

async function sent(filter: string, order: string, what = "nodes { id }") {
  const document = `{ posts(first: 20, filter: { ${filter} }, orderBy: ${order}) { ${what} } }`;
  const { result, statements } = await recordStatements(() => server.graphql(document));
  expect(result.body.errors).toBeUndefined();
  const statement = statements.at(-1);
  if (statement === undefined) throw new Error(`no statement was sent for ${document}`);
  return { posts: result.body.data.posts, statement };
}

describe.each(orders)("ordered by %s", (order) => {
  test.each([busyAuthor, ordinaryAuthor])("posts with %s are read in their order", async (filter) => {
    const { posts, statement } = await sent(filter, order);
    expect(posts.nodes.length).toBeGreaterThan(0);
    expect(await planner.problemsOf(statement, { sorted: 21, read: 24 })).toEqual([]);
  });

  // What the order's index cannot tell is either read in order and thrown away, or found by the filter and sorted.
  test.each([
    { filter: lastDay, hits: "few" },
    { filter: 'createdBefore: "2020-01-02T12:00:00Z"', hits: "few" },
    { filter: 'createdAfter: "2020-03-01T00:00:00Z"', hits: "most" },
    { filter: 'createdAfter: "2020-03-01T00:00:00Z", createdBefore: "2020-11-01T00:00:00Z"', hits: "most" },
    { filter: 'search: "quokka"', hits: "few" },
    { filter: 'search: "beetle"', hits: "a hundredth" },
    { filter: 'search: "garden"', hits: "all" },
    { filter: 'search: "beetle -quokka"', hits: "a hundredth" },
    { filter: 'search: "garden giraffe"', hits: "none" },
    { filter: `search: "garden", ${busyAuthor}`, hits: "a tenth" },
    { filter: `search: "beetle", ${ordinaryAuthor}`, hits: "none" },
  ])("posts with $filter ($hits) take no look at the whole table", async ({ filter, hits }) => {
    const { posts, statement } = await sent(filter, order);
    if (hits !== "none") expect(posts.nodes.length).toBeGreaterThan(3);
    const allowance = { sorted: size.posts / 10, read: size.posts / 5 };
    expect(await planner.problemsOf(statement, allowance)).toEqual([]);
  });

  test.each([
    { often: ordinaryAuthor, now: busyAuthor, share: 0 },
    { often: busyAuthor, now: ordinaryAuthor, share: 0 },
    { often: 'search: "quokka"', now: 'search: "garden"', share: 0.1 },
    { often: 'search: "garden"', now: 'search: "quokka"', share: 0.1 },
  ])("$often asked for often does not spoil $now", async ({ often, now, share }) => {
    const others = (await sent(often, order)).statement;
    const { statement } = await sent(now, order);
    expect(others.text).toBe(statement.text);
    const allowance = { sorted: 21 + share * size.posts, read: 24 + 2 * share * size.posts };
    expect(await planner.problemsOf(statement, allowance, others.values)).toEqual([]);
  });
});

// What is narrow is counted from an index; of what most posts meet, the first found are, wherever they are.
test.each([
  ...[busyAuthor, ordinaryAuthor, lastDay, 'search: "quokka"', `search: "garden", ${ordinaryAuthor}`],
  ...[
    'search: "garden"',
    'search: "garden or beetle"',
    'createdAfter: "2020-03-01T00:00:00Z"',
    'search: "garden -quokka"',
  ],
])("the total of posts with %s is counted up to a limit, and from an index if it is below", async (filter) => {
  const { posts, statement } = await sent(filter, orders[0] ?? "", "totalCount totalCountIsExact");
  expect(statement.text).toContain("count(*)");
  expect(posts.totalCount).toBeGreaterThan(0);
  const allowance = { sorted: 0, read: posts.totalCount + (posts.totalCountIsExact ? 10 : size.posts / 10) };
  const problems = await planner.problemsOf(statement, allowance);
  expect(problems.filter((each) => posts.totalCountIsExact || !each.includes("scans all of"))).toEqual([]);
});
