/** A rate limiter whose clock the test moves, and whose buckets it watches. */

import type { Limits, RateLimits } from "../../src/config/limits.js";
import { createRateLimiter, type RateLimiter } from "../../src/rate-limit/rate-limit.js";
import { type Buckets, createMemoryBuckets } from "../../src/rate-limit/token-bucket.js";
import { limitsWith } from "../harness/limits.js";

/** Points in a bucket, and the maximum cost of an operation. */
export const capacity = 1_000;
export const pointsPerSecond = capacity / 60;

export class Clock {
  ms = 0;
  readonly #waits: { readonly until: number; readonly end: () => void }[] = [];

  readonly now = () => new Date(this.ms);
  readonly wait = (ms: number) => new Promise<void>((end) => this.#waits.push({ until: this.ms + ms, end }));

  get isWaitedFor(): boolean {
    return this.#waits.length > 0;
  }

  /** On to the next moment that somebody waits for. */
  next(): void {
    const first = Math.min(...this.#waits.map(({ until }) => until));
    if (Number.isFinite(first)) this.pass(first - this.ms);
  }

  pass(ms: number): void {
    this.ms += ms;
    for (const wait of this.#waits.filter(({ until }) => until <= this.ms)) {
      this.#waits.splice(this.#waits.indexOf(wait), 1);
      wait.end();
    }
  }

  /** On until nobody waits any more: what was recorded is taken then. */
  async end(): Promise<void> {
    do {
      this.next();
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    } while (this.isWaitedFor);
  }
}

export interface Metering {
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly limits: Limits;
  /** Points taken from each bucket. */
  readonly paid: ReadonlyMap<string, number>;
  /** How often a bucket was asked. */
  takes(): number;
}

/** `isShared`: the buckets answer in a later turn, as those in Redis do. */
export function openMetering(changed: Partial<RateLimits> = {}, isShared = false): Metering {
  const limits = limitsWith({ visitorPoints: capacity, userPoints: capacity, ...changed }, { cost: capacity });
  const clock = new Clock();
  const paid = new Map<string, number>();
  let takes = 0;
  const memory = createMemoryBuckets(clock.now);
  const take: typeof memory.take = (key, points, size, force, floor) => {
    takes += 1;
    // Nothing is taken, but what was refilled shows.
    const before = memory.take(key, 0, size, false, Number.NEGATIVE_INFINITY);
    const taken = memory.take(key, points, size, force, floor);
    if (before instanceof Promise || taken instanceof Promise) throw new Error("buckets in memory answer at once");
    paid.set(key, (paid.get(key) ?? 0) + before.left - taken.left);
    return isShared ? nextTurn().then(() => taken) : taken;
  };
  const buckets: Buckets = { ...memory, take };
  const limiter = createRateLimiter({ limits: limits.rate, maxCost: capacity, buckets, wait: clock.wait });
  return { clock, limiter, limits, paid, takes: () => takes };
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
