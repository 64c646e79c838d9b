/** A migrated database of the kind this test project runs on, for one test. Closed when the test, or the file, is over. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { inject } from "vitest";
import type { Database } from "../../src/db/database.js";
import { databaseOn } from "../../src/db/embedded.js";
import { type DatabaseLimits, openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { databaseUrl, onServer } from "./templates.js";

export type DatabaseKind = Database["kind"];

/** Which database the running project is for; set in vitest.config.ts. */
export const databaseKind: DatabaseKind = process.env.PARLEY_TEST_DATABASE === "postgres" ? "postgres" : "embedded";

export interface TestDatabase extends Database {
  /** For a second connection or process; undefined when embedded. */
  readonly url: string | undefined;
}

/** The caller closes it, and with it the copy is gone. */
export async function openTestDatabase(poolSize = 5, limits?: DatabaseLimits): Promise<TestDatabase> {
  if (databaseKind === "postgres") return copyOfPostgres(poolSize, limits);
  template ??= readTemplate();
  const loadDataDir = new Bytes(await template);
  const database = await databaseOn(await PGlite.create({ loadDataDir }), async () => undefined);
  return { ...database, url: undefined };
}

/** Read once for all the servers of a worker. */
let template: Promise<ArrayBuffer> | undefined;

async function readTemplate(): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(inject("embeddedTemplate"))).buffer;
}

/** Node copies what is in its own Blob twice before it gives it out. PGlite copies it into its files and changes nothing. */
class Bytes extends Blob {
  readonly #bytes: ArrayBuffer;

  constructor(bytes: ArrayBuffer) {
    super([]);
    this.#bytes = bytes;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#bytes;
  }
}

async function copyOfPostgres(poolSize: number, limits: DatabaseLimits | undefined): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `parley_test_${randomBytes(6).toString("hex")}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${inject("postgresTemplate")}`);
  const url = databaseUrl(server, name);
  const database = await openPostgres(url, poolSize, openLog("silent"), limits);
  // As in a database of its own: logs of the same name would hear each other over Redis.
  await database.query("UPDATE event_head SET log_id = gen_random_uuid() RETURNING log_id", []);
  return {
    ...database,
    url,
    async close() {
      await database.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
