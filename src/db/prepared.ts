/**
 * The prepared database: files of a migrated, empty embedded database, created by `npm run compile`. A first start
 * copies them in tens of milliseconds; `initdb` and the migrations take seconds and twice the memory.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.js";
import { hashMigrations } from "./migrations.js";

const prepared = fileURLToPath(new URL("dist/prepared/", packageRoot));
/** Written last: files without it, or with that of another version, are not used. */
const keyFile = join(prepared, "key");
const preparedFiles = join(prepared, "db");

/** Resolves with whether the prepared database is there, and is what this PGlite and these migrations would make. */
export async function isPrepared(): Promise<boolean> {
  const key = await readFile(keyFile, "utf8").catch(() => undefined);
  return key !== undefined && key === (await currentKey());
}

/**
 * Copies the prepared database to `files`, a directory that does not exist. The copy has the identity of the original.
 */
export async function copyPrepared(files: string): Promise<void> {
  // PostgreSQL refuses a directory that others may look into.
  await mkdir(files, { mode: 0o700 });
  await cp(preparedFiles, files, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** Recreates it. `make` writes a migrated database into the given directory. */
export async function prepare(make: (files: string) => Promise<void>): Promise<void> {
  await rm(prepared, { recursive: true, force: true });
  await mkdir(prepared, { recursive: true });
  await make(preparedFiles);
  await writeFile(keyFile, await currentKey());
}

async function currentKey(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const { version } = JSON.parse(await readFile(join(dirname(entry), "../package.json"), "utf8"));
  return createHash("sha256")
    .update(`${version} ${await hashMigrations()}`)
    .digest("hex");
}
