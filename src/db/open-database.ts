/** Opens the configured database and makes sure that it has the schema of this version. */
import { StartupError } from "../errors.js";
import type { Log } from "../log.js";
import type { Database } from "./database.js";
import { applyMigrations, areAllApplied, pendingMigrations } from "./migrations.js";
import type { DatabaseLimits } from "./postgres.js";

export interface DatabaseSettings {
  readonly databaseUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly dataDir: string;
  /** Whether a new embedded database has the demo community. */
  readonly demo: boolean;
  readonly databaseQueueSize: number;
  /** Undefined for what may take longer than a request. */
  readonly deadlineMs: number | undefined;
}

/** Opens for a command: no limits, and no look at the schema. Throws a StartupError when the database cannot be had. */
export function connectDatabase(
  { databaseUrl, databasePoolSize, dataDir }: Pick<DatabaseSettings, "databaseUrl" | "databasePoolSize" | "dataDir">,
  log: Log,
): Promise<Database> {
  return open({ databaseUrl, databasePoolSize, dataDir, demo: false }, log, undefined);
}

/**
 * Opens for serving. The embedded database is migrated; a PostgreSQL, which other instances may be using, is not:
 * one that lacks migrations is a StartupError that names the command.
 */
export async function openDatabase(settings: DatabaseSettings, log: Log): Promise<Database> {
  const limits = { maxQueued: settings.databaseQueueSize, statementTimeoutMs: settings.deadlineMs };
  const database = await open(settings, log, limits);
  try {
    await bringUpToDate(database, log);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Loads the one of the two kinds that is needed. */
async function open(
  { databaseUrl, databasePoolSize, dataDir, demo }: Omit<DatabaseSettings, "databaseQueueSize" | "deadlineMs">,
  log: Log,
  limits: DatabaseLimits | undefined,
): Promise<Database> {
  if (databaseUrl === undefined) return (await import("./embedded.js")).openEmbedded(dataDir, log, demo);
  return (await import("./postgres.js")).openPostgres(databaseUrl, databasePoolSize, log, limits);
}

async function bringUpToDate(database: Database, log: Log): Promise<void> {
  if (await areAllApplied(database.query)) return;
  if (database.kind === "embedded") {
    const applied = await migrate(database);
    if (applied.length > 0) log.info({ component: "database", applied }, "embedded database was migrated");
    return;
  }
  const pending = await pendingMigrations(database.adapter);
  if (pending.length === 0) return;
  throw new StartupError(
    `DATABASE_URL: the database is missing the migrations ${pending.join(", ")}. Run \`npm run migrate\` first.`,
  );
}

/**
 * Applies the migrations that are missing, all or none, and returns their names. One that is cut short would leave a
 * mark after which the engine wants a person to look. The database must have one connection, as the embedded one has:
 * so the transaction is around whatever the engine does.
 */
export async function migrate({ adapter, query }: Database): Promise<string[]> {
  let failure: unknown;
  const noteFailure = (error: unknown) => {
    failure ??= error;
    throw error;
  };
  const connect = async () => {
    const connection = await adapter.connect();
    const run = connection.executeScript.bind(connection);
    return Object.assign(connection, { executeScript: (script: string) => run(script).catch(noteFailure) });
  };
  await query("BEGIN", []);
  try {
    const applied = await applyMigrations({ ...adapter, connect });
    await query("COMMIT", []);
    return applied;
  } catch (error) {
    await query("ROLLBACK", []);
    // When a script has failed, what the engine says is that its own next statement failed too.
    const reason = failure ?? error;
    const [line = ""] = (reason instanceof Error ? reason.message : String(reason)).split("\n");
    throw new StartupError(`The migrations failed, and none was applied: ${line}`);
  }
}
