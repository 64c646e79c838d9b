/** Redis connections: each reconnects for as long as it is open, and names its component in the log. */
import { Redis, type RedisOptions } from "ioredis";
import type { Log } from "./log.js";

export interface ConnectionLog {
  readonly log: Log;
  readonly component: string;
  /** Logged when the connection is lost: what it means for the operator. */
  readonly lostMessage: string;
  /** Default "warn". */
  readonly level?: "debug" | "warn";
}

/** By default a command waits for the connection; `options` override. */
export function connectRedis(url: string, lost: ConnectionLog, options: RedisOptions = {}): Redis {
  const { log, component, lostMessage, level = "warn" } = lost;
  const retryStrategy = (times: number) => Math.min(times * 100, 2_000);
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy, ...options });
  redis.on("error", (error) => log[level]({ component, reason: error.message }, lostMessage));
  return redis;
}
