/**
 * Charges callers for the database time of their statements, which the cost of an operation cannot predict because it
 * grows with the tables. Some time per minute is included in the cost of operations; the rest is charged when a
 * statement ends. Few statements of a caller run at once, so later ones are charged before they run.
 */

import type { StatementLimits } from "../config/limits.js";
import type { RunStatement } from "../db/database.js";
import { Semaphore } from "../db/semaphore.js";
import type { Cancellation } from "../deadline.js";
import { type Meter, unmetered } from "./meter.js";
import type { Caller, RateLimiter } from "./rate-limit.js";
import { createMemoryBuckets } from "./token-bucket.js";

const minuteSeconds = 60;

/** Runs a statement at once, without charge. */
export const runAtOnce: RunStatement = (work) => work(() => undefined);

export interface StatementTimeOptions {
  readonly limiter: RateLimiter;
  readonly limits: StatementLimits;
  /** Maximum waiting statements of one caller; further ones are refused with BUSY. */
  readonly maxWaiting: number;
  readonly now: () => Date;
}

export class StatementTime {
  readonly #options: StatementTimeOptions;
  /** Semaphores of callers with running statements, by bucket key. */
  readonly #semaphores = new Map<string, Semaphore>();
  readonly #included;

  constructor(options: StatementTimeOptions) {
    this.#options = options;
    this.#included = createMemoryBuckets(options.now);
  }

  /** Runs the statements of one request of the caller. Undefined if nothing is charged. */
  readonly of = (caller: Caller): RunStatement => {
    const { limiter } = this.#options;
    const meter = limiter.meterOf(caller);
    if (meter === unmetered) return runAtOnce;
    const onMeasured = (ms: number) => this.#charge(meter, ms);
    const checkBalance = () => limiter.checkBalance(caller);
    return (work, signal) => this.#inTurn(meter.key, checkBalance, () => work(onMeasured), signal);
  };

  /** Rejects with RATE_LIMITED if earlier statements have overdrawn the caller's points. */
  async #inTurn<T>(
    key: string,
    checkBalance: () => void,
    work: () => Promise<T>,
    signal: Cancellation | undefined,
  ): Promise<T> {
    const { limits, maxWaiting } = this.#options;
    const semaphore = this.#semaphores.get(key) ?? new Semaphore(limits.perCaller, maxWaiting);
    this.#semaphores.set(key, semaphore);
    try {
      return await semaphore.run(() => {
        checkBalance();
        return work();
      }, signal);
    } finally {
      // The key may have another semaphore by now, if this one was idle in between.
      if (semaphore.isIdle && this.#semaphores.get(key) === semaphore) this.#semaphores.delete(key);
    }
  }

  #charge(meter: Meter, ms: number): void {
    const { includedMs, pointsPerSecond } = this.#options.limits;
    const size = { capacity: includedMs, pointsPerSecond: includedMs / minuteSeconds };
    const taken = this.#included.take(meter.key, ms, size);
    if (taken instanceof Promise || taken.isAllowed) return;
    meter.record((ms / 1_000) * pointsPerSecond);
  }
}
