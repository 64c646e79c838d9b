/**
 * Executes operations (GraphQL specification, section 6) with plans that are built once per document, not once per
 * request as in graphql-js. The results are those of graphql-js; test/execution compares the two.
 *
 * Not graphql-jit, which compiles documents to source code: 0.8.9 executes string literals of a certain form as code.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  execute as executeByGraphqlJs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  locatedError,
  type OperationDefinitionNode,
} from "graphql";
import { conditionsOf } from "./conditions.js";
import { Errors } from "./errors.js";
import { type ExecutionContext, type Fragments, isPromise } from "./execution-context.js";
import { Planner } from "./planner.js";
import { type ResponseLimit, ResponseSize, unlimited } from "./response-size.js";
import { executeInTurn, executeSelection, type SelectionPlan } from "./selection.js";

export interface ExecuteArguments {
  /** A valid document. Its plans live as long as it does. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly rootValue?: unknown;
  readonly context: object;
  /** Default: that of the executor. */
  readonly responseLimit?: ResponseLimit | undefined;
}

/** Executes one operation. Errors are in the result; rejects only for a defect of the server itself. */
export type Execute = (args: ExecuteArguments) => ExecutionResult | Promise<ExecutionResult>;

/** Cached plans of an operation. */
interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** Variables that `@skip` and `@include` look at. */
  readonly conditions: readonly string[];
  /** Plans by the values of these variables. */
  readonly plans: Map<string, SelectionPlan>;
}

/** Of one operation. The next is made, used and forgotten. */
const maxPlans = 16;
/** As graphql-js has it: a request with thousands of bad variables is not answered with thousands of errors. */
const maxErrorsOfVariables = 50;
/** Errors of variables together. */
const bytesOfBadVariables = 1_000_000;

export interface ExecutorOptions {
  /** Of every response that does not bring a limit of its own. Default none. */
  readonly responseLimit?: ResponseLimit;
  /** Errors about variables do not tell names of the schema that the client did not send. Default false. */
  readonly hideSuggestions?: boolean;
}

export function createExecute(schema: GraphQLSchema, options: ExecutorOptions = {}): Execute {
  const { responseLimit: defaultLimit = unlimited, hideSuggestions = false } = options;
  const known = new WeakMap<DocumentNode, Map<string | null, Prepared>>();

  function prepare(document: DocumentNode, operationName: string | null): Prepared | undefined {
    let byName = known.get(document);
    if (byName === undefined) {
      byName = new Map();
      known.set(document, byName);
    }
    const found = byName.get(operationName);
    if (found !== undefined) return found;
    const operation = getOperationAST(document, operationName);
    if (!operation || !schema.getRootType(operation.operation)) return undefined;
    const fragments = fragmentsOf(document);
    const prepared = { operation, fragments, conditions: conditionsOf(document), plans: new Map() };
    byName.set(operationName, prepared);
    return prepared;
  }

  return ({ document, operationName, variables, rootValue, context: contextValue, responseLimit = defaultLimit }) => {
    const prepared = prepare(document, operationName ?? null);
    // It is refused, in graphql-js's words.
    if (prepared === undefined)
      return executeWithGraphqlJs(schema, { responseLimit, hideSuggestions })({
        document,
        operationName,
        variables,
        rootValue,
        context: contextValue,
      });
    const { operation, fragments } = prepared;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(schema, definitions, variables ?? {}, { maxErrors: 1 });
    if (errors !== undefined) return badVariables({ schema, operation, variables, responseLimit, hideSuggestions });
    const context: ExecutionContext = {
      schema,
      fragments,
      operation,
      rootValue,
      context: contextValue,
      variables: coerced,
      errors: new Errors(),
      size: new ResponseSize(responseLimit),
      begun: [],
    };
    const executeRoot = operation.operation === "mutation" ? executeInTurn : executeSelection;
    try {
      const data = executeRoot(context, selectionFor(context, prepared), rootValue, undefined);
      if (!isPromise<Record<string, unknown>>(data)) return resultOf(data, context);
      return data.then(
        (value) => resultOf(value, context),
        (error: unknown) => failed(error, context),
      );
    } catch (error) {
      return failed(error, context);
    }
  };
}

/** Executes with another limit than the default. */
export function withLimit(execute: Execute, responseLimit: ResponseLimit): Execute {
  return (args) => execute({ ...args, responseLimit });
}

/** Executes by graphql-js alone, which is done before the response is measured. */
export function executeWithGraphqlJs(
  schema: GraphQLSchema,
  { responseLimit: defaultLimit = unlimited, hideSuggestions = false }: ExecutorOptions = {},
): Execute {
  return ({ document, operationName, variables, rootValue, context, responseLimit = defaultLimit }) => {
    const result = executeByGraphqlJs({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      rootValue,
      contextValue: context,
      hideSuggestions,
    });
    const root = getOperationAST(document, operationName)?.operation;
    const measured = (each: ExecutionResult) => withinLimit(each, responseLimit, root);
    return isPromise<ExecutionResult>(result) ? result.then(measured) : measured(result);
  };
}

function withinLimit(result: ExecutionResult, limit: ResponseLimit, root: string | undefined): ExecutionResult {
  const size = new ResponseSize(limit);
  if (size.areWithin(result.errors ?? []) && size.measure(result.data)) return result;
  return { errors: [size.refusal(root === "mutation" ? Object.keys(result.data ?? {}) : [])], data: null };
}

/** Throws when `@skip` or `@include` of the operation's own fields cannot be decided. */
function selectionFor(
  { schema, fragments, variables }: ExecutionContext,
  { operation, conditions, plans }: Prepared,
): SelectionPlan {
  const given = conditions.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]);
  const key = given.join();
  const known = plans.get(key);
  if (known !== undefined) return known;
  const selection = new Planner(schema, fragments, Object.fromEntries(given)).ofOperation(operation);
  if (plans.size < maxPlans) plans.set(key, selection);
  return selection;
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Fragments = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

function resultOf(data: Record<string, unknown>, context: ExecutionContext): ExecutionResult {
  const { list } = context.errors;
  if (!context.size.isWithin(data)) return refused(context);
  return list.length === 0 ? { data } : { errors: list, data };
}

/** An error that no nullable field stopped. */
function failed(error: unknown, context: ExecutionContext): ExecutionResult {
  const { errors, size } = context;
  if (size.isExceeded) return refused(context);
  errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined), undefined);
  return { errors: errors.list, data: null };
}

function refused({ size, begun }: ExecutionContext): ExecutionResult {
  return { errors: [size.refusal(begun)], data: null };
}

interface BadVariables extends Required<ExecutorOptions> {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Each error may repeat all variables: all errors are reported if that is few bytes, otherwise at most one. */
function badVariables(bad: BadVariables): ExecutionResult {
  const { schema, operation, variables = {}, responseLimit, hideSuggestions } = bad;
  const isSmall = charactersOf(variables) * maxErrorsOfVariables < Math.min(responseLimit.bytes, bytesOfBadVariables);
  const maxErrors = isSmall ? maxErrorsOfVariables : 1;
  const definitions = operation.variableDefinitions ?? [];
  const { errors = [] } = getVariableValues(schema, definitions, variables, { maxErrors, hideSuggestions });
  const size = new ResponseSize(responseLimit);
  return size.areWithin(errors) ? { errors } : { errors: [size.refusal([])] };
}

/** Of the variables as JSON. Infinity where they are nested too deeply to be written. */
function charactersOf(variables: Readonly<Record<string, unknown>>): number {
  try {
    return JSON.stringify(variables).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
