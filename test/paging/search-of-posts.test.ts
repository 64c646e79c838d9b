/** Text search: PostgreSQL's full-text search in English, with the syntax people know from search engines. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";

const texts: Record<string, string> = {
  "Running with dogs": "Every morning I ran along the river.",
  "Rivers of the north": "A map, and walks beside the water.",
  "Dog food": "The cheap kind is as good as the dear kind.",
  "Cat food": "Cats eat what they like.",
  "Morning light": "Photographs of a cold morning by the river: light, and fog.",
  "Über Größe": "Ein Text auf Deutsch mit naïve Umlauten.",
  "C++ or Rust?": "Both are fine & well <b>documented</b>.",
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    seed: async ({ prisma }) => {
      await prisma.post.createMany({ data: Object.entries(texts).map(([title, content]) => ({ title, content })) });
    },
  });
});
afterAll(() => server.close());

async function find(search: string): Promise<string[]> {
  const query = `query ($search: String!) { posts(filter: { search: $search }) { nodes { title } totalCount } }`;
  const { status, body } = await server.graphql(query, { search });
  expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  const titles: string[] = body.data.posts.nodes.map(({ title }: { title: string }) => title);
  expect(body.data.posts.totalCount).toBe(titles.length);
  return titles.sort();
}

test.each([
  ["one word, whatever its form", "run", ["Running with dogs"]],
  ["a plural finds the singular", "dogs", ["Dog food", "Running with dogs"]],
  ["in the title as well as in the content", "river", ["Morning light", "Rivers of the north", "Running with dogs"]],
  ["upper case as lower case", "RIVER", ["Morning light", "Rivers of the north", "Running with dogs"]],
  ["all words, in any place", "morning river", ["Morning light", "Running with dogs"]],
  ["a phrase, in its order", '"cold morning"', ["Morning light"]],
  ["not a phrase in another order", '"morning cold"', []],
  ["a phrase beside a word", '"cold morning" fog', ["Morning light"]],
  ["either word", "cats or dogs", ["Cat food", "Dog food", "Running with dogs"]],
  ["without a word", "food -dog", ["Cat food"]],
  ["without a phrase", 'river -"cold morning"', ["Rivers of the north", "Running with dogs"]],
  ["no hits", "submarine", []],
  ["words outside English, as they are", "größe", ["Über Größe"]],
])("finds %s: %s", async (_, search, titles) => {
  expect(await find(search)).toEqual(titles);
});

test("what is only stop words or signs finds nothing", async () => {
  for (const search of ["the", "-", '""', "🙂"]) expect(await find(search)).toEqual([]);
});

test("what is left out alone finds the rest", async () => {
  expect(await find("-food")).toHaveLength(Object.keys(texts).length - 2);
});

test("finds a post by what it says now", async () => {
  const { prisma } = server.database;
  const { id } = await prisma.post.create({ data: { title: "A lighthouse", content: "Seen from the pier" } });
  expect(await find("lighthouses")).toEqual(["A lighthouse"]);
  await prisma.post.update({ where: { id }, data: { title: "A windmill", likeCount: 3 } });
  expect(await find("lighthouse")).toEqual([]);
  expect(await find("windmill pier")).toEqual(["A windmill"]);
  await prisma.post.delete({ where: { id } });
  expect(await find("pier")).toEqual([]);
});
