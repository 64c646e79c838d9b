/** Statements of the fields of `Query`. */
import { type GraphQLObjectType, isRequiredArgument } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { lookupsOf } from "./lookups.js";
import { fillSmall, parentIds } from "./small-community.js";

const queryType = (await loadSchema()).getQueryType() as GraphQLObjectType;
const fields = lookupsOf(queryType);
const lists = fields.filter(({ isConnection }) => isConnection);
/** Fields that cannot stand alone need their arguments here; a new one fails until it has them. */
const objectsByField: Record<string, (index: number) => string> = {
  node: (index) => `node(id: "${parentIds("Post", index + 1).at(-1)}") { id }`,
  user: (index) => `user(handle: "USER_${index + 1}") { id }`,
  post: (index) => `post(id: "${parentIds("Post", index + 1).at(-1)}") { id }`,
  comment: (index) => `comment(id: "${parentIds("Comment", index + 1).at(-1)}") { id }`,
};

let server: TestServer;
beforeAll(async () => {
  // A clock that stands still: a session that was read is not read again, however long the test takes.
  const now = new Date();
  server = await startTestServer({ now: () => now, seed: fillSmall, config: { limits: wideLimits } });
});
afterAll(() => server.close());

async function textsOf(query: string, variables = {}, token?: string) {
  const { result, statements } = await recordStatements(() =>
    server.graphql(query, variables, token === undefined ? {} : { token }),
  );
  expect(result.body.errors).toBeUndefined();
  return { data: result.body.data, texts: statements.map(({ text }) => text) };
}

test("every field is tested here", () => {
  // Those for moderators are counted in test/moderation/reporting.once.test.ts.
  const others = ["viewer", "nodes", "eventCursor", "reports", "auditLog"];
  const tested = [...lists.map(({ field }) => field), ...Object.keys(objectsByField), ...others];
  expect(Object.keys(queryType.getFields()).sort()).toEqual(tested.sort());
  expect(lists.flatMap(({ field }) => queryType.getFields()[field]?.args ?? []).filter(isRequiredArgument)).toEqual([]);
});

describe.each(lists)("$name", ({ field }) => {
  test("takes one statement however long the page, and counts only when asked", async () => {
    for (const first of [20, 100]) {
      const { data, texts } = await textsOf(`{ ${field}(first: ${first}) { nodes { id } } }`);
      expect(data[field].nodes).toHaveLength(first);
      expect(texts).toHaveLength(1);
      const counted = await textsOf(`{ ${field}(first: ${first}) { nodes { id } totalCount } }`);
      expect(counted.data[field].totalCount).toBeGreaterThan(100);
      expect(counted.texts).toHaveLength(2);
    }
  });
});

test("where the event log ends takes no statement", async () => {
  const { data, texts } = await textsOf("{ eventCursor again: eventCursor }");
  expect(data.again).toBe(data.eventCursor);
  expect(texts).toEqual([]);
});

test.each(Object.entries(objectsByField))("%s takes one statement for all of an operation", async (_, select) => {
  for (const count of [20, 100]) {
    const aliases = Array.from({ length: count }, (_, index) => `a${index}: ${select(index)}`);
    const { data, texts } = await textsOf(`{ ${aliases.join(" ")} }`);
    expect(new Set(Object.values<{ id: string }>(data).map(({ id }) => id)).size).toBe(count);
    expect(texts).toHaveLength(1);
  }
});

test("nodes takes one statement for each type", async () => {
  for (const count of [10, 33]) {
    const ids = ["User", "Post", "Comment"].flatMap((type) => parentIds(type, count));
    const { data, texts } = await textsOf("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", { ids });
    expect(data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
    expect(texts).toHaveLength(3);
  }
});

test("viewer takes one statement, and none for a visitor", async () => {
  const { token } = await server.signUp("ada");
  await textsOf("{ __typename }", {}, token);
  expect((await textsOf("{ viewer { handle } same: viewer { name } }", {}, token)).texts).toHaveLength(1);
  expect((await textsOf("{ viewer { handle } }")).texts).toHaveLength(0);
});
