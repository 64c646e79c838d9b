/** Primary process: starts the workers, forwards signals, logs when all are ready. Serves no requests itself. */
import type { Config } from "../config/config.js";
import { openLog } from "../log.js";
import { logReady } from "./log-ready.js";
import { closingTimeMs, createShutdown, stopOnSignals, stopOnUncaught } from "./shutdown.js";
import { WorkerPool } from "./worker-pool.js";

/** A worker that does not close in time ends itself; this much later it is ended. */
const marginMs = 1_000;

/** Resolves when all workers are ready. Throws a StartupError with what the first of them says that cannot start. */
export async function leadWorkers(config: Config): Promise<void> {
  const log = openLog(config.logLevel);
  const workerPool = new WorkerPool({ size: config.workers, log, elapsedMs: () => performance.now() });
  const stop = createShutdown({
    log,
    close: () => workerPool.stop(),
    timeoutMs: closingTimeMs(config.shutdownTimeoutMs) + marginMs,
    onCutOff: () => workerPool.kill(),
  });
  stopOnSignals(stop);
  stopOnUncaught(stop, log);
  if (config.redisUrl === undefined) {
    log.warn(
      { component: "cluster" },
      "without REDIS_URL, subscribers receive changes made through another worker up to a second later",
    );
  }
  logReady(config, log, await workerPool.start());
}
