/** Creates the configured rate limiter: none, in memory, or shared through Redis. */
import type { Config } from "../config/config.js";
import type { Query } from "../db/database.js";
import { readBounds } from "../events/event-log.js";
import type { Log } from "../log.js";
import { createRateLimiter, type RateLimiter, unlimited } from "./rate-limit.js";
import { createMemoryBuckets } from "./token-bucket.js";

export interface RateLimiterParts {
  readonly config: Config;
  readonly query: Query;
  readonly now: () => Date;
  readonly log: Log;
}

export interface OpenRateLimiter {
  readonly limiter: RateLimiter;
  close(): void;
}

export async function openRateLimiter({ config, query, now, log }: RateLimiterParts): Promise<OpenRateLimiter> {
  const { rate: limits, document } = config.limits;
  if (!limits.isOn) return { limiter: unlimited, close: () => undefined };
  const memory = createMemoryBuckets(now);
  const options = { limits, maxCost: document.cost };
  if (config.redisUrl === undefined) {
    return { limiter: createRateLimiter({ ...options, buckets: memory }), close: () => undefined };
  }
  const { connectRedisBuckets } = await import("./redis-buckets.js");
  // Several Parley deployments may share one Redis.
  const { logId } = await readBounds(query);
  const prefix = `parley:${logId}:limit:`;
  const shared = connectRedisBuckets({ url: config.redisUrl, prefix, meanwhile: memory, now, log });
  return { limiter: createRateLimiter({ ...options, buckets: shared, shared }), close: shared.close };
}
