/** Wake-up signal: `notify()` wakes the waiter, or makes the next `wait()` return at once. */
export class WakeSignal {
  #wake: (() => void) | undefined;
  #isNotified = false;

  notify(): void {
    this.#isNotified = true;
    this.#wake?.();
  }

  /** Resolves when it is notified, or after `maxMs`. */
  async wait(maxMs: number): Promise<void> {
    if (!this.#isNotified) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#isNotified = false;
  }
}
