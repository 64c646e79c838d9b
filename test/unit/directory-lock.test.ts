/** Detects the lock of a living process. Several processes: test/process. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockDirectory } from "../../src/db/directory-lock.js";

async function directoryWithLock(content: string): Promise<{ directory: string; file: string }> {
  const directory = await mkdtemp(join(tmpdir(), "parley-lock-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, "lock");
  await writeFile(file, content);
  return { directory, file };
}

for (const content of ["", "garbage\n", "-1 0", "0 0"]) {
  test(`a lock that says ${JSON.stringify(content)} is stale: it is taken over, and gone when it is let go`, async () => {
    const { directory, file } = await directoryWithLock(content);
    const lock = await lockDirectory(directory);
    expect(await readFile(file, "utf8")).toMatch(new RegExp(`^${process.pid} `));
    await expect(lockDirectory(directory)).rejects.toThrow(`is in use by process ${process.pid}.`);
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });
}
