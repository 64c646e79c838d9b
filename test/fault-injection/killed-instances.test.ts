/** kill -9 of instances on PostgreSQL and Redis: the one with listeners, and the relay. */
import { expect, test } from "vitest";
import { connection, postgresDatabase } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";
import { defaultFaults, run } from "./campaign.js";
import { startInstances } from "./instance.js";
import { readLog } from "./log-at-the-end.js";
import { redisUrl } from "./programs.js";

/** A quiet machine needs a tenth of it. */
const timeout = 600_000;

async function community() {
  const url = await postgresDatabase("migrated");
  const client = await connection(url);
  const sql = async (text: string) => (await client.query(text)).rows;
  /** An instance is known to PostgreSQL by its name. */
  const settingsOf = (name: string) => ({ DATABASE_URL: `${url}?application_name=${name}`, REDIS_URL: redisUrl });
  return { sql, settingsOf, readLog: () => readLog(sql) };
}

test(
  `the instance that is listened to is killed ${defaultFaults} times: the listeners go on at the other, nothing missed, nothing twice`,
  async ({ annotate }) => {
    const { settingsOf, readLog } = await community();
    const instances = await startInstances(2, settingsOf);
    const figures = await run({
      instances,
      readLog,
      async strike({ listeners: [first], hasStruck }) {
        const place = first?.place();
        await place?.end("SIGKILL");
        hasStruck();
        await place?.start();
      },
    });
    await annotate(figures);
  },
  timeout,
);

test(
  `the instance that relays is killed ${defaultFaults} times: another takes over, nothing missed, nothing twice`,
  async ({ annotate }) => {
    const { sql, settingsOf, readLog } = await community();
    const instances = await startInstances(3, settingsOf);
    const relaying = async () => {
      const [row] =
        await sql(`SELECT a.application_name AS name FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
      WHERE l.locktype = 'advisory' AND l.objid = 7236145 AND a.datname = current_database()`);
      return instances.find(({ name, url }) => name === row?.name && url !== undefined);
    };
    const turns = new Set<string>();
    const figures = await run({
      instances,
      readLog,
      // One listener at each: a kill moves one of them and shows two how it looks from beside.
      tries: (index) => [...instances.slice(index), ...instances.slice(0, index)],
      async strike({ hasStruck }) {
        let relay: Awaited<ReturnType<typeof relaying>>;
        await until(async () => {
          relay = await relaying();
          return relay !== undefined;
        });
        turns.add(String(relay?.name));
        await relay?.end("SIGKILL");
        hasStruck();
        await relay?.start();
      },
    });
    expect(turns.size).toBeGreaterThan(1);
    await annotate(figures);
  },
  timeout,
);

test(
  "SIGTERM of one of two: its sockets close with 1001, its listeners go on at the other, nothing missed",
  async ({ annotate }) => {
    const { settingsOf, readLog } = await community();
    const instances = await startInstances(2, settingsOf);
    const codes: number[][] = [];
    const figures = await run({
      instances,
      readLog,
      faults: 5,
      async strike({ listeners, hasStruck }) {
        const place = listeners[0]?.place();
        const exit = place?.end("SIGTERM");
        hasStruck();
        expect(await exit).toEqual({ code: 0, signal: null });
        await place?.start();
        codes.splice(0, codes.length, ...listeners.map(({ closeCodes }) => [...closeCodes]));
      },
    });
    const five = [1001, 1001, 1001, 1001, 1001];
    expect(codes).toEqual([five, [], five]);
    await annotate(figures);
  },
  timeout,
);
