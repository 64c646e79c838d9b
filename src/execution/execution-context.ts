/** State of one execution, and helpers shared by all its steps. */
import type { FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import type { Errors } from "./errors.js";
import type { ResponseSize } from "./response-size.js";

export type Fragments = Record<string, FragmentDefinitionNode>;

export interface ExecutionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly operation: OperationDefinitionNode;
  readonly rootValue: unknown;
  readonly context: unknown;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly errors: Errors;
  readonly size: ResponseSize;
  /** Names of the mutation fields that have begun. */
  readonly begun: string[];
}

/** Where a value stands in the answer: graphql-js's `Path`. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

/** A value, or the promise of one where a resolver gave a promise. */
export type PromiseOrValue<T> = T | Promise<T>;

/** Whether it has a `then`: Prisma's promises and others are not `Promise`s. */
export function isPromise<T>(value: unknown): value is Promise<T> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return "then" in value && typeof value.then === "function";
}
