/**
 * The prepared databases: files of a migrated embedded database, one empty and one with the demo community, created by
 * `npm run compile`. A first start copies one of them in tens of milliseconds; `initdb` and the migrations take seconds
 * and twice the memory.
 */
import { createHash } from "node:crypto";
import { constants, cpSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.js";
import { hashMigrations } from "./migrations.js";

/** Each in a directory of this name. */
export type PreparedContent = "empty" | "demo";

/** For the log, when a new database has the demo community. */
export const demoNotice = "added a demo community to the empty database; set DEMO=off to keep it empty";

const prepared = fileURLToPath(new URL("dist/prepared/", packageRoot));
/** Written last: files without it, or with that of another version, are not used. */
const keyFile = join(prepared, "key");
/** Of the demo community: what changes it makes both databases again, but keeps neither from being used. */
const demoVersionFile = join(prepared, "demo-version");

/** Resolves with whether the prepared databases are there, and are what this PGlite and these migrations would make. */
export async function isPrepared(): Promise<boolean> {
  const key = await read(keyFile);
  return key !== undefined && key === (await currentKey());
}

/** Resolves with whether they are also of this version of the demo community. */
export async function isPreparedWith(demoVersion: string): Promise<boolean> {
  return (await read(demoVersionFile)) === demoVersion && (await isPrepared());
}

/**
 * Copies a prepared database to `files`, a directory that does not exist. The copy has the identity of the original.
 */
export async function copyPrepared(content: PreparedContent, files: string): Promise<void> {
  // Nobody else may read it, as PostgreSQL demands.
  await mkdir(files, { mode: 0o700 });
  // Synchronous: half the time for 450 files, and nothing else could run, for PGlite is to block the thread for longer.
  cpSync(join(prepared, content), files, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** Recreates them. `make` writes into the directory of each. */
export async function prepare(
  demoVersion: string,
  make: (directoryOf: (content: PreparedContent) => string) => Promise<void>,
): Promise<void> {
  await rm(prepared, { recursive: true, force: true });
  await mkdir(prepared, { recursive: true });
  await make((content) => join(prepared, content));
  await writeFile(demoVersionFile, demoVersion);
  await writeFile(keyFile, await currentKey());
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

async function currentKey(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const { version } = JSON.parse(await readFile(join(dirname(entry), "../package.json"), "utf8"));
  return createHash("sha256")
    .update(`${version} ${await hashMigrations()}`)
    .digest("hex");
}
