/** Opens the embedded PostgreSQL (PGlite) in a directory or in memory. For one process on one machine. */
import { existsSync } from "node:fs";
import { access, constants, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import type { Cancellation } from "../deadline.js";
import { reasonOf, StartupError } from "../errors.js";
import type { Log } from "../log.js";
import { startCheckpoints } from "./checkpoints.js";
import type { Database, OnMeasured, SqlValue } from "./database.js";
import { lockDirectory } from "./directory-lock.js";
import { createLazyPrisma } from "./lazy-prisma.js";
import { withScripts } from "./migration-scripts.js";
import { copyPrepared, demoNotice, isPrepared } from "./prepared.js";
import { parsedShape } from "./row-mapper.js";
import { Semaphore } from "./semaphore.js";
import { int8Oid, rfc3339, timestamptzOid } from "./timestamps.js";

const parsers = { [int8Oid]: Number, [timestamptzOid]: rfc3339 };

/** Settings of PostgreSQL, for one connection. */
const startParams = [
  ...PGlite.defaultStartParams,
  // Cleared at every start: 128 MB, the default, are a quarter of its time. The files are in the system's cache besides.
  ...["-c", "shared_buffers=32MB"],
  // Each takes a share of the lock table.
  ...["-c", "max_connections=10"],
  // Segments of the log that are not needed after a checkpoint are deleted, not kept for reuse.
  ...["-c", "wal_recycle=off"],
];
/** Of a new database. Segments of the log of 1 MB: the first start copies one. Default 16 MB. */
const initDbStartParams = ["--wal-segsize=1"];

/**
 * Opens the database in `directory`, making it if there is none: with the demo community if `demo` is true and there is a
 * prepared database, else without tables. Throws a StartupError when another process holds the directory or it cannot be
 * written. A database whose making was cut short is set aside under another name, not opened.
 */
export async function openEmbedded(directory: string, log: Log, demo: boolean): Promise<Database> {
  await makeWritable(directory);
  const lock = await lockDirectory(directory);
  try {
    await setHalfMadeAside(directory, log);
    const { pglite, hasDemo } = await openFiles(directory, demo);
    await writeFile(completeMarker(directory), "");
    if (hasDemo) log.info({ component: "demo" }, demoNotice);
    const endCheckpoints = startCheckpoints(pglite, log);
    return databaseOn(pglite, async () => {
      endCheckpoints();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Opens the database in `files`, a directory of its own, without a lock; makes an empty one if there is none. */
export async function openUnlocked(files: string): Promise<Database> {
  return databaseOn(await openPGlite(files), async () => undefined);
}

/** Opens an empty database in memory, which is gone when it is closed. */
export async function openInMemory(): Promise<Database> {
  return databaseOn(await openPGlite(), async () => undefined);
}

/** Wraps an open PGlite, which the database then owns. `onClosed` is called last. */
export async function databaseOn(pglite: PGlite, onClosed: () => Promise<void>): Promise<Database> {
  await pglite.exec("SET TIME ZONE 'UTC'");
  // PGlite has one connection, so transactions queue for it: the wait is longer than on a pool.
  const transactionOptions = { maxWait: 30_000, timeout: 30_000 };
  const adapter = new PrismaPGlite(pglite);
  let lastEndedAt = 0;
  const { prisma, disconnect } = createLazyPrisma({ adapter, transactionOptions });
  return {
    kind: "embedded",
    prisma,
    adapter: withScripts(adapter, (script) => pglite.exec(script)),
    // One connection, one transaction at a time. The rest waits, as long as its requests do.
    writes: new Semaphore(1, Number.POSITIVE_INFINITY),
    async query<Row>(text: string, values: readonly SqlValue[], signal?: Cancellation, onMeasured?: OnMeasured) {
      signal?.throwIfAborted();
      const sentAt = performance.now();
      const result = pglite.query<unknown[]>(text, [...values], { parsers, rowMode: "array" }).finally(() => {
        const now = performance.now();
        // Sequential: a statement that was sent while another ran starts when that has finished.
        onMeasured?.(now - Math.max(sentAt, lastEndedAt));
        lastEndedAt = now;
      });
      const { rows, fields } = await unlessAborted(result, signal);
      const mapper = parsedShape(fields);
      return rows.map((each) => mapper.rowOf(each) as Row);
    },
    async connectDedicated() {
      const unlisten: (() => Promise<void>)[] = [];
      return {
        listen: async (channel, onNotify) => {
          unlisten.push(await pglite.listen(channel, () => onNotify()));
        },
        // There is one connection and one process, so the lock is always free.
        tryLock: async () => true,
        onLost: () => undefined,
        close: async () => {
          for (const stop of unlisten) await stop();
        },
      };
    },
    async close() {
      await disconnect();
      if (!pglite.closed) await pglite.close();
      await onClosed();
    },
  };
}

function openPGlite(files?: string): Promise<PGlite> {
  return PGlite.create({ ...(files !== undefined && { dataDir: files }), startParams, initDbStartParams });
}

async function openFiles(directory: string, demo: boolean): Promise<{ pglite: PGlite; hasDemo: boolean }> {
  const files = join(directory, "db");
  const isCopied = !existsSync(files) && (await isPrepared());
  try {
    if (isCopied) await copyPrepared(demo ? "demo" : "empty", files);
    const pglite = await openPGlite(files);
    // Identifies the log: a copied database has a log of its own.
    if (isCopied) await pglite.exec("UPDATE event_head SET log_id = gen_random_uuid()");
    return { pglite, hasDemo: isCopied && demo };
  } catch (error) {
    const reason = reasonOf(error);
    throw new StartupError(
      `DATA_DIR "${directory}": the embedded database in ${files} cannot be opened: ${reason}. Its files are damaged or ` +
        "of another version: restore a copy, or move the directory away to start with an empty one.",
    );
  }
}

async function makeWritable(directory: string): Promise<void> {
  try {
    await makeDirectory(resolve(directory));
    await access(directory, constants.R_OK | constants.W_OK);
    // Permission bits do not apply to root or show a read-only file system: only a write reveals whether it works.
    const probe = join(directory, `.write-probe-${process.pid}`);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    const reason = reasonOf(error);
    throw new StartupError(`DATA_DIR must be a writable directory, got "${directory}": ${reason}`);
  }
}

/** Not `mkdir` with `recursive`: where the system refuses with ENOENT, as below /proc, Node then tries again for ever. */
async function makeDirectory(directory: string): Promise<void> {
  const exists = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (exists) return;
  const parent = dirname(directory);
  if (parent !== directory) await makeDirectory(parent);
  await mkdir(directory).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw error;
  });
}

/** PGlite's first start takes seconds and is not atomic: the marker is written when it is over. */
function completeMarker(directory: string): string {
  return join(directory, "db-complete");
}

async function setHalfMadeAside(directory: string, log: Log): Promise<void> {
  const database = join(directory, "db");
  if (!existsSync(database) || existsSync(completeMarker(directory))) return;
  const aside = `${database}-incomplete-${Date.now()}`;
  await rename(database, aside);
  log.warn({ component: "database", aside }, "incomplete embedded database of an earlier start was set aside");
}

/** Rejects reads that wait for the only connection. A running one cannot be cancelled: PGlite runs on this thread. */
function unlessAborted<Result>(work: Promise<Result>, signal: Cancellation | undefined): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
