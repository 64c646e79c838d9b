/**
 * Token buckets: a maximum of points, refilled at a steady rate. In memory here, shared through Redis in
 * redis-buckets.ts.
 *
 * Own code, because rate-limiter-flexible counts in fixed windows: a caller may spend twice the limit around the end of
 * a window and is then blocked until the next one; its bursts are two such windows.
 */
import { LRUCache } from "lru-cache";

/** The size of a bucket. */
export interface BucketSize {
  /** Points it holds. */
  readonly capacity: number;
  readonly pointsPerSecond: number;
}

/** What became of an attempt to take points. */
export interface TakeResult {
  readonly isAllowed: boolean;
  /** Points that are left; negative in a bucket that is overdrawn. */
  readonly left: number;
  /** Until the attempt would be allowed; 0 when it was. */
  readonly retryAfterSeconds: number;
}

export interface Buckets {
  /**
   * Takes the points if at least `floor` (default 0) are left after it, else none. With `force`, as many as leave that. A
   * negative floor lets the bucket be overdrawn.
   */
  take(
    key: string,
    points: number,
    size: BucketSize,
    force?: boolean,
    floor?: number,
  ): TakeResult | Promise<TakeResult>;
  /**
   * Whether a bucket is known to hold fewer than `points` (default 1; 0: it is overdrawn). At once, so it may not know.
   */
  isEmpty(key: string, size: BucketSize, points?: number): boolean;
  close(): void;
}

/** Callers that are remembered at most. One that is forgotten starts with a full bucket. */
const maxBuckets = 100_000;

interface Level {
  points: number;
  atMs: number;
}

/** `now` is the wall clock: set back, it refills nothing for a while. */
export function createMemoryBuckets(now: () => Date): Buckets {
  const levels = new LRUCache<string, Level>({ max: maxBuckets });

  function refilled(key: string, { capacity, pointsPerSecond }: BucketSize): Level {
    const atMs = now().getTime();
    const level = levels.get(key);
    if (level === undefined) {
      const full = { points: capacity, atMs };
      levels.set(key, full);
      return full;
    }
    level.points = Math.min(capacity, level.points + (Math.max(0, atMs - level.atMs) / 1_000) * pointsPerSecond);
    level.atMs = atMs;
    return level;
  }

  return {
    take(key, points, size, force = false, floor = 0) {
      const level = refilled(key, size);
      const isAllowed = level.points - points >= floor;
      if (isAllowed) level.points -= points;
      else if (force) level.points = Math.min(level.points, floor);
      return takenFrom(isAllowed, level.points, points + floor, size);
    },
    isEmpty: (key, size, points = 1) => levels.has(key) && refilled(key, size).points < points,
    close: () => undefined,
  };
}

/** `left` is the content of the bucket after the attempt, `required` the content needed for the next one. */
export function takenFrom(
  isAllowed: boolean,
  left: number,
  required: number,
  { pointsPerSecond }: BucketSize,
): TakeResult {
  const retryAfterSeconds = isAllowed ? 0 : Math.max(1, Math.ceil((required - left) / pointsPerSecond));
  return { isAllowed, left, retryAfterSeconds };
}
