/** Token buckets shared by all instances. Each attempt is one script, which Redis runs atomically with its own clock. */
import type { Result } from "ioredis";
import { LRUCache } from "lru-cache";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import { connectRedis } from "../redis.js";
import { type BucketSize, type Buckets, type TakeResult, takenFrom } from "./token-bucket.js";

declare module "ioredis" {
  interface RedisCommander<Context> {
    takePoints(
      key: string,
      capacity: number,
      rate: number,
      points: number,
      force: number,
      floor: number,
    ): Result<unknown, Context>;
  }
}

/**
 * A bucket expires when it is full again. The remainder is returned as a text, because Redis truncates numbers to
 * integers.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local capacity, rate, points = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 'points', 'at')
local level = tonumber(state[1]) or capacity
level = math.min(capacity, level + math.max(0, now - (tonumber(state[2]) or now)) * rate)
local floor = tonumber(ARGV[5])
local allowed = level - points >= floor
if allowed then level = level - points elseif ARGV[4] == '1' then level = math.min(level, floor) end
redis.call('HSET', KEYS[1], 'points', tostring(level), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - level) / rate) + 1000)
return { allowed and 1 or 0, tostring(level) }`;

/** Maximum time that a request waits for Redis. */
const commandTimeoutMs = 250;
const maxKnownEmpty = 100_000;

export interface RedisBucketsOptions {
  readonly url: string;
  /** Distinguishes deployments that share a Redis. */
  readonly prefix: string;
  /** Buckets of this instance, used while Redis is down. */
  readonly meanwhile: Buckets;
  readonly now: () => Date;
  readonly log: Log;
}

export interface RedisBuckets extends Buckets {
  /** As `take`, but rejects while Redis is down. */
  takeOrFail(key: string, points: number, size: BucketSize): Promise<TakeResult>;
}

export function connectRedisBuckets({ url, prefix, meanwhile, now, log }: RedisBucketsOptions): RedisBuckets {
  // The consequences are logged where they occur.
  const lost = { log, component: "rate-limit", lostMessage: "Redis connection lost", level: "debug" } as const;
  const redis = connectRedis(url, lost, {
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: 0,
    scripts: { takePoints: { lua: script, numberOfKeys: 1 } },
  });
  const emptyUntil = new LRUCache<string, number>({ max: maxKnownEmpty });
  let isAway = false;

  async function takeOrFail(
    key: string,
    points: number,
    size: BucketSize,
    force = false,
    floor = 0,
  ): Promise<TakeResult> {
    const { capacity, pointsPerSecond } = size;
    const answer = await redis.takePoints(`${prefix}${key}`, capacity, pointsPerSecond, points, force ? 1 : 0, floor);
    if (!Array.isArray(answer)) throw new Error("Redis answered with no list");
    const left = Number(answer[1]);
    if (left < 1) emptyUntil.set(key, now().getTime() + ((1 - left) / pointsPerSecond) * 1_000);
    return takenFrom(Number(answer[0]) === 1, left, points + floor, size);
  }

  return {
    takeOrFail,
    async take(key, points, size, force, floor) {
      try {
        const taken = await takeOrFail(key, points, size, force, floor);
        if (isAway) log.info({ component: "rate-limit" }, "Redis connection restored; rate limits are shared again");
        isAway = false;
        return taken;
      } catch (error) {
        if (!isAway)
          log.warn(
            { component: "rate-limit", reason: reasonOf(error) },
            "Redis connection lost; each instance counts rate limits for itself",
          );
        isAway = true;
        return meanwhile.take(key, points, size, force, floor);
      }
    },
    isEmpty(key, size, points = 1) {
      if (isAway) return meanwhile.isEmpty(key, size, points);
      const until = emptyUntil.get(key);
      return until !== undefined && until - ((1 - points) / size.pointsPerSecond) * 1_000 > now().getTime();
    },
    close: () => redis.disconnect(),
  };
}
