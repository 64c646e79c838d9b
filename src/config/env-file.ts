/** Loads `.env` in development, so that a checkout keeps its settings between starts. Production reads the environment alone. */
import { existsSync } from "node:fs";
import { loadEnvFile as addMissing } from "node:process";
import { reasonOf, StartupError } from "../errors.js";
import { isDevelopment } from "./config.js";

/**
 * Adds the variables of the file at `path` to the environment. A variable that is set already keeps its value, an empty one too.
 * Does nothing without the file, and when NODE_ENV is set to anything other than "development".
 * Throws a StartupError when the file cannot be read. Default path: `.env` in the working directory.
 */
export function loadEnvFile(path = ".env"): void {
  if (!isDevelopment() || !existsSync(path)) return;
  try {
    addMissing(path);
  } catch (error) {
    throw new StartupError(`The settings in ${path} cannot be read: ${reasonOf(error)}`);
  }
}
