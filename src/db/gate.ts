/** Bounded semaphore: runs at most a fixed number of tasks at once, queues a fixed number, rejects the rest with BUSY. */
import type { Cancellation } from "../deadline.js";
import { busy } from "../errors.js";

export class Gate {
  readonly #places: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number, mostWaiting: number) {
    this.#places = places;
    this.#free = places;
    this.#mostWaiting = mostWaiting;
  }

  /** Whether no task is running. */
  get isIdle(): boolean {
    return this.#free === this.#places;
  }

  /** Rejects with BUSY when too many wait, and with the signal's reason when that is aborted before its turn. */
  async pass<T>(work: () => Promise<T>, signal?: Cancellation): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      // Hands the permit to the next task directly, so that no other can overtake it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #enter(signal: Cancellation | undefined): Promise<void> | void {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting) {
      throw busy();
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal?.reason);
      };
      const enter = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      this.#waiting.push(enter);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}
