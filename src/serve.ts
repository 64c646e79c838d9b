/** Serves until a signal: starts the server, logs one ready line, shuts down gracefully. */
import type { Config } from "./config/config.js";
import { type Log, openLog } from "./log.js";
import { startServer } from "./server.js";
import { closingTimeMs, createShutdown, stopOnSignals, stopOnUncaught } from "./shutdown.js";

/** Resolves when it is ready. Throws what startServer throws. */
export async function serve(config: Config): Promise<void> {
  const log = openLog(config.logLevel);
  const starting = startServer({ config, log, now: () => new Date() });
  const stop = createShutdown({
    log,
    close: async () => (await starting).close(),
    timeoutMs: closingTimeMs(config.shutdownTimeoutMs),
  });
  stopOnSignals(stop);
  stopOnUncaught(stop, log);
  const { url } = await starting;
  logReady(config, log, url);
}

/** Scripts wait for this line, and read the URL from it. */
function logReady({ databaseUrl, dataDir, playground, worker }: Config, log: Log, url: string): void {
  const database = databaseUrl === undefined ? `embedded database in ${dataDir}` : "PostgreSQL";
  const [where, what] =
    worker === "only" ? [url, "delivers webhooks only"] : [`${url}/graphql`, `playground ${playground ? "on" : "off"}`];
  log.info({ component: "server", url }, `Parley is ready at ${where} (${database}, ${what})`);
}
