/** Runs tasks concurrently, but suspect tasks alone: a first-come, first-served readers-writer lock. */

export class Isolation {
  #suspect: Promise<unknown> = Promise.resolve();
  readonly #running = new Set<Promise<unknown>>();

  /** Suspect work starts when all earlier work has settled; later work waits for it. Settles as `work` does. */
  async run<T>(isSuspect: boolean, work: () => Promise<T>): Promise<T> {
    const before = this.#suspect;
    if (!isSuspect) {
      const done = before.then(work);
      return this.#track(done);
    }
    const others = [...this.#running];
    const done = before.then(() => Promise.allSettled(others)).then(work);
    this.#suspect = done.catch(() => undefined);
    return done;
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }
}
