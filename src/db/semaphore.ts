/** Bounded semaphore: runs at most a fixed number of tasks at once, queues a fixed number, rejects the rest with BUSY. */
import type { Cancellation } from "../deadline.js";
import { busy } from "../errors.js";

export class Semaphore {
  readonly #places: number;
  readonly #maxQueued: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number, maxQueued: number) {
    this.#places = places;
    this.#free = places;
    this.#maxQueued = maxQueued;
  }

  /** Whether no task is running. */
  get isIdle(): boolean {
    return this.#free === this.#places;
  }

  /** Rejects with BUSY when too many wait, and with the signal's reason when that is aborted before its turn. */
  async run<T>(work: () => Promise<T>, signal?: Cancellation): Promise<T> {
    await this.#acquire(signal);
    try {
      return await work();
    } finally {
      // Hands the permit to the next task directly, so that no other can overtake it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #acquire(signal: Cancellation | undefined): Promise<void> | void {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.#maxQueued) {
      throw busy();
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(acquire), 1);
        reject(signal?.reason);
      };
      const acquire = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      this.#waiting.push(acquire);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}
