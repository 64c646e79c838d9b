/** Global set-up: one migrated database of each kind, of which every test server gets a copy. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { databaseOn } from "../../src/db/embedded.js";
import { applyMigrations } from "../../src/db/migrations.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { findServices } from "./services.js";

declare module "vitest" {
  interface ProvidedContext {
    /** File with a dump of a migrated, empty PGlite. */
    embeddedTemplate: string;
    /** URL of the PostgreSQL that holds the template database; empty where there is none. */
    postgresUrl: string;
    /** Name of a migrated, empty database on it. */
    postgresTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "parley-test-"));
  const { postgresUrl } = await findServices({ ...process.env, CI: "" });
  const postgresTemplate = `parley_template_${process.pid}`;
  project.provide("embeddedTemplate", await makeEmbeddedTemplate(directory));
  project.provide("postgresUrl", postgresUrl ?? "");
  project.provide("postgresTemplate", postgresTemplate);
  if (postgresUrl !== undefined) await makePostgresTemplate(postgresUrl, postgresTemplate);

  return async () => {
    await rm(directory, { recursive: true });
    if (postgresUrl !== undefined) await onServer(postgresUrl, `DROP DATABASE IF EXISTS ${postgresTemplate}`);
  };
}

async function makeEmbeddedTemplate(directory: string): Promise<string> {
  const pglite = await PGlite.create();
  const database = await databaseOn(pglite, async () => undefined);
  await applyMigrations(database.adapter);
  const dump = await pglite.dumpDataDir("none");
  await database.close();
  const file = join(directory, "embedded.tar");
  await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  return file;
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
