/** Global set-up: one migrated database of each kind, of which every test server gets a copy. */
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { ensurePrepared } from "../../src/db/ensure-prepared.js";
import { applyMigrations } from "../../src/db/migrations.js";
import { openPostgres } from "../../src/db/postgres.js";
import { copyPrepared } from "../../src/db/prepared.js";
import { preparedDemo } from "../../src/demo/prepared-demo.js";
import { openLog } from "../../src/log.js";
import { packageRoot } from "../../src/package-root.js";
import { findServices } from "./services.js";

declare module "vitest" {
  interface ProvidedContext {
    /** File with a dump of a migrated, empty PGlite: no more than what a test server needs, for it is loaded often. */
    embeddedTemplate: string;
    /** URL of the PostgreSQL that holds the template database; empty where there is none. */
    postgresUrl: string;
    /** Name of a migrated, empty database on it. */
    postgresTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { postgresUrl } = await findServices({ ...process.env, CI: "" });
  const postgresTemplate = `parley_template_${process.pid}`;
  project.provide("embeddedTemplate", await embeddedTemplate());
  project.provide("postgresUrl", postgresUrl ?? "");
  project.provide("postgresTemplate", postgresTemplate);
  if (postgresUrl !== undefined) await makePostgresTemplate(postgresUrl, postgresTemplate);

  return async () => {
    if (postgresUrl !== undefined) await onServer(postgresUrl, `DROP DATABASE IF EXISTS ${postgresTemplate}`);
  };
}

/** Kept beside the prepared database, and so made once for each version of it. */
async function embeddedTemplate(): Promise<string> {
  await ensurePrepared(preparedDemo(new Date()));
  const template = fileURLToPath(new URL("dist/prepared/template-of-tests.tar", packageRoot));
  if (existsSync(template)) return template;
  const directory = await mkdtemp(join(tmpdir(), "parley-test-"));
  await copyPrepared("empty", join(directory, "db"));
  const pglite = await PGlite.create(join(directory, "db"));
  // Half the time of a start clears memory for many users.
  await pglite.exec("ALTER SYSTEM SET shared_buffers = '16MB'");
  // What a checkpoint has written need not be recovered by every copy.
  await pglite.exec("CHECKPOINT");
  const dump = Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer());
  await pglite.close();
  await rm(directory, { recursive: true });
  // Renamed when it is whole: another run may look.
  const unfinished = `${template}.${process.pid}`;
  await writeFile(unfinished, dump);
  await rename(unfinished, template);
  return template;
}

async function makePostgresTemplate(url: string, name: string): Promise<void> {
  await onServer(url, `DROP DATABASE IF EXISTS ${name}`);
  await onServer(url, `CREATE DATABASE ${name}`);
  const database = await openPostgres(databaseUrl(url, name), 2, openLog("silent"));
  try {
    await applyMigrations(database.adapter);
  } catch (error) {
    await database.close();
    await onServer(url, `DROP DATABASE ${name}`);
    throw error;
  }
  await database.close();
}

/** Runs one statement on a connection of its own. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
