/** Resolvers of interfaces, unions and types with `isTypeOf`: valid, asynchronous, invalid. */
import { GraphQLObjectType, GraphQLString } from "graphql";

interface Kinded {
  readonly kind?: string;
  readonly model?: unknown;
}

const notAName = new GraphQLObjectType({ name: "NotAName", fields: { name: { type: GraphQLString } } });

/** `as` is the type's name, or a way to fail to resolve it. */
function typeOf({ kind = "Robot" }: Kinded): string {
  const names: Record<string, () => unknown> = {
    promise: async () => "Dog",
    promisedUnknown: async () => "Nowhere",
    rejects: () => Promise.reject(new Error("no type, later")),
    throws: () => {
      throw new Error("no type");
    },
    undefined: () => undefined,
    null: () => null,
    empty: () => "",
    number: () => 7,
    objectType: () => notAName,
    promisedNumber: async () => 7,
  };
  // Whatever graphql-js's types say, a resolver in JavaScript may return anything.
  return (names[kind] ?? (() => kind))() as string;
}

const animal = {
  name: ({ kind }: Kinded) => `a ${kind}`,
  legs: () => 4,
  friend: ({ kind }: Kinded) => ({ kind: kind === "Dog" ? "Cat" : "Dog" }),
};

export const namedResolvers = {
  Animal: { __resolveType: typeOf },
  Thing: { __resolveType: typeOf },
  Dog: {
    ...animal,
    barks: async () => true,
    owner: () => ({ name: "owner" }),
    fails: () => {
      throw new Error("this dog fails");
    },
    as: () => "dog",
  },
  Cat: { ...animal, lives: (_: unknown, { left }: { left: number }) => left, as: () => "cat" },
  Robot: {
    name: () => "a robot",
    model: ({ model }: Kinded) => model ?? 1,
    __isTypeOf: ({ model }: Kinded) => {
      if (model === "throws") throw new Error("is it a robot?");
      if (model === "rejects") return Promise.reject(new Error("was it a robot?"));
      if (model === "promisedNo") return Promise.resolve(false);
      if (model === "promisedYes") return Promise.resolve(true);
      // Not `true` but as good as.
      return model as boolean;
    },
  },
  Ghost: { name: () => "a ghost", __isTypeOf: async (value: { ghost?: boolean }) => value.ghost === true },
};
