/** A thenable that is not a `Promise`, as some database clients return. */

export function thenable<T>(value: T): PromiseLike<T> {
  return lazily(() => Promise.resolve(value));
}

/** Begins when it is awaited, and only then. */
export function lazily<T>(begin: () => Promise<T>): PromiseLike<T> {
  // biome-ignore lint/suspicious/noThenProperty: that is the point
  return { then: (onValue, onError) => begin().then(onValue, onError) };
}

export function callableThenable<T>(value: T): PromiseLike<T> {
  return Object.assign(() => "called", thenable(value));
}
