/**
 * Runs a command on the configured database. A mistake of the operator ends it with one readable message and exit code
 * 1.
 */
import { type Config, readConfig } from "../config/config.js";
import { loadEnvFile } from "../config/env-file.js";
import type { Database } from "../db/database.js";
import { connectDatabase, openDatabase } from "../db/open-database.js";
import { operatorText } from "../errors.js";
import { openLog } from "../log.js";

export interface CommandOptions {
  /** Whether the database must have all migrations before. */
  readonly migrated: boolean;
  readonly run: (database: Database, words: readonly string[], config: Config) => Promise<void>;
}

/** `words` are what follows `--` on the command line. */
export async function runCommand({ migrated, run }: CommandOptions): Promise<void> {
  try {
    loadEnvFile();
    const config = readConfig();
    const log = openLog("warn");
    // No timeouts for commands. Before the schema exists only migrations run, which use one connection.
    const database = migrated
      ? await openDatabase({ ...config, deadlineMs: undefined }, log)
      : await connectDatabase({ ...config, databasePoolSize: 1 }, log);
    try {
      await run(database, process.argv.slice(2), config);
    } finally {
      await database.close();
    }
  } catch (error) {
    process.stderr.write(`${operatorText(error)}\n`);
    process.exitCode = 1;
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
