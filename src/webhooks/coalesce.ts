/** Group commit: requests that arrive while a statement runs are combined in the next one. */

/**
 * Calls `run` with all items added since the last call, one call at a time. Each promise settles with its call, with
 * the result at the index of the item.
 */
export function coalesce<T, Result>(
  run: (items: readonly T[]) => Promise<readonly Result[]>,
): (item: T) => Promise<Result | undefined> {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: { readonly items: T[]; readonly done: Promise<readonly Result[]> } | undefined;
  return async (item) => {
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
    const { items, done } = waiting;
    const place = items.push(item) - 1;
    return (await done)[place];
  };
}
