/** Entry point: reads the settings, then serves in this process or in several. */
import cluster from "node:cluster";
import * as nodeModule from "node:module";
import { readConfig } from "./config/config.js";
import { loadEnvFile } from "./config/env-file.js";
import { operatorText } from "./errors.js";

async function main(): Promise<void> {
  keepCompiledCode();
  loadEnvFile();
  const config = readConfig();
  // Loaded when it is known which: the primary of several processes needs nothing of the server.
  if (cluster.worker !== undefined) return (await import("./cluster/worker.js")).serveAsWorker(config, cluster.worker);
  if (config.workers > 1) return (await import("./cluster/primary.js")).leadWorkers(config);
  return (await import("./cluster/standalone.js")).serveStandalone(config);
}

/** Where Node can, from 22.1 on: in the system's directory for temporary files, or as NODE_COMPILE_CACHE says. */
function keepCompiledCode(): void {
  // The types are those of Node 20.
  if ("enableCompileCache" in nodeModule && typeof nodeModule.enableCompileCache === "function") {
    nodeModule.enableCompileCache();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${operatorText(error)}\n`);
  process.exit(1);
});
