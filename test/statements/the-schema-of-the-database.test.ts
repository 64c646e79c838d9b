/** What the migrations make is what prisma/schema.prisma says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { pendingMigrations, schemaDrift } from "../../src/db/migrations.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a migrated database needs no change to be what the Prisma schema says", async () => {
  expect(await pendingMigrations(database.adapter)).toEqual([]);
  expect(await schemaDrift(database.adapter)).toBe("");
});

test("a database that has drifted is told what is missing", async () => {
  await database.prisma.$executeRawUnsafe("DROP INDEX posts_like_count_id_idx");
  expect(await schemaDrift(database.adapter)).toContain('CREATE INDEX "posts_like_count_id_idx"');
});

test("the words that search finds a post by follow its title and content", async () => {
  const wordsOf = async (id: bigint) => {
    const text = "SELECT search_vector::text AS words FROM posts WHERE id = $1";
    return (await database.query<{ words: string }>(text, [Number(id)]))[0]?.words;
  };
  const { id } = await database.prisma.post.create({ data: { title: "Running dogs", content: "The river" } });
  expect(await wordsOf(id)).toBe("'dog':2 'river':4 'run':1");
  await database.prisma.post.update({ where: { id }, data: { title: "Cats" } });
  expect(await wordsOf(id)).toBe("'cat':1 'river':3");
});
