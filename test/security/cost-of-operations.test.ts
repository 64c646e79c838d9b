/** What operations cost, counted by hand, and what becomes of those that cost too much. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { costOf } from "./cost-of.js";

const feed = `query Feed($posts: Int = 20, $comments: Int) {
  posts(first: $posts) { nodes { id title author { id name } comments(first: $comments) { nodes { id author { id } } } } }
}`;
/** The call of `posts` and of `nodes`; for each post: itself, its author called and come, `comments` and `nodes` called. */
const ofFeed = (posts: number, comments: number) => 2 + posts * (1 + 2 + 2 + comments * (1 + 2));

describe("the cost of an operation", () => {
  test.each([
    ["of a constant", "{ __typename }", 0],
    ["of one object is its call and itself", "{ viewer { id handle } }", 2],
    ["of two objects", '{ viewer { id } other: user(handle: "ada") { id } }', 4],
    ["of a list is the assumed size times its items", "{ users { nodes { id } } }", 2 + 20],
    ["of a list with first", "{ users(first: 3) { nodes { id } } }", 2 + 3],
    ["of a list with last", "{ users(last: 5) { nodes { id } } }", 2 + 5],
    ["of a list with both is by the greater", "{ users(first: 7, last: 5) { nodes { id } } }", 2 + 7],
    ["of edges is that of nodes", "{ users(first: 3) { edges { cursor node { id } } } }", 2 + 3],
    ["of a count", "{ users(first: 100) { totalCount pageInfo { hasNextPage } } }", 1 + 10 + 1],
    ["of a search", '{ posts(first: 3, filter: { search: "a" }) { nodes { id } } }', 2 + 3 + 10 + 50],
    ["of items that are skipped", "{ users(first: 3, offset: 901) { nodes { id } } }", 2 + 3 + 10],
    ["of more than can be skipped", "{ users(first: 3, offset: 999999) { nodes { id } } }", 2 + 3 + 100],
    ["of nothing skipped", "{ users(first: 3, offset: 0) { nodes { id } } }", 2 + 3],
    ["of a negative offset", "{ users(first: 3, offset: -100) { nodes { id } } }", 2 + 3],
    [
      "of items skipped by default",
      "query ($n: Int = 200) { users(first: 3, offset: $n) { nodes { id } } }",
      2 + 3 + 2,
    ],
    [
      "of items skipped in each of a list",
      '{ nodes(ids: ["a", "b"]) { ... on User { posts(first: 1, offset: 500) { nodes { id } } } } }',
      1 + 2 * (1 + 2 + 1 + 5),
    ],
    ["of a null for first", "{ users(first: null) { nodes { id } } }", 2 + 20],
    ["of a list of identifiers", '{ nodes(ids: ["a", "b", "c"]) { id } }', 1 + 3],
    ["of one identifier for a list", '{ nodes(ids: "a") { id } }', 1 + 1],
    [
      "of deliveries and their attempts",
      "{ viewer { webhooks(first: 2) { nodes { deliveries(first: 100) { nodes { attempts(first: 50) { nodes { status } } } } } } } }",
      2 + 2 + 2 * (1 + 2 + 100 * (1 + 2 + 50)),
    ],
    ["of an argument", "{ posts(first: 1, filter: {}) { nodes { id } } }", 1 + 10 + 1 + 1],
    ["of rendered Markdown", "{ posts(first: 9) { nodes { contentHtml } } }", 2 + 9 * (1 + 10)],
    [
      "of a password",
      'mutation { signIn(input: { email: "", password: "" }) { session { accessToken } } }',
      200 + 1 + 1 + 2,
    ],
    [
      "of an input object",
      "{ posts(first: 1, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id } } }",
      2 + 1 + 1,
    ],
    ["of the schema", "{ __schema { types { name } } }", 500],
    ["of a subscription", "subscription { postCreated { post { author { id } } } }", 10 + 1 + 2 + 2],
    [
      "of types that are not known is that of the dearest",
      "subscription { events { id ... on PostLiked { post { id } user { id } } ... on PostCreated { post { id } } } }",
      10 + 1 + 2 + 2,
    ],
    [
      "of what fragments select together counts once",
      "{ viewer { ...A ...B posts(first: 2) { nodes { id } } } } fragment A on User { posts(first: 2) { nodes { title } } } fragment B on User { ...A }",
      2 + 2 + 2,
    ],
  ])("%s", (_, query, cost) => {
    expect(costOf(query)).toBe(cost);
  });

  test("multiplies pages within pages, by the variables or their defaults", () => {
    expect(costOf(feed)).toBe(ofFeed(20, 20));
    expect(costOf(feed, { comments: 3 })).toBe(ofFeed(20, 3));
    expect(costOf(feed, { posts: 100, comments: 0 })).toBe(ofFeed(100, 0));
    expect(costOf(feed, { posts: null, comments: null })).toBe(ofFeed(20, 20));
  });

  test.each([["-5"], [-5], [Number.NaN], [Number.POSITIVE_INFINITY], [{}], [true]])(
    "is a number whatever a variable holds: %s",
    (posts) => {
      expect(costOf(feed, { posts })).toBeLessThanOrEqual(ofFeed(100, 20));
      expect(costOf(feed, { posts })).toBeGreaterThanOrEqual(ofFeed(0, 20));
    },
  );

  test("goes by the length of a list in a variable, up to what a resolver takes", () => {
    const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    expect(costOf(query, { ids: Array.from({ length: 7 }, String) })).toBe(1 + 7);
    expect(costOf(query, { ids: Array.from({ length: 50_000 }, String) })).toBe(1 + 100);
    expect(costOf(query, { ids: "one" })).toBe(1 + 1);
  });
});

describe("over HTTP", () => {
  let server: TestServer;
  const cost = ofFeed(20, 3);
  beforeAll(async () => {
    const { limits } = readConfig({});
    server = await startTestServer({ config: { limits: { ...limits, document: { ...limits.document, cost } } } });
  });
  afterAll(() => server.close());

  test("an operation runs up to the limit", async () => {
    expect((await server.graphql(feed, { comments: 3 })).body).toEqual({ data: { posts: { nodes: [] } } });
  });

  test("one point above it is refused, with cost and limit in the error", async () => {
    const { status, body } = await server.graphql(`${feed.slice(0, -2)} viewer { id } }`, { comments: 3 });
    const message = `The operation is too costly: its cost must be at most ${cost} (COST_LIMIT), got ${cost + 2}.`;
    const extensions = { code: "COST_LIMIT_EXCEEDED", cost: cost + 2, limit: cost };
    expect([status, body]).toEqual([400, { errors: [{ message, extensions }] }]);
  });

  test("the cost is reported to who asks for it, and to nobody else", async () => {
    const headers = { "x-graphql-cost": "report" };
    const asked = await server.graphql(feed, { comments: 3 }, { headers });
    expect(asked.body).toEqual({ data: { posts: { nodes: [] } }, extensions: { cost: { cost, limit: cost } } });
    expect((await server.graphql(feed, { comments: 3 })).body).not.toHaveProperty("extensions");
  });

  test("a subscription that costs too much is refused where it is listened to", async () => {
    const query =
      "subscription { events { id ... on PostCreated { post { comments(first: 100) { nodes { id } likes: nodes { likedBy(first: 100) { nodes { id } } } } } } } }";
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('"code":"COST_LIMIT_EXCEEDED"');
  });
});
