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
import { executeFields, executeFieldsSerially, type SelectionPlan } from "./execute-fields.js";
import { type ExecutionContext, FieldErrors, type Fragments, isPromise } from "./execution-context.js";
import { Planner } from "./planner.js";
import { type ResponseLimit, ResponseSize, unlimited } from "./response-size.js";

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
interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** Variables that `@skip` and `@include` use. */
  readonly conditions: readonly string[];
  /** Plans by the values of these variables. */
  readonly plans: Map<string, SelectionPlan>;
}

/** Plans cached per operation. Further ones are built for one execution only. */
const maxPlans = 16;
/** Maximum errors about variables in a response, as in graphql-js. */
const maxVariableErrors = 50;
/** Maximum bytes of all errors about variables. */
const maxVariableErrorBytes = 1_000_000;

export interface ExecutorOptions {
  /** Limit of responses for which `ExecuteArguments` has none. Default none. */
  readonly responseLimit?: ResponseLimit;
  /** Leaves names of the schema that the client did not send out of errors about variables. Default false. */
  readonly hideSuggestions?: boolean;
}

export function createExecute(schema: GraphQLSchema, options: ExecutorOptions = {}): Execute {
  const { responseLimit: defaultLimit = unlimited, hideSuggestions = false } = options;
  const known = new WeakMap<DocumentNode, Map<string | null, PreparedOperation>>();

  function prepare(document: DocumentNode, operationName: string | null): PreparedOperation | undefined {
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
    // graphql-js returns the error.
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
    if (errors !== undefined) return variableErrors({ schema, operation, variables, responseLimit, hideSuggestions });
    const context: ExecutionContext = {
      schema,
      fragments,
      operation,
      rootValue,
      contextValue,
      variableValues: coerced,
      errors: new FieldErrors(),
      size: new ResponseSize(responseLimit),
      startedFields: [],
    };
    const executeRoot = operation.operation === "mutation" ? executeFieldsSerially : executeFields;
    try {
      const data = executeRoot(context, selectionFor(context, prepared), rootValue, undefined);
      if (!isPromise<Record<string, unknown>>(data)) return buildResponse(data, context);
      return data.then(
        (value) => buildResponse(value, context),
        (error: unknown) => errorResponse(error, context),
      );
    } catch (error) {
      return errorResponse(error, context);
    }
  };
}

/** Executes with another limit than the default. */
export function withLimit(execute: Execute, responseLimit: ResponseLimit): Execute {
  return (args) => execute({ ...args, responseLimit });
}

/** Executes by graphql-js; the response is only measured at the end. */
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

/** Throws when the value of `@skip` or `@include` on a root field is invalid. */
function selectionFor(
  { schema, fragments, variableValues }: ExecutionContext,
  { operation, conditions, plans }: PreparedOperation,
): SelectionPlan {
  const given = conditions
    .filter((name) => Object.hasOwn(variableValues, name))
    .map((name) => [name, variableValues[name]]);
  const key = given.join();
  const known = plans.get(key);
  if (known !== undefined) return known;
  const selection = new Planner(schema, fragments, Object.fromEntries(given)).planOperation(operation);
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

function buildResponse(data: Record<string, unknown>, context: ExecutionContext): ExecutionResult {
  const { list } = context.errors;
  if (!context.size.isWithin(data)) return tooLargeResponse(context);
  return list.length === 0 ? { data } : { errors: list, data };
}

/** The response to an error that propagated to the root. */
function errorResponse(error: unknown, context: ExecutionContext): ExecutionResult {
  const { errors, size } = context;
  if (size.isExceeded) return tooLargeResponse(context);
  errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined), undefined);
  return { errors: errors.list, data: null };
}

function tooLargeResponse({ size, startedFields }: ExecutionContext): ExecutionResult {
  return { errors: [size.refusal(startedFields)], data: null };
}

interface VariableErrorOptions extends Required<ExecutorOptions> {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Each error may repeat all variables: all errors are reported if that is few bytes, otherwise at most one. */
function variableErrors(options: VariableErrorOptions): ExecutionResult {
  const { schema, operation, variables = {}, responseLimit, hideSuggestions } = options;
  const isSmall = charactersOf(variables) * maxVariableErrors < Math.min(responseLimit.bytes, maxVariableErrorBytes);
  const maxErrors = isSmall ? maxVariableErrors : 1;
  const definitions = operation.variableDefinitions ?? [];
  const { errors = [] } = getVariableValues(schema, definitions, variables, { maxErrors, hideSuggestions });
  const size = new ResponseSize(responseLimit);
  return size.areWithin(errors) ? { errors } : { errors: [size.refusal([])] };
}

/** Length of the variables as JSON. Infinity if they are nested too deeply to serialize. */
function charactersOf(variables: Readonly<Record<string, unknown>>): number {
  try {
    return JSON.stringify(variables).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
