/** Structured logs: one JSON object a line on standard output. Secrets have no field here, so none are redacted. */
import { type Logger, pino } from "pino";
import type { LogLevel } from "./config.js";

export type Log = Logger;

/** Opens the log. `level` "silent" says nothing. */
export function openLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
