/** Graceful shutdown: closes the server, then ends the process; cuts it off after a timeout or at a second signal. */
import type { Log } from "./log.js";

export interface ShutdownOptions {
  readonly log: Log;
  readonly close: () => Promise<void>;
  /** A close that hangs, on a statement that waits for a lock for example, is cut off after it. */
  readonly timeoutMs: number;
}

export type Stop = (reason: string, exitCode: number) => void;

/** How long closing the database and the rest may take once listeners and requests have had their time. */
const closeTimeoutMs = 5_000;

/** A signal this soon after the first is the same one: timeout(1), and npm on a terminal, send theirs twice. */
const sameSignalMs = 200;

/** Listeners have half of it before requests have all of it. */
export function closingTimeMs(shutdownTimeoutMs: number): number {
  return 1.5 * shutdownTimeoutMs + closeTimeoutMs;
}

export function createShutdown({ log, close, timeoutMs }: ShutdownOptions): Stop {
  let stoppingSince: number | undefined;
  return (reason, exitCode) => {
    if (stoppingSince !== undefined) {
      if (exitCode === 0 && performance.now() - stoppingSince < sameSignalMs) return;
      process.exit(exitCode || 1);
    }
    stoppingSince = performance.now();
    log.info({ component: "server", reason }, "stopping: requests in flight finish, new ones are refused");
    setTimeout(() => {
      log.error({ component: "server", timeoutMs }, "shutdown timed out; ending the process");
      process.exit(1);
    }, timeoutMs).unref();
    close().then(
      () => {
        log.info({ component: "server" }, "stopped");
        process.exit(exitCode);
      },
      () => process.exit(1),
    );
  };
}

/** SIGTERM and SIGINT stop it. */
export function stopOnSignals(stop: Stop): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal, 0));
}

export function stopOnUncaught(stop: Stop, log: Log): void {
  process.on("uncaughtException", (error) => {
    log.fatal({ component: "server", err: error }, "uncaught error; stopping");
    stop("uncaughtException", 1);
  });
}
