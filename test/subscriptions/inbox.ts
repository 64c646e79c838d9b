/** Received messages, and promises of later ones: tests wait for messages, never for time. */

export class Inbox<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();
  #failure: Error | undefined;

  push(item: T): void {
    this.all.push(item);
    this.#look();
  }

  /** Rejects whoever waits, now and later: nothing will come any more. */
  fail(error: Error): void {
    this.#failure = error;
    this.#look();
  }

  /** Resolves with the first `count` of all that came. */
  async first(count: number): Promise<T[]> {
    await this.#when(() => this.all.length >= count);
    return this.all.slice(0, count);
  }

  /** Resolves with all that came, up to and with the first that fits. */
  async through(fits: (item: T) => boolean): Promise<T[]> {
    await this.#when(() => this.all.some(fits));
    return this.all.slice(0, this.all.findIndex(fits) + 1);
  }

  /** Resolves with the first that fits. */
  async find(fits: (item: T) => boolean): Promise<T> {
    const items = await this.through(fits);
    return items.at(-1) as T;
  }

  #when(isMet: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (isMet()) resolve();
        else if (this.#failure !== undefined) reject(this.#failure);
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Turns of the event loop until something holds. For state that tells nobody when it changes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}
