/** Creates the prepared databases if they are missing or of another version. */
import { cp } from "node:fs/promises";
import type { Database } from "./database.js";
import { openUnlocked } from "./embedded.js";
import { migrate } from "./open-database.js";
import { isPreparedWith, prepare } from "./prepared.js";

export interface Demo {
  /** Changes with the content. */
  readonly version: string;
  /** Adds the content to a migrated, empty database. */
  seed(database: Database): Promise<void>;
}

/** Resolves with whether it created them. */
export async function ensurePrepared(demo: Demo): Promise<boolean> {
  if (await isPreparedWith(demo.version)) return false;
  await prepare(demo.version, async (directoryOf) => {
    await write(directoryOf("empty"), async (database) => {
      await migrate(database);
      await dropTemplates(database);
    });
    await cp(directoryOf("empty"), directoryOf("demo"), { recursive: true });
    await write(directoryOf("demo"), (database) => demo.seed(database));
  });
  return true;
}

/** Closed in order, so that a copy has nothing to recover. */
async function write(files: string, content: (database: Database) => Promise<void>): Promise<void> {
  const database = await openUnlocked(files);
  try {
    await content(database);
    await database.query("VACUUM (FULL, FREEZE)", []);
  } finally {
    await database.close();
  }
}

/** Two thirds of the files are databases that nobody connects to: CREATE DATABASE alone would copy them. */
async function dropTemplates({ query }: Database): Promise<void> {
  await query("UPDATE pg_database SET datistemplate = false WHERE datistemplate", []);
  for (const name of ["template0", "template1"]) await query(`DROP DATABASE ${name}`, []);
}
