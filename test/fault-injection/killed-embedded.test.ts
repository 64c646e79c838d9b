/** kill -9 of the embedded server: instance, relay and database in one. */
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { dataDirectory } from "../process/started.js";
import { defaultFaults, run } from "./campaign.js";
import { startInstances } from "./instance.js";
import { type LogContent, readLogOnce } from "./log-at-the-end.js";

test(`the server is killed and started again on its directory ${defaultFaults} times: what was acknowledged arrives, once`, async ({
  annotate,
}) => {
  const directory = await dataDirectory();
  const instances = await startInstances(1, () => ({ DATA_DIR: directory }));
  const [server] = instances;
  const figures = await run({
    instances,
    async readLog() {
      let content: LogContent | undefined;
      while (content === undefined) {
        // The directory is for one process.
        expect(await server?.end("SIGTERM")).toEqual({ code: 0, signal: null });
        const pglite = await PGlite.create(join(directory, "db"));
        content = await readLogOnce(async (text) => (await pglite.query(text)).rows);
        await pglite.close();
        await server?.start();
      }
      return content;
    },
    async strike({ hasStruck }) {
      await server?.end("SIGKILL");
      hasStruck();
      await server?.start();
    },
  });
  await annotate(figures);
}, 600_000);
