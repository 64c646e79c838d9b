/**
 * The migrations create what prisma/schema.prisma describes. Checked on the embedded database, which the same migrations
 * make: `@prisma/adapter-pg` does not know the type "char", in which PostgreSQL tells of its own tables.
 */
import { openAsBlob } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Database } from "../../src/db/database.js";
import { databaseOn } from "../../src/db/embedded.js";
import { pendingMigrations, schemaDrift } from "../../src/db/migrations.js";

let database: Database;
beforeAll(async () => {
  const loadDataDir = await openAsBlob(inject("embeddedTemplate"));
  database = await databaseOn(await PGlite.create({ loadDataDir }), async () => undefined);
}, 60_000);
afterAll(() => database.close());

test("a migrated database needs no change to be what the Prisma schema says", { timeout: 60_000 }, async () => {
  expect(await pendingMigrations(database.adapter)).toEqual([]);
  expect(await schemaDrift(database.adapter)).toBe("");
});

test("a database that has drifted is refused, and the error names what it lacks", { timeout: 60_000 }, async () => {
  await database.prisma.$executeRawUnsafe("DROP INDEX posts_like_count_id_idx");
  expect(await schemaDrift(database.adapter)).toContain('CREATE INDEX "posts_like_count_id_idx"');
});
