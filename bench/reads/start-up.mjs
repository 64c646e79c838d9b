/** From the start of the process to the first answer, and what an idle server holds. */
import { setTimeout as wait } from "node:timers/promises";
import { say } from "../table.mjs";
import { start } from "./servers.mjs";

const idleMs = 1_000;

/** One server after the other, alone on its core. Resolves with `{ startMs, idleBytes }` lists for each. */
export async function measureStartUp(names, databaseUrl, env, times) {
  const figures = Object.fromEntries(names.map((name) => [name, { startMs: [], idleBytes: [] }]));
  for (let time = 1; time <= times; time++) {
    say(`start-up, ${time} of ${times}`);
    for (const name of names) {
      const server = await start(name, databaseUrl, { env });
      figures[name].startMs.push(server.startMs);
      await wait(idleMs);
      figures[name].idleBytes.push(server.rssBytes());
      await server.end();
    }
  }
  return figures;
}
