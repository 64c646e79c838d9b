/** Directory lock, held by one living process. PGlite has none, and two processes would corrupt its files. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartupError } from "../errors.js";

export interface DirectoryLock {
  release(): Promise<void>;
}

/** How long two processes that take over the same stale lock leave each other to be seen. */
const settleMs = 50;

/** Takes the lock. Throws a StartupError that names the holder when a living process has it. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const file = join(directory, "lock");
  const own = `${process.pid} ${await startOf(process.pid)}`;
  if (!(await create(file, own))) await takeOver(file, own, directory);
  return { release: () => rm(file, { force: true }) };
}

async function create(file: string, own: string): Promise<boolean> {
  try {
    await writeFile(file, own, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function takeOver(file: string, own: string, directory: string): Promise<void> {
  // Its maker may be between making it and writing into it.
  if ((await readLock(file)) === "") await sleep(settleMs);
  await refuseIfHeld(file, directory);
  const mine = `${file}-${process.pid}`;
  await writeFile(mine, own);
  await rename(mine, file);
  await sleep(settleMs);
  if ((await readLock(file)) !== own) await refuseIfHeld(file, directory);
}

async function refuseIfHeld(file: string, directory: string): Promise<void> {
  const [pid = "", ...start] = (await readLock(file)).split(" ");
  const holder = Number(pid);
  if (!Number.isSafeInteger(holder) || holder < 1 || !isAlive(holder)) return;
  // Process ids are reused, after a reboot or in a container: the start time distinguishes them.
  if ((await startOf(holder)) !== start.join(" ")) return;
  throw new StartupError(
    `DATA_DIR "${directory}" is in use by process ${holder}. The embedded database supports one process: stop that one, ` +
      "set another DATA_DIR, or set DATABASE_URL to use PostgreSQL.",
  );
}

async function readLock(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Start time of a process in clock ticks since boot, if available (Linux, proc(5), field 22); else empty. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
