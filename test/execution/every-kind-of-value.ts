/** Resolvers of leaves, nested objects and mutations. */
import { GraphQLError } from "graphql";
import { callableThenable, lazily, thenable } from "./thenable.js";

class OwnError extends Error {
  readonly extensions = { code: "OWN", detail: [1] };
}

const fail = (message: string) => () => {
  throw new Error(message);
};
const reject = (message: string) => () => Promise.reject(new Error(message));

/** Rejects after more turns than any other. */
async function slowly(message: string): Promise<never> {
  for (let turn = 0; turn < 50; turn += 1) await undefined;
  throw new Error(message);
}

const values = {
  text: () => "text",
  number: () => 1,
  real: () => 1.5,
  yes: () => true,
  id: () => "id",
  numberId: () => 7,
  color: () => 0,
  colors: () => [0, "blue"],
  plain: () => "ONE",
  instant: () => new Date(0),
  json: () => ({ b: 1, a: [{ __proto__: null, c: null }] }),
  picky: (_: unknown, { way }: { way: string }) => way,
  pickyMust: (_: unknown, { way }: { way: string }) => way,
  promised: async () => "promised",
  promisedLate: () => new Promise((resolve) => setImmediate(resolve, "late")),
  zero: () => 0,
  empty: () => "",
  no: () => false,
  nothing: () => undefined,
  textOfNumber: () => 7,
  numberOfText: () => "7",
  thenable: () => thenable("thenable"),
  callableThenable: () => callableThenable("callable"),
};

const failures = {
  rejected: reject("rejected"),
  rejectedText: () => Promise.reject("a text"),
  thrown: fail("thrown"),
  thrownText: () => {
    throw { not: "an error" };
  },
  thrownNull: () => {
    throw null;
  },
  returnedError: () => new OwnError("returned"),
  promisedError: async () => new RangeError("promised"),
  refused: () => {
    throw new GraphQLError("refused", { extensions: { code: "REFUSED" } });
  },
  refusedLater: async () => {
    throw new OwnError("refused later");
  },
  located: () => {
    throw new GraphQLError("from elsewhere", { path: ["else", 0], extensions: { code: "ELSE" } });
  },
  doubly: () => {
    throw new GraphQLError("outer", { originalError: new OwnError("inner") });
  },
  thenableRejected: () => lazily(reject("thenable rejected")),
  wrongNumber: () => "abc",
  wrongReal: () => Number.NaN,
  large: () => 2 ** 31,
  wrongColor: () => "RED",
  wrongText: () => ({ no: "text" }),
  mustBe: () => null,
};

/** Read by fields without a resolver. */
class Place {
  readonly plain = 5;
  get getter(): string {
    throw new Error("the getter failed");
  }
  get getterMust(): Promise<number> {
    return Promise.reject(new Error("the getter failed later"));
  }
  method({ by }: { by: number | null }) {
    return this.plain * (by ?? 0);
  }
}

const level = {
  name: ({ name }: { name?: string }) => name ?? "level",
  up: () => new Place(),
  must: () => new Place(),
  later: async () => new Place(),
  laterMust: async () => new Place(),
  ok: () => "ok",
  okLater: async () => "ok, later",
  fails: fail("fails"),
  failsMust: fail("fails, must not"),
  failsLater: reject("fails later"),
  failsLaterMust: reject("fails later, must not"),
  failsSlowly: () => slowly("fails slowly"),
  failsSlowlyMust: () => slowly("fails slowly, must not"),
  nullMust: () => null,
  nullMustLater: async () => undefined,
  none: () => null,
  noneMust: async () => null,
  wrong: () => "wrong",
  wrongMust: async () => 1.5,
  gone: () => new Error("gone"),
  goneLater: async () => new Error("gone later"),
  levels: (_: unknown, { count }: { count: number }) => Array.from({ length: count }, () => new Place()),
  mayLevels: () => [new Place(), null, Promise.resolve(new Place())],
};

interface Counter {
  count: number;
}

const mutation = {
  add: (_: unknown, { number }: { number: number }, counter: Counter) => {
    counter.count += number;
    return counter.count;
  },
  later: async (_: unknown, { number }: { number: number }, counter: Counter) => {
    await new Promise(setImmediate);
    counter.count += number;
    return counter.count;
  },
  sum: (_: unknown, _args: unknown, counter: Counter) => counter.count,
  fails: fail("fails"),
  failsLater: reject("fails later"),
  failsMust: fail("fails, must not"),
  failsLaterMust: reject("fails later, must not"),
  level: () => new Place(),
  mustLevel: async () => new Place(),
};

export const valueResolvers = {
  Query: {
    ...values,
    ...failures,
    echo: (_: unknown, args: Record<string, unknown>) => shownWithItsPrototype(args),
    need: (_: unknown, args: Record<string, unknown>) => shownWithItsPrototype(args),
    level: () => new Place(),
    mustLevel: () => new Place(),
    promisedLevel: async () => new Place(),
    lists: () => ({}),
    callable: () => Object.assign(() => "called", { plain: 5 }),
    primitive: () => 5,
    animal: (_: unknown, { as }: { as: string }) => ({ kind: as, model: 1 }),
    animals: () => [{ kind: "Dog" }, { kind: "promise" }, { kind: "Cat" }],
    named: (_: unknown, { as }: { as: string }) => namedAs(as),
    thing: (_: unknown, { as }: { as: string }) => ({ kind: as }),
    things: () => [{ kind: "Dog" }, { kind: "Cat" }, { model: 2 }],
    robot: (_: unknown, { as }: { as: string }) => ({ model: as === "" ? undefined : as }),
    big: (_: unknown, { count }: { count: number }) => Array.from({ length: count }, (_each, i) => ({ name: `${i}` })),
  },
  Level: level,
  Mutation: mutation,
};

function shownWithItsPrototype(args: Record<string, unknown>): string {
  return `${Object.getPrototypeOf(args) === Object.prototype} ${JSON.stringify(args)}`;
}

function namedAs(as: string): object {
  if (as === "typename") return { __typename: "Stray" };
  if (as === "robot") return { model: true };
  return as === "ghost" ? { ghost: true } : { nobody: true };
}

/** What fields without a resolver are read from. */
export const root = {
  unsaid: "said",
  property: Promise.resolve("property, later"),
  method(args: { times: number }, context: object, info: { fieldName: string }) {
    return `${this === root} ${args.times} ${typeof context} ${info.fieldName}`;
  },
  happened: ({ what }: { what?: string }) => what,
  level: { plain: 7 },
  must: null,
};
