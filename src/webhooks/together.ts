/** Group commit: what is asked for while a statement runs is done by the next one, together. */

/** Calls `run` with all that was asked for since it was last called, one call at a time. Each promise settles with its call. */
export function together<T>(run: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  return (item) => {
    if (waiting === undefined) {
      const items: T[] = [];
      const begin = () => {
        waiting = undefined;
        return run(items);
      };
      const done = running.then(begin);
      running = done.catch(() => undefined);
      waiting = { items, done };
    }
    waiting.items.push(item);
    return waiting.done;
  };
}
