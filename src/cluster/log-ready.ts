/** Logs one ready line, whatever the number of processes. Scripts wait for it and read the URL from it. */
import type { Config } from "../config/config.js";
import type { Log } from "../log.js";

export function logReady(config: Config, log: Log, url: string): void {
  const { databaseUrl, dataDir, playground, workers, worker } = config;
  const database = databaseUrl === undefined ? `embedded database in ${dataDir}` : "PostgreSQL";
  const many = workers > 1 ? `, ${workers} workers` : "";
  const [where, what] =
    worker === "only" ? [url, "delivers webhooks only"] : [`${url}/graphql`, `playground ${playground ? "on" : "off"}`];
  log.info({ component: "server", url }, `Parley is ready at ${where} (${database}, ${what}${many})`);
}
