/** Runs the server in a single process. */
import type { Config } from "../config/config.js";
import { openLog } from "../log.js";
import { startServer } from "../server.js";
import { logReady } from "./log-ready.js";
import { closingTimeMs, createShutdown, stopOnSignals, stopOnUncaught } from "./shutdown.js";

/** Resolves when it is ready. Throws what startServer throws. */
export async function serveStandalone(config: Config): Promise<void> {
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
