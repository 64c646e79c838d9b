/**
 * Executes operations (GraphQL specification, section 6) by plans that are made once for each document, not once for each
 * request as graphql-js does. What it answers is what graphql-js would: test/execution compares the two.
 *
 * Not graphql-jit, which turns documents into source text: 0.8.9 runs a string literal of a certain form as code.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute as executeByGraphqlJs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from "graphql";
import { conditionsOf } from "./conditions.js";
import { Planner } from "./planner.js";
import { isPromise, type Run } from "./run.js";
import { executeInTurn, executeSelection, type Selection } from "./selection.js";

export interface ExecuteArguments {
  /** Validated. Plans are kept as long as it is. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly rootValue?: unknown;
  readonly context: object;
}

/** Executes one operation. Errors are in the result; it rejects only for what is wrong with the server itself. */
export type Execute = (args: ExecuteArguments) => ExecutionResult | Promise<ExecutionResult>;

/** What is kept of an operation. */
interface Prepared {
  readonly operation: OperationDefinitionNode;
  /** Variables that `@skip` and `@include` look at. */
  readonly conditions: readonly string[];
  /** Plans by the values of those. */
  readonly plans: Map<string, Selection>;
}

/** Of one operation. The next is made, used and forgotten. */
const mostPlans = 16;
/** As graphql-js has it: a request with thousands of bad variables is not answered with thousands of errors. */
const mostVariableErrors = 50;

export function createExecute(schema: GraphQLSchema): Execute {
  const known = new WeakMap<DocumentNode, Map<string, Prepared>>();

  function prepare(document: DocumentNode, operationName: string | null | undefined): Prepared | undefined {
    let byName = known.get(document);
    if (byName === undefined) {
      byName = new Map();
      known.set(document, byName);
    }
    const found = byName.get(operationName ?? "");
    if (found !== undefined) return found;
    const operation = getOperationAST(document, operationName);
    if (!operation || !schema.getRootType(operation.operation)) return undefined;
    const prepared = { operation, conditions: conditionsOf(document), plans: new Map() };
    byName.set(operationName ?? "", prepared);
    return prepared;
  }

  return ({ document, operationName, variables, rootValue, context }) => {
    const prepared = prepare(document, operationName);
    // It is refused, in graphql-js's words.
    if (prepared === undefined)
      return executeSlowly(schema)({ document, operationName, variables, rootValue, context });
    const { operation } = prepared;
    const definitions = operation.variableDefinitions ?? [];
    const coerced = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: mostVariableErrors });
    if (coerced.errors !== undefined) return { errors: coerced.errors };
    const selection = selectionFor(schema, document, prepared, coerced.coerced);
    const run: Run = { schema, document, operation, rootValue, context, variables: coerced.coerced, errors: [] };
    const executeRoot = operation.operation === "mutation" ? executeInTurn : executeSelection;
    try {
      const data = executeRoot(run, selection, rootValue, undefined);
      if (!isPromise<Record<string, unknown>>(data)) return resultOf(data, run);
      return data.then(
        (value) => resultOf(value, run),
        (error: unknown) => failed(error, run),
      );
    } catch (error) {
      return failed(error, run);
    }
  };
}

/** Executes by graphql-js alone. */
export function executeSlowly(schema: GraphQLSchema): Execute {
  return ({ document, operationName, variables, rootValue, context }) =>
    executeByGraphqlJs({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      rootValue,
      contextValue: context,
    });
}

function selectionFor(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, conditions, plans }: Prepared,
  variables: Readonly<Record<string, unknown>>,
): Selection {
  const key = conditions.map((name) => (variables[name] === true ? "1" : "0")).join("");
  const known = plans.get(key);
  if (known !== undefined) return known;
  const selection = new Planner(schema, document, variables).ofOperation(operation);
  if (plans.size < mostPlans) plans.set(key, selection);
  return selection;
}

function resultOf(data: Record<string, unknown>, { errors }: Run): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}

/** An error that no nullable field stopped. */
function failed(error: unknown, { errors }: Run): ExecutionResult {
  errors.push(error instanceof GraphQLError ? error : new GraphQLError(String(error)));
  return { errors, data: null };
}
