/** The ready line: one, whatever the number of processes. Scripts wait for it, and read the url from it. */
import type { Config } from "../config.js";
import type { Log } from "../log.js";

export function sayReady({ databaseUrl, dataDir, playground, workers }: Config, log: Log, url: string): void {
  const database = databaseUrl === undefined ? `embedded database in ${dataDir}` : "PostgreSQL";
  const many = workers > 1 ? `, ${workers} workers` : "";
  log.info({ url }, `Parley is ready at ${url}/graphql (${database}, playground ${playground ? "on" : "off"}${many})`);
}
