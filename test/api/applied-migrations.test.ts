/** Start without the schema engine, only when every migration was applied unchanged. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { areAllApplied } from "../../src/db/migrations.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Runs a change of the history, looks, and changes it back. */
async function isAppliedWith(change: string, undo: string): Promise<boolean> {
  await database.query(change, []);
  const isApplied = await areAllApplied(database.query);
  await database.query(undo, []);
  return isApplied;
}

const last = "migration_name = (SELECT max(migration_name) FROM _prisma_migrations)";

test("a migrated database has them all", async () => {
  expect(await areAllApplied(database.query)).toBe(true);
});

test("one that was begun and not finished does not count", async () => {
  const begin = `UPDATE _prisma_migrations SET finished_at = NULL WHERE ${last}`;
  const finish = `UPDATE _prisma_migrations SET finished_at = now() WHERE ${last}`;
  expect(await isAppliedWith(begin, finish)).toBe(false);
});

test("one that was rolled back does not count", async () => {
  const rollBack = `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE ${last}`;
  const takeBack = `UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE ${last}`;
  expect(await isAppliedWith(rollBack, takeBack)).toBe(false);
});

test("one that was applied as another text does not count", async () => {
  const edit = `UPDATE _prisma_migrations SET checksum = reverse(checksum) WHERE ${last}`;
  const mend = `UPDATE _prisma_migrations SET checksum = reverse(checksum) WHERE ${last}`;
  expect(await isAppliedWith(edit, mend)).toBe(false);
});
