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
  /** Maximum points. */
  readonly capacity: number;
  readonly pointsPerSecond: number;
}

/** Result of an attempt to take points. */
export interface TakeResult {
  readonly isAllowed: boolean;
  /** Remaining points; negative if the bucket is overdrawn. */
  readonly left: number;
  /** Time until the attempt would be allowed; 0 if it was. */
  readonly retryAfterSeconds: number;
}

export interface Buckets {
  /**
   * Takes the points if at least `floor` (default 0) remain, otherwise none; with `force`, as many as leave `floor`. A
   * negative floor allows overdrawing.
   */
  take(
    key: string,
    points: number,
    size: BucketSize,
    force?: boolean,
    floor?: number,
  ): TakeResult | Promise<TakeResult>;
  /**
   * Whether a bucket is known to hold fewer than `points` (default 1; with 0: whether it is overdrawn). Synchronous, so
   * shared buckets answer from their last known state.
   */
  isEmpty(key: string, size: BucketSize, points?: number): boolean;
  close(): void;
}

/** Maximum buckets in memory. An evicted caller starts with a full bucket. */
const maxBuckets = 100_000;

interface Level {
  points: number;
  atMs: number;
}

/** `now` is the wall clock. If it is set back, buckets do not refill for that time. */
export function createMemoryBuckets(now: () => Date): Buckets {
  // Not `max`, which allocates the whole table at once: a twentieth of a start.
  const levels = new LRUCache<string, Level>({ maxSize: maxBuckets, sizeCalculation: () => 1 });

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
