/** Worker process: one of several behind one port; serves until the primary tells it to stop. */
import type { Worker } from "node:cluster";
import type { Config } from "../config/config.js";
import { operatorText } from "../errors.js";
import { openLog } from "../log.js";
import { startServer } from "../server.js";
import { stopMessage, type WorkerMessage } from "./messages.js";
import { closingTimeMs, createShutdown, stopOnUncaught } from "./shutdown.js";

/** Resolves when it is ready, or has sent the primary its startup error. If the primary dies, Node ends the worker. */
export async function serveAsWorker(config: Config, worker: Worker): Promise<void> {
  // A terminal and systemd signal every process: only the primary obeys, or workers would get each signal twice.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
  const log = openLog(config.logLevel, undefined, { worker: worker.id });
  const starting = startServer({ config, log, now: () => new Date(), takesPort: "last" });
  const stop = createShutdown({
    log,
    close: async () => (await starting).close(),
    timeoutMs: closingTimeMs(config.shutdownTimeoutMs),
  });
  process.on("message", (message) => {
    if (message === stopMessage) stop("the primary", 0);
  });
  stopOnUncaught(stop, log);
  try {
    const { url } = await starting;
    await tell(worker, { kind: "ready", url });
  } catch (error) {
    await tell(worker, { kind: "failed", text: operatorText(error) });
    process.exit(1);
  }
}

/** Resolves when the message has been handed over. */
function tell(worker: Worker, message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => worker.send(message, () => resolve()));
}
