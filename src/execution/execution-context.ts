/** State of one execution: the operation, its variables, the errors and the size of the response so far. */
import type { FragmentDefinitionNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from "graphql";
import type { ResponseSize } from "./response-size.js";

export type Fragments = Record<string, FragmentDefinitionNode>;

export interface ExecutionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly operation: OperationDefinitionNode;
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  /** Coerced. */
  readonly variableValues: Record<string, unknown>;
  readonly errors: FieldErrors;
  readonly size: ResponseSize;
  /** Response names of the mutation fields that have been started. */
  readonly startedFields: string[];
}

/** Position of a value in the response: graphql-js's `Path`. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

export function pathToArray(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

/** Collects field errors; drops those below a position that is already null (GraphQL specification, section 6.4.4). */
export class FieldErrors {
  /** In the order in which they occurred. */
  readonly list: GraphQLError[] = [];
  /** Positions that are null because of an error; undefined is the whole response. */
  readonly #nulls = new Set<Path | undefined>();

  /** `path` is the position that is now null. */
  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#nulls.has(undefined)) return;
    for (let at = path; at !== undefined; at = at.prev) {
      if (this.#nulls.has(at)) return;
    }
    this.#nulls.add(path);
    this.list.push(error);
  }
}

export type PromiseOrValue<T> = T | Promise<T>;

/** Whether the value has a `then`: Prisma's promises, among others, are not `Promise`s. */
export function isPromise<T>(value: unknown): value is Promise<T> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return "then" in value && typeof value.then === "function";
}
