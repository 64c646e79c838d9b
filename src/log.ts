/** Structured log: one JSON object per line on standard output. No field ever holds a secret, so none are redacted. */
import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "./config/config.js";

export type Log = Logger;

/** Opens the log. `level` "silent" says nothing. `destination` is standard output by default. */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: errorFields } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** No further properties of an error: PostgreSQL quotes in `detail` the row that failed, with the hash of a password. */
function errorFields(error: Error): object {
  const { type, message, stack, code } = pino.stdSerializers.err(error);
  return { type, message, stack, code };
}
