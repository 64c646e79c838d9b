/** The number of statements grows with the depth of a query, never with the number of rows: every field of the schema. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import {
  isPartOfAnAnswer,
  type Lookup,
  leavesOf,
  lookupsOf,
  nodeTypes,
  objectTypes,
  ofOneUser,
  select,
} from "./lookups.js";
import { fillSmall, parentCount, parentIds, rowsPerParent } from "./small-community.js";

const schema = await loadSchema();
const types = nodeTypes(schema);
const lookups = types.flatMap(lookupsOf);
const pairs = lookups.flatMap((outer) =>
  lookups
    .filter(({ type }) => type === outer.target)
    .map((inner) => ({ name: `${outer.name}.${inner.field}`, outer, inner })),
);

/** Pairs that find nothing, whatever the rows. */
const empty: Record<string, string> = { "Post.comments.parent": "a comment on the post itself is a reply to none" };

/** Read with the row itself, by a join. */
const joined: readonly string[] = ["Post.author", "Comment.author"];

const few = { parents: parentCount / 5, first: rowsPerParent / 5 };
const many = { parents: parentCount, first: rowsPerParent };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: fillSmall, config: { limits: wideLimits } });
});
afterAll(() => server.close());

/** Reads `selection` of objects of one type. Throws when a list or an object in it is empty: that would test nothing. */
async function read(type: string, selection: string, { parents, first }: typeof few) {
  const document = `query ($ids: [ID!]!, $first: Int) { nodes(ids: $ids) { ... on ${type} { ${selection} } } }`;
  const variables = { ids: parentIds(type, parents), ...(selection.includes("$first") && { first }) };
  const query = variables.first === undefined ? document.replace(", $first: Int", "") : document;
  const { result, statements } = await recordStatements(() => server.graphql(query, variables));
  expect(result.body.errors).toBeUndefined();
  return { nodes: result.body.data.nodes, texts: statements.map(({ text }) => text) };
}

function found(
  { field, isConnection }: Lookup,
  parents: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  const values = parents.map((parent) => parent[field] as { nodes: Record<string, unknown>[] } | null);
  const objects = isConnection ? values.flatMap((value) => value?.nodes ?? []) : values;
  return objects.filter((each) => each !== null) as Record<string, unknown>[];
}

test("every object type is one that this file knows how to read", () => {
  const known = [...types, ...objectTypes(schema).filter(isPartOfAnAnswer), schema.getQueryType()];
  expect(
    objectTypes(schema)
      .filter((type) => !known.includes(type) && !ofOneUser.includes(type.name))
      .map(String),
  ).toEqual([]);
  expect(lookups.filter(({ target }) => !types.some(({ name }) => name === target))).toEqual([]);
});

test.each(types.map((type) => ({ type: type.name, leaves: leavesOf(type, (name) => !name.startsWith("viewer")) })))(
  "the values of $type come with its row",
  async ({ type, leaves }) => {
    const { texts } = await read(type, leaves.join(" "), many);
    expect(texts).toHaveLength(1);
  },
);

describe.each(lookups)("$name", (lookup) => {
  test("takes one statement for all parents, and counts nothing unasked", async () => {
    for (const size of [few, many]) {
      const { nodes, texts } = await read(lookup.type, select(lookup, "id"), size);
      const expected = lookup.isConnection ? size.parents * size.first : size.parents;
      expect(found(lookup, nodes)).toHaveLength(expected);
      expect(texts).toHaveLength(joined.includes(lookup.name) ? 1 : 2);
      expect(texts.filter((text) => text.includes("count(*)"))).toEqual([]);
    }
  });

  if (!lookup.isConnection) return;
  test("takes one more for the totals of all parents, when asked", async () => {
    for (const size of [few, many]) {
      const { nodes, texts } = await read(lookup.type, select(lookup, "id", "totalCount"), size);
      const totals = nodes.map((node: Record<string, { totalCount: number }>) => node[lookup.field]?.totalCount);
      expect(totals.every((total: number) => total >= rowsPerParent)).toBe(true);
      expect(texts).toHaveLength(3);
    }
  });
});

test.each(pairs)("$name takes one statement for each level", async ({ name, outer, inner }) => {
  const selection = select(outer, select(inner, "id"));
  const small = await read(outer.type, selection, few);
  const large = await read(outer.type, selection, many);
  const [smallFound, largeFound] = [small, large].map(({ nodes }) => found(inner, found(outer, nodes)).length);
  if (empty[name] === undefined) expect(smallFound).toBeGreaterThan(0);
  if (empty[name] === undefined) expect(largeFound).toBeGreaterThan(smallFound ?? 0);
  expect(large.texts).toHaveLength(small.texts.length);
  // One less where the first level has read what the second asks for, such as the parent of a reply.
  expect(large.texts.length).toBeLessThanOrEqual(3);
});
