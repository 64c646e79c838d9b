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
    /** File with a dump of a migrated, empty PGlite: no more than what a test server needs, for it is loaded often. */
    embeddedTemplate: string;
    /** File with all that a first start leaves of it in a directory. */
    embeddedDirectory: string;
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
  const embedded = await makeEmbeddedTemplates(directory);
  project.provide("embeddedTemplate", embedded.forServers);
  project.provide("embeddedDirectory", embedded.forDirectories);
  project.provide("postgresUrl", postgresUrl ?? "");
  project.provide("postgresTemplate", postgresTemplate);
  if (postgresUrl !== undefined) await makePostgresTemplate(postgresUrl, postgresTemplate);

  return async () => {
    await rm(directory, { recursive: true });
    if (postgresUrl !== undefined) await onServer(postgresUrl, `DROP DATABASE IF EXISTS ${postgresTemplate}`);
  };
}

interface EmbeddedTemplates {
  readonly forServers: string;
  readonly forDirectories: string;
}

async function makeEmbeddedTemplates(directory: string): Promise<EmbeddedTemplates> {
  const pglite = await PGlite.create();
  const database = await databaseOn(pglite, async () => undefined);
  await applyMigrations(database.adapter);
  const dump = async (name: string) => {
    // What a checkpoint has written need not be recovered by every copy.
    await pglite.exec("CHECKPOINT");
    const file = join(directory, name);
    await writeFile(file, Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer()));
    return file;
  };
  const forDirectories = await dump("directory.tar");
  // Two thirds of the files are databases nobody connects to, and half the time of a start clears memory for many users.
  await pglite.exec("UPDATE pg_database SET datistemplate = false WHERE datistemplate");
  for (const name of ["template0", "template1"]) await pglite.exec(`DROP DATABASE ${name}`);
  await pglite.exec("ALTER SYSTEM SET shared_buffers = '16MB'");
  const forServers = await dump("server.tar");
  await database.close();
  return { forServers, forDirectories };
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
