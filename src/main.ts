/** Entry: reads the settings, starts the server, stops it on a signal. A second signal ends the process at once. */
import { readConfig } from "./config.js";
import { StartupError } from "./errors.js";
import { type Log, openLog } from "./log.js";
import { startServer } from "./server.js";

/** How long closing the database and the rest may take once listeners and requests have had their time. */
const closeTimeoutMs = 5_000;

/** A signal this soon after the first is the same one: timeout(1), and npm on a terminal, send theirs twice. */
const sameSignalMs = 200;

async function main(): Promise<void> {
  const config = readConfig();
  const log = openLog(config.logLevel);
  const starting = startServer({ config, log, now: () => new Date() });
  const stop = stopper(log, async () => (await starting).close(), 1.5 * config.shutdownTimeoutMs + closeTimeoutMs);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal, 0));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "an error nobody caught: stopping");
    stop("uncaughtException", 1);
  });
  const { url } = await starting;
  const database = config.databaseUrl === undefined ? `embedded database in ${config.dataDir}` : "PostgreSQL";
  if (config.worker === "only") log.info({ url }, `Parley is ready at ${url} (${database}, delivers webhooks only)`);
  else
    log.info(
      { url },
      `Parley is ready at ${url}/graphql (${database}, playground ${config.playground ? "on" : "off"})`,
    );
}

/** A close that hangs, on a statement that waits for a lock for example, is cut off after `timeoutMs`. */
function stopper(log: Log, close: () => Promise<void>, timeoutMs: number): (reason: string, exitCode: number) => void {
  let stoppingSince: number | undefined;
  return (reason, exitCode) => {
    if (stoppingSince !== undefined) {
      if (exitCode === 0 && performance.now() - stoppingSince < sameSignalMs) return;
      process.exit(exitCode || 1);
    }
    stoppingSince = performance.now();
    log.info({ reason }, "stopping: requests in flight finish, new ones are refused");
    setTimeout(() => {
      log.error({ timeoutMs }, "closing took too long: ending the process");
      process.exit(1);
    }, timeoutMs).unref();
    close().then(
      () => {
        log.info("stopped");
        process.exit(exitCode);
      },
      () => process.exit(1),
    );
  };
}

main().catch((error: unknown) => {
  const text = error instanceof StartupError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
