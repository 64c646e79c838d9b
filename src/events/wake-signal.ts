/** Wake-up signal: `ring()` wakes the waiter, or makes the next `wait()` return at once. */

/** Wakes the waiter. If there is none, the next `wait()` returns at once. */
export class WakeSignal {
  #wake: (() => void) | undefined;
  #hasRung = false;

  notify(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  /** Resolves when it is rung, or after `mostMs`. */
  async wait(maxMs: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#hasRung = false;
  }
}
