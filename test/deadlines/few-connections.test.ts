import { setMaxListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/db/database.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

/** One connection for reads, so that whatever is read meets. */
describe("on one connection", () => {
  let owner: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    owner = await openTestDatabase();
    database = await openPostgres(owner.url ?? "", 2, openLog("silent"));
  });
  afterAll(async () => {
    await database.close();
    await owner.close();
  });

  test("statements are answered in the order in which they were sent", async () => {
    const order: number[] = [];
    const sent = Array.from({ length: 20 }, async (_, index) => {
      const [row] = await database.query<{ n: number }>("SELECT $1::int4 AS n", [index]);
      order.push(row?.n ?? -1);
    });
    await Promise.all(sent);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test("one that fails does not touch those before and behind it", async () => {
    const results = await Promise.allSettled([
      database.query("SELECT 1 AS n", []),
      database.query("SELECT 1 / $1::int4 AS n", [0]),
      database.query("SELECT 2 AS n", []),
    ]);
    expect(results).toMatchObject([
      { status: "fulfilled", value: [{ n: 1 }] },
      { status: "rejected", reason: { message: "division by zero" } },
      { status: "fulfilled", value: [{ n: 2 }] },
    ]);
  });

  test("one that is given up is cancelled, and those behind it are not", async () => {
    const giveUp = new AbortController();
    const long = database.query("SELECT pg_sleep(600)", [], giveUp.signal);
    const behind = Array.from({ length: 5 }, (_, index) => database.query("SELECT $1::int4 AS n", [index]));
    giveUp.abort(new Error("given up"));
    await expect(long).rejects.toThrow("given up");
    expect(await Promise.all(behind)).toEqual([0, 1, 2, 3, 4].map((n) => [{ n }]));
  });

  test("one that waits is taken back before it is sent", async () => {
    const first = new AbortController();
    const waiting = new AbortController();
    setMaxListeners(0, waiting.signal);
    const long = database.query("SELECT pg_sleep(600)", [], first.signal);
    const queued = Array.from({ length: 20 }, () => database.query("SELECT pg_sleep(600)", [], waiting.signal));
    waiting.abort(new Error("taken back"));
    expect((await Promise.allSettled(queued)).map(({ status }) => status)).toEqual(queued.map(() => "rejected"));
    first.abort(new Error("given up"));
    await expect(long).rejects.toThrow("given up");
    expect(await database.query("SELECT 3 AS n", [])).toEqual([{ n: 3 }]);
  });

  test("a cancellation that comes too late hits nobody else", async () => {
    // Each is given up at about the time it ends: some cancellations arrive while the next statement runs.
    for (let round = 0; round < 60; round += 1) {
      const giveUp = new AbortController();
      const short = database.query("SELECT pg_sleep($1)", [(round % 6) / 1_000], giveUp.signal).catch(() => undefined);
      const behind = Array.from({ length: 4 }, (_, index) =>
        database.query("SELECT $1::int4 AS n, pg_sleep(0.002)", [index]),
      );
      await database.query("SELECT 1", []).then(() => giveUp.abort(new Error("given up")));
      await short;
      expect((await Promise.all(behind)).flat().map((row) => row)).toMatchObject([0, 1, 2, 3].map((n) => ({ n })));
    }
  });

  test("one that somebody else cancels fails, and is not sent again", async () => {
    // On a connection that has cancelled nothing itself: a statement hit in the place of another is sent again.
    const fresh = await openPostgres(owner.url ?? "", 2, openLog("silent"));
    await owner.query("CREATE SEQUENCE attempts", []);
    const read = fresh.query("SELECT nextval('attempts'), pg_sleep(600)", []).catch((error: Error) => error);
    const cancel = `SELECT pg_cancel_backend(pid) AS done FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep' AND query LIKE '%attempts%' AND pid <> pg_backend_pid()`;
    while ((await owner.query(cancel, [])).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await read).toMatchObject({ code: "57014" });
    expect(await owner.query("SELECT last_value::int4 AS attempts FROM attempts", [])).toEqual([{ attempts: 1 }]);
    await fresh.close();
  });

  test("PostgreSQL keeps a bounded number of statements prepared, whatever clients select", async () => {
    for (let index = 0; index < 700; index += 1) {
      const text = `SELECT ${index} AS n`;
      await database.query(text, []);
      expect(await database.query(text, [])).toEqual([{ n: index }]);
    }
    const [row] = await database.query<{ count: number }>("SELECT count(*) FROM pg_prepared_statements", []);
    expect(row?.count).toBeGreaterThan(100);
    expect(row?.count).toBeLessThanOrEqual(501);
  });
});
