/** Resolvers of lists: everything iterable, everything else, and errors. */
import { thenable } from "./thenable.js";

function* numbers() {
  yield 1;
  yield 2;
}

function* numbersThatEnd() {
  yield 1;
  throw new Error("the iterator failed");
}

async function* later() {
  yield 1;
}

const reject = (message: string) => Promise.reject(new Error(message));

export const listResolvers = {
  ints: () => [1, null, 3],
  mustInts: () => [1, 2],
  nested: () => [[1], null, [2, 3], []],
  deep: () => [[[1], [2]], [[3]]],
  ofPromises: () => [Promise.resolve(1), 2, Promise.resolve(3)],
  promised: async () => [1, 2],
  generator: numbers,
  set: () => new Set(["a", "b"]),
  text: () => "not a list",
  object: () => ({ length: 1, 0: 1 }),
  oddIterator: () => ({ [Symbol.iterator]: "no function" }),
  asyncIterable: later,
  withNull: () => [1, null],
  mustWithNull: () => [1, null],
  withUndefined: () => [1, undefined],
  withErrors: () => [1, new Error("item 1"), new TypeError("item 2")],
  withErrorsMust: () => [1, new Error("item 1"), 3],
  rejecting: () => [1, reject("item 1"), Promise.resolve(2)],
  rejectingMust: () => [1, reject("item 1"), Promise.resolve(2)],
  mustRejectingMust: () => [reject("item 0"), 1],
  iteratorThrows: numbersThatEnd,
  // biome-ignore lint/suspicious/noSparseArray: a resolver may return one
  holes: () => [1, , 3],
  wrong: () => [1, "two", 3.5, 4],
  wrongColors: () => [0, "RED"],
  none: () => null,
  noneMust: () => undefined,
  fails: () => {
    throw new Error("no list");
  },
  failsMust: () => reject("no list, later"),
  thenables: () => [thenable(1), thenable(2)],
  error: () => new Error("an error for a list"),
  promisedError: async () => new Error("an error for a list, later"),
  things: () => [{ kind: "Dog" }, null, { kind: "nowhere" }, { model: 1 }],
  levels: () => [{}, Promise.resolve({}), {}],
  mayLevels: () => [{}, reject("no level"), null],
  leaves: () => [{ a: [1] }, "text", 0, false, ""],
  nestedWithNull: () => [[1], [2, null]],
  nestedRejecting: () => [[1, reject("inner")], [2]],
};
