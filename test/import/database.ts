/** Opens an in-memory database for the import's tests. */
import { PGlite } from "@electric-sql/pglite";
import type { Database } from "../../src/db/database.js";
import { databaseOn } from "../../src/db/embedded.js";
import { applyMigrations } from "../../src/db/migrations.js";

export type TestDatabase = Pick<Database, "prisma" | "close">;

/** An empty database with every migration applied. Whoever opens it closes it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const database = await databaseOn(await PGlite.create(), async () => undefined);
  await applyMigrations(database.adapter);
  return database;
}
