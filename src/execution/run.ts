/** One execution of an operation, and the small things every step of it shares. */
import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from "graphql";

export interface Run {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly rootValue: unknown;
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** In the order in which they happened. */
  readonly errors: GraphQLError[];
}

/** Where a value stands in the answer: graphql-js's `Path`. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** A value, or the promise of one where a resolver gave a promise. */
export type Later<T> = T | Promise<T>;

/** Whether it has a `then`: Prisma's promises and others are not `Promise`s. */
export function isPromise<T>(value: unknown): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
