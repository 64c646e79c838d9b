/** The order of a list never reverses: `last` is the end of what `first` begins. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    seed: async ({ prisma }) => {
      const titles = ["one", "two", "three", "four", "five"];
      const data = titles.map((title, day) => ({
        title,
        content: title,
        createdAt: new Date(Date.UTC(2024, 0, 1 + day)),
      }));
      await prisma.post.createMany({ data });
    },
  });
});
afterAll(() => server.close());

async function titles(args: string): Promise<string> {
  const { body } = await server.graphql(`{ posts(${args}) { nodes { title } edges { node { title } } } }`);
  expect(body.data.posts.edges.map(({ node }: { node: object }) => node)).toEqual(body.data.posts.nodes);
  return body.data.posts.nodes.map(({ title }: { title: string }) => title).join(" ");
}

async function cursorOf(title: string, direction: "ASC" | "DESC"): Promise<string> {
  const order = `orderBy: { field: CREATED_AT, direction: ${direction} }`;
  const { body } = await server.graphql(`{ posts(first: 100, ${order}) { edges { cursor node { title } } } }`);
  const edges: { cursor: string; node: { title: string } }[] = body.data.posts.edges;
  const edge = edges.find(({ node }) => node.title === title);
  if (edge === undefined) throw new Error(`there is no post called ${title}`);
  return edge.cursor;
}

test("newest first, the last two are the two oldest, the oldest at the end", async () => {
  expect(await titles("first: 5")).toBe("five four three two one");
  expect(await titles("last: 2")).toBe("two one");
});

test("oldest first, the last two are the two newest, the newest at the end", async () => {
  const order = "orderBy: { field: CREATED_AT, direction: ASC }";
  expect(await titles(`first: 2, ${order}`)).toBe("one two");
  expect(await titles(`last: 2, ${order}`)).toBe("four five");
});

test("the last before a cursor are those just before it", async () => {
  const three = await cursorOf("three", "DESC");
  expect(await titles(`last: 1, before: "${three}"`)).toBe("four");
  expect(await titles(`first: 1, before: "${three}"`)).toBe("five");
});

test("between two cursors, from either end", async () => {
  const [five, one] = [await cursorOf("five", "DESC"), await cursorOf("one", "DESC")];
  expect(await titles(`last: 2, after: "${five}", before: "${one}"`)).toBe("three two");
  expect(await titles(`first: 2, after: "${five}", before: "${one}"`)).toBe("four three");
});

test("a cursor is good in both directions of its order", async () => {
  const three = await cursorOf("three", "DESC");
  expect(await cursorOf("three", "ASC")).toBe(three);
  expect(await titles(`first: 2, after: "${three}", orderBy: { field: CREATED_AT, direction: ASC }`)).toBe("four five");
});
