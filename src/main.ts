/** Entry point: reads the settings, then serves. */
import * as nodeModule from "node:module";
import { readConfig } from "./config/config.js";
import { loadEnvFile } from "./config/env-file.js";
import { operatorText } from "./errors.js";

async function main(): Promise<void> {
  keepCompiledCode();
  loadEnvFile();
  const config = readConfig();
  // Loaded when the compile cache is on, and only with valid settings.
  await (await import("./serve.js")).serve(config);
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
