/** kill -9 of PostgreSQL and Redis under running instances. */
import pg from "pg";
import { expect, test } from "vitest";
import { runCommandProcess } from "../harness/process.js";
import { connection, postgresDatabase } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";
import { defaultFaults, run } from "./campaign.js";
import { type Instance, startInstances } from "./instance.js";
import { readLog } from "./log-at-the-end.js";
import { startPostgres } from "./own-postgres.js";
import { startRedis } from "./own-redis.js";
import { postgresPrograms, redisPrograms, redisUrl } from "./programs.js";

/** A quiet machine needs a tenth of it. */
const timeout = 600_000;

test.skipIf(redisPrograms === "")(
  `Redis is killed and started again ${defaultFaults} times, nothing missed, nothing twice`,
  async ({ annotate }) => {
    const redis = await startRedis(redisPrograms);
    const url = await postgresDatabase("migrated");
    const client = await connection(url);
    const instances = await startInstances(2, () => ({ DATABASE_URL: url, REDIS_URL: redis.url }));
    const figures = await run({
      instances,
      readLog: () => readLog(async (text) => (await client.query(text)).rows),
      async strike({ chance, writers, hasStruck }) {
        await redis.kill();
        // Some is written while it is away, or nothing.
        await writers.more(chance.below(8));
        await redis.start();
        hasStruck();
        for (const instance of instances) await until(async () => (await readiness(instance)) === "ready");
      },
    });
    await annotate(figures);
  },
  timeout,
);

test.skipIf(postgresPrograms === "")(
  `PostgreSQL crashes and starts again ${defaultFaults} times, nothing missed, nothing twice`,
  async ({ annotate }) => {
    const postgres = await startPostgres(postgresPrograms);
    expect(await runCommandProcess("migrate", [], { DATABASE_URL: postgres.url })).toMatchObject({ code: 0 });
    const instances = await startInstances(2, () => ({ DATABASE_URL: postgres.url, REDIS_URL: redisUrl }));
    const figures = await run({
      instances,
      async readLog() {
        const client = new pg.Client({ connectionString: postgres.url });
        await client.connect();
        const content = await readLog(async (text) => (await client.query(text)).rows);
        await client.end();
        return content;
      },
      async strike({ chance, listeners, hasStruck }) {
        await postgres.crash();
        // Some come back while it is away: they are not sent off.
        for (const listener of listeners) if (chance.below(2) === 0) listener.cut();
        await postgres.start();
        hasStruck();
      },
    });
    await annotate(figures);
  },
  timeout,
);

/** What an instance says of itself: "degraded" without its Redis. */
async function readiness({ url }: Instance): Promise<unknown> {
  const body: unknown = await (await fetch(`${url}/health/ready`)).json();
  return typeof body === "object" && body !== null && "status" in body ? body.status : undefined;
}
