/** Checkpoints of the embedded database keep its write-ahead log short. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startCheckpoints } from "../../src/db/checkpoints.js";
import { copyPrepared } from "../../src/db/prepared.js";
import { openLog } from "../../src/log.js";

let directory: string;
let pglite: PGlite;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-checkpoints-"));
  await copyPrepared("empty", join(directory, "db"));
  pglite = await PGlite.create(join(directory, "db"));
  await pglite.exec("CREATE TABLE texts (text text)");
});

afterAll(async () => {
  await pglite.close();
  await rm(directory, { recursive: true });
});

const write = (rows: number) =>
  pglite.exec(`INSERT INTO texts SELECT repeat('x', 1000) FROM generate_series(1, ${rows})`);

async function logBytes(): Promise<number> {
  const text = "SELECT (pg_current_wal_insert_lsn() - redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()";
  return (await pglite.query<{ bytes: number }>(text)).rows[0]?.bytes ?? Number.NaN;
}

test("a long log is cut by a checkpoint, a short one is left", async () => {
  const exec = vi.spyOn(pglite, "exec");
  const query = vi.spyOn(pglite, "query");
  await write(10);
  const short = await logBytes();
  const end = startCheckpoints(pglite, openLog("silent"), 5);
  const looked = query.mock.calls.length;
  await vi.waitUntil(() => query.mock.calls.length > looked + 2, { timeout: 20_000 });
  expect(exec).not.toHaveBeenCalledWith("CHECKPOINT");
  expect(await logBytes()).toBe(short);
  await write(10_000);
  await vi.waitUntil(async () => (await logBytes()) < 1_000_000, { timeout: 20_000 });
  expect(exec).toHaveBeenCalledWith("CHECKPOINT");
  end();
});
