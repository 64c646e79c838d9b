/** A field selected alone has the same value as with all columns read (loaders/entities). */
import { type GraphQLObjectType, isObjectType, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toGlobalId } from "../../../src/db/global-id.js";
import { loadSchema } from "../../../src/graphql/schema.js";
import { lookAhead } from "../../../src/loaders/look-ahead.js";
import { leavesOf, lookupsOf } from "../../sql/lookups.js";
import { documentOf, executorsOf } from "../answers.js";
import { type Community, contextOf, idsOf, openCommunity, viewers } from "./community.js";

const { schema, planned, slow } = executorsOf(await loadSchema());

let community: Community;
beforeAll(async () => {
  community = await openCommunity();
});
afterAll(() => community.database.close());

const rowTypes = ["User", "Post", "Comment"] as const;

function objectType(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (isObjectType(type)) return type;
  throw new Error(`the schema has no object type ${name}`);
}

/** Each field with the least that can be selected of it, and each look-up with each leaf of what it finds. */
function selectionsOf(name: (typeof rowTypes)[number]): string[] {
  const type = objectType(name);
  const lookups = lookupsOf(type).flatMap(({ field, isConnection, target }) =>
    isConnection
      ? [
          "totalCount",
          "totalCountIsExact",
          "nodes { id }",
          "edges { cursor }",
          "pageInfo { hasNextPage endCursor }",
        ].map((part) => `${field}(first: 1) { ${part} }`)
      : leavesOf(objectType(target), () => true).map((leaf) => `${field} { ${leaf} }`),
  );
  return [...leavesOf(type, () => true), ...lookups];
}

/** The same rows from lists. */
const lists: readonly { type: keyof typeof idsOf; list: string }[] = [
  { type: "User", list: "users(first: 10) { nodes { … } }" },
  { type: "Post", list: "posts(first: 10) { nodes { … } }" },
  { type: "Comment", list: "posts(first: 10) { nodes { comments { nodes { … } } } }" },
  { type: "Comment", list: "users(first: 10) { nodes { comments { nodes { … } } } }" },
];

function byKey(type: keyof typeof idsOf): string {
  return `nodes(ids: ${JSON.stringify(idsOf[type].map((id) => toGlobalId(type, id)))}) { ... on ${type} { … } }`;
}

/** As the server does it: by a plan, reading only the selected fields. */
async function asked(query: string, viewer: ViewerName): Promise<unknown> {
  const document = parse(query);
  const context = contextOf(community, viewers[viewer]);
  context.beginOperation(lookAhead(schema, document));
  const result = await planned({ document, context });
  expect(result.errors).toBeUndefined();
  return JSON.parse(JSON.stringify(result.data));
}

/** By graphql-js, with loaders that read everything. */
async function readInFull(query: string, viewer: ViewerName): Promise<unknown> {
  const result = await slow({ document: documentOf(schema, query), context: contextOf(community, viewers[viewer]) });
  expect(result.errors).toBeUndefined();
  return JSON.parse(JSON.stringify(result.data));
}

/** Leaves one alias of many in every object. */
function only(value: unknown, alias: string): unknown {
  if (Array.isArray(value)) return value.map((each) => only(each, alias));
  if (typeof value !== "object" || value === null) return value;
  if (alias in value) return { [alias]: Reflect.get(value, alias) };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, only(each, alias)]));
}

type ViewerName = keyof typeof viewers;

async function compareEach(
  type: (typeof rowTypes)[number],
  way: string,
  viewer: ViewerName,
  asking = selectionsOf(type),
): Promise<void> {
  const selections = asking.map((selection, index) => `a${index}: ${selection}`);
  const query = (selection: string) => `{ ${way.replace("…", selection)} }`;
  const all = query(selections.join(" "));
  const full = await readInFull(all, viewer);
  expect(await asked(all, viewer)).toEqual(full);
  for (const [index, selection] of selections.entries()) {
    expect(await asked(query(selection), viewer), selection).toEqual(only(full, `a${index}`));
  }
}

describe.each(rowTypes)("each field of %s, found by key, alone is what it is among all", (type) => {
  test.each(["visitor", "reader", "owner", "admin"] as const)("for the %s", (viewer) =>
    compareEach(type, byKey(type), viewer),
  );
});

test.each(lists)("each leaf of $type alone is what it is among all in $list", ({ type, list }) =>
  compareEach(
    type,
    list,
    "owner",
    leavesOf(objectType(type), () => true),
  ),
);

test("every column of every row says something, to somebody", async () => {
  for (const type of rowTypes) {
    const leaves = leavesOf(objectType(type), () => true);
    const seen = new Map(leaves.map((leaf) => [leaf, new Set<unknown>()]));
    for (const viewer of ["visitor", "owner", "reader", "admin"] as const) {
      const { nodes } = (await readInFull(`{ ${byKey(type).replace("…", leaves.join(" "))} }`, viewer)) as {
        nodes: (Record<string, unknown> | null)[];
      };
      const shown = nodes.filter((node) => node !== null);
      for (const node of shown) for (const leaf of leaves) seen.get(leaf)?.add(node[leaf]);
    }
    for (const [leaf, values] of seen) expect(values.size, `${type}.${leaf}`).toBeGreaterThan(1);
  }
});
