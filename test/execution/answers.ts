/** Executes an operation by plans and by graphql-js, and makes the two results comparable. */
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, parse, validate } from "graphql";
import { expect } from "vitest";
import { createExecute, type Execute, executeWithGraphqlJs } from "../../src/execution/execute.js";

export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | null | undefined;
}

export interface Executors {
  readonly schema: GraphQLSchema;
  readonly planned: Execute;
  readonly slow: Execute;
}

export interface Comparable {
  readonly keys: readonly string[];
  /** As it is sent: the order of keys counts. */
  readonly json: string;
  readonly errors: readonly ComparableError[];
}

export interface ComparableError {
  readonly message: string;
  readonly path: GraphQLError["path"];
  readonly locations: GraphQLError["locations"];
  readonly extensions: GraphQLError["extensions"];
  readonly nodes: number | undefined;
  readonly original: string | undefined;
}

export function executorsOf(schema: GraphQLSchema): Executors {
  return { schema, planned: createExecute(schema), slow: executeWithGraphqlJs(schema) };
}

/** Parsed and valid: what is not never reaches an executor. */
export function documentOf(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return document;
}

export async function comparable(result: ExecutionResult | Promise<ExecutionResult>): Promise<Comparable> {
  const { data, errors = [], ...rest } = await result;
  const keys = Object.keys({ ...(data !== undefined && { data }), ...(errors.length > 0 && { errors }), ...rest });
  return { keys, json: JSON.stringify(data) ?? "", errors: errors.map(comparableError) };
}

function comparableError(error: unknown): ComparableError {
  if (!(error instanceof GraphQLError)) throw new Error(`an answer holds an error that is no GraphQLError: ${error}`);
  const { message, path, locations, extensions, nodes, originalError } = error;
  const original = originalError && `${originalError.constructor.name}: ${withoutValues(originalError.message)}`;
  return { message: withoutValues(message), path, locations, extensions, nodes: nodes?.length, original };
}

/** Three messages to developers show a value, which graphql-js does by a function that it does not export. */
function withoutValues(message: string): string {
  return message
    .replace(/^(Expected value of type "\w+" but got: ).*\.$/s, "$1…")
    .replace(/ with value .*, received ".*"\.$/s, " with value …")
    .replace(/^(Expected `\w+\.serialize\().*(\)` to return non-nullable value, returned: ).*$/s, "$1…$2…");
}

/**
 * The same but for races. Errors come in the order in which they happen, which for fields that fail in the same moment is a
 * matter of how many turns of the microtask queue each takes: compared as sets. For the same reason, of several errors
 * beneath one null, graphql-js keeps those that come before the first of them has climbed to it: which, may differ. Says
 * whether it did.
 */
export function expectSameButForRaces(planned: Comparable, slow: Comparable, message: string): "equal" | "raced" {
  expect(planned.json, message).toBe(slow.json);
  expect(planned.keys, message).toEqual(slow.keys);
  const ours = errorsByNull(planned);
  const theirs = errorsByNull(slow);
  expect([...ours.keys()].sort(), message).toEqual([...theirs.keys()].sort());
  let outcome: "equal" | "raced" = "equal";
  for (const [place, errors] of ours) {
    const others = theirs.get(place) ?? new Map();
    const both = [...errors.keys()].filter((path) => others.has(path));
    if (both.length < errors.size || both.length < others.size) outcome = "raced";
    for (const path of both) expect(errors.get(path), message).toEqual(others.get(path));
  }
  return outcome;
}

/** By the place of the null that an error made, and then by its own. */
function errorsByNull({ json, errors }: Comparable): Map<string, Map<string, ComparableError>> {
  const data: unknown = json === "" ? undefined : JSON.parse(json);
  const byNull = new Map<string, Map<string, ComparableError>>();
  for (const error of errors) {
    const place = JSON.stringify(nullAbove(data, error.path));
    const beneath = byNull.get(place) ?? new Map();
    const path = JSON.stringify(error.path);
    expect(beneath.has(path), "one error for one place").toBe(false);
    byNull.set(place, beneath.set(path, error));
  }
  return byNull;
}

function nullAbove(data: unknown, path: readonly (string | number)[] = []): readonly (string | number)[] {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== "object" || value === null) return path.slice(0, depth);
    value = Reflect.get(value, key);
  }
  return path;
}
