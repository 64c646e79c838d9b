/** Pages of every list, asked for in every way, against a model: thousands of draws, the same each time. */
import type { GraphQLObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { type Item, type Order, type PageArguments, pageOf } from "./model.js";
import { Random } from "./random.js";
import { fillTied, itemsOf, type ListedRows, lists, removeSome } from "./tied-community.js";

const ofOneUser = ["webhooks", "apiKeys", "sessions", "blockedUsers", "reports", "auditLog"];
const draws = 240;
const drawsInARequest = 20;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: fillTied });
});
afterAll(() => server.close());

interface Answered {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: object;
  readonly totalCount: number;
}

const selection = `{ edges { cursor node { id } } nodes { id } totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;

/** Sends many pages of one list as one operation. */
async function ask({ parent, field }: ListedRows, args: readonly string[]): Promise<Answered[]> {
  const fields = args.map((each, index) => `a${index}: ${field}${each === "" ? "" : `(${each})`} ${selection}`);
  const query = parent ? `{ node(id: "${parent.id}") { ... on ${parent.type} { ${fields} } } }` : `{ ${fields} }`;
  const { body } = await server.graphql(query);
  expect(body.errors).toBeUndefined();
  return Object.values<Answered>(parent ? body.data.node : body.data);
}

/** Cursors of all items, by order and global id; of items that are removed later as well. */
async function readCursors(list: ListedRows): Promise<Map<string, string>> {
  const cursors = new Map<string, string>();
  for (const field of list.orderFields) {
    const [all] = await ask(list, [`first: 100 ${orderBy(list, { field, direction: "ASC" })}`]);
    for (const { cursor, node } of all?.edges ?? []) cursors.set(`${field} ${node.id}`, cursor);
  }
  return cursors;
}

function orderBy({ canBeOrdered }: ListedRows, { field, direction }: Order): string {
  return canBeOrdered ? `orderBy: { field: ${field}, direction: ${direction} }` : "";
}

function draw(random: Random, list: ListedRows, items: readonly Item[]): PageArguments {
  const field = random.pick(list.orderFields);
  const direction = list.canBeOrdered && random.isTrue(0.5) ? "ASC" : "DESC";
  const isBackward = random.isTrue(0.4);
  const size = random.isTrue(0.8) ? random.integer(1, 12) : random.integer(13, 100);
  return {
    order: { field, direction },
    ...(isBackward ? { last: size } : random.isTrue(0.9) && { first: size }),
    ...(random.isTrue(0.5) && { after: random.pick(items) }),
    ...(random.isTrue(0.4) && { before: random.pick(items) }),
    ...(!isBackward && random.isTrue(0.3) && { offset: random.integer(0, items.length + 3) }),
  };
}

function write(
  list: ListedRows,
  { order, after, before, ...sizes }: PageArguments,
  cursors: Map<string, string>,
): string {
  const cursorOf = (item: Item | undefined) => item && cursors.get(`${order.field} ${item.id}`);
  const values = { ...sizes, after: cursorOf(after), before: cursorOf(before) };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return `${given.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(" ")} ${orderBy(list, order)}`.trim();
}

test("every connection of the schema is among the lists", async () => {
  const schema = await loadSchema();
  const types = ["Query", "User", "Post", "Comment"].map((name) => schema.getType(name) as GraphQLObjectType);
  const connections = types.flatMap((type) =>
    Object.values(type.getFields())
      // For one user alone, or for moderators: test/webhooks and test/moderation page through them.
      .filter((field) => /Connection!?$/.test(String(field.type)) && !ofOneUser.includes(field.name))
      .map((field) => `${type.name}.${field.name}`),
  );
  expect(connections.sort()).toEqual(lists.map(({ name }) => name).sort());
});

describe("pages are those of the model", () => {
  const cursorsOf = new Map<ListedRows, Map<string, string>>();
  const before = new Map<ListedRows, Item[]>();
  beforeAll(async () => {
    for (const list of lists) {
      cursorsOf.set(list, await readCursors(list));
      before.set(list, await itemsOf(list, server.database));
    }
    await removeSome(server.database);
  });

  test.each(lists)("$name", async (list) => {
    const cursors = cursorsOf.get(list) ?? new Map();
    // A cursor stays good when its item is gone: it names a place.
    const known = before.get(list) ?? [];
    const items = await itemsOf(list, server.database);
    expect(items.length).toBeGreaterThan(40);
    expect(items.length).toBeLessThan(known.length);
    expect(cursors.size).toBe(known.length * list.orderFields.length);

    const random = new Random(lists.indexOf(list));
    for (let drawn = 0; drawn < draws; drawn += drawsInARequest) {
      const drawnArguments = Array.from({ length: drawsInARequest }, () => draw(random, list, known));
      const written = drawnArguments.map((args) => write(list, args, cursors));
      const answers = await ask(list, written);
      const expected = drawnArguments.map((args) => {
        const page = pageOf(items, args);
        const nodes = page.items.map(({ id }) => ({ id }));
        const edges = nodes.map((node) => ({ node, cursor: cursors.get(`${args.order.field} ${node.id}`) }));
        const ends = { startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
        const { hasNextPage, hasPreviousPage } = page;
        return { edges, nodes, pageInfo: { hasNextPage, hasPreviousPage, ...ends }, totalCount: items.length };
      });
      const label = (page: object, index: number) => ({ args: written[index], ...page });
      expect(answers.map(label)).toEqual(expected.map(label));
    }
  });

  test.each(lists)("$name without arguments is the first twenty, in its own order", async (list) => {
    const items = await itemsOf(list, server.database);
    const order = { field: "CREATED_AT", direction: list.defaultDirection };
    const [page] = await ask(list, [""]);
    expect(page?.nodes).toEqual(pageOf(items, { order }).items.map(({ id }) => ({ id })));
    expect(page?.nodes).toHaveLength(20);
  });
});
