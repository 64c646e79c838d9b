/** Entry: reads the settings, and serves in this process or in several. */
import cluster from "node:cluster";
import { readConfig } from "./config.js";
import { operatorText } from "./errors.js";

async function main(): Promise<void> {
  const config = readConfig();
  // Loaded when it is known which: the primary of several processes needs nothing of the server.
  if (cluster.worker !== undefined) return (await import("./cluster/worker.js")).serveAsWorker(config, cluster.worker);
  if (config.workers > 1) return (await import("./cluster/primary.js")).leadWorkers(config);
  return (await import("./cluster/alone.js")).serveAlone(config);
}

main().catch((error: unknown) => {
  process.stderr.write(`${operatorText(error)}\n`);
  process.exit(1);
});
