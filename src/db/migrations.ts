/** Applies migrations with Prisma's schema engine as WebAssembly: the same engine for PGlite and PostgreSQL. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";
import { packageRoot } from "../package-root.js";
import type { Query } from "./database.js";

const prismaDirectory = fileURLToPath(new URL("prisma/", packageRoot));
const filters: wasm.SchemaFilter = { externalTables: [], externalEnums: [] };

/** Applies every migration that is missing, in order. Returns their names; none the second time. */
export async function applyMigrations(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<string[]> {
  const engine = await openEngine(adapter);
  const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: await readMigrations(), filters });
  return appliedMigrationNames;
}

/**
 * Whether all migrations are applied unchanged and none failed. Checked without the engine, whose 5 MB take about a
 * second to compile at each start; if this is false, the engine finds out why.
 */
export async function areAllApplied(query: Query): Promise<boolean> {
  const [table] = await query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS "exists"`,
    [],
  );
  if (table?.exists !== true) return false;
  const rows = await query<{ name: string; checksum: string; isFinished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished" FROM _prisma_migrations
      WHERE rolled_back_at IS NULL`,
    [],
  );
  const checksums = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const { migrationDirectories } = await readMigrations();
  return (
    rows.every(({ isFinished }) => isFinished) &&
    migrationDirectories.every(({ path, migrationFile: { content } }) => {
      if (content.tag !== "ok") return false;
      return checksums.get(path) === createHash("sha256").update(content.value).digest("hex");
    })
  );
}

/** Of names and contents of all migrations, as hexadecimal. */
export async function hashMigrations(): Promise<string> {
  const { migrationDirectories } = await readMigrations();
  return createHash("sha256").update(JSON.stringify(migrationDirectories)).digest("hex");
}

/** Names of the migrations that the database lacks. */
export async function pendingMigrations(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<string[]> {
  const engine = await openEngine(adapter);
  const migrationsList = await readMigrations();
  const diagnosis = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
  const failed = diagnosis.failedMigrationNames;
  if (diagnosis.history === null) return failed;
  if (diagnosis.history.diagnostic === "migrationsDirectoryIsBehind") return failed;
  return [...failed, ...diagnosis.history.unappliedMigrationNames];
}

/** SQL that would make the database what `prisma/schema.prisma` says; empty when it is. For tests and new migrations. */
export async function schemaDrift(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<string> {
  const engine = await openEngine(adapter);
  const content = await readFile(`${prismaDirectory}schema.prisma`, "utf8");
  const target = { path: "schema.prisma", content };
  const { schema } = await engine.introspect({
    schema: { files: [target] },
    baseDirectoryPath: prismaDirectory,
    force: false,
    compositeTypeDepth: 0,
    namespaces: null,
  });
  const diff = await engine.diff({
    from: { tag: "schemaDatamodel", files: schema.files },
    to: { tag: "schemaDatamodel", files: [target] },
    script: true,
    exitCode: null,
    filters,
  });
  const sql = diff.stdout ?? "";
  return sql.includes("-- This is an empty migration.") ? "" : sql;
}

async function readMigrations(): Promise<wasm.MigrationList> {
  const directory = `${prismaDirectory}migrations`;
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = names.sort().map(async (path): Promise<wasm.MigrationDirectory> => {
    const value = await readFile(`${directory}/${path}/migration.sql`, "utf8");
    return { path, migrationFile: { path: "migration.sql", content: { tag: "ok", value } } };
  });
  return {
    baseDir: directory,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(migrationDirectories),
  };
}

async function openEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<wasm.SchemaEngine> {
  loaded ??= loadWasm();
  const { SchemaEngine } = await loaded;
  const ignoreLog = () => undefined;
  return SchemaEngine.new({ datamodels: undefined }, ignoreLog, bindMigrationAwareSqlAdapterFactory(adapter));
}

/** Loaded once, and only by a process that migrates. */
let loaded: Promise<typeof wasm> | undefined;

/** The package is made for bundlers: Node is given its parts by hand (docs/architecture.md, Decisions). */
async function loadWasm(): Promise<typeof wasm> {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(path.replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
  let panic = "";
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { get: () => panic, set_message: (message: string) => (panic = message) },
  });
  return glue;
}
