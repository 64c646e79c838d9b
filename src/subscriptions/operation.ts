/** Parses and checks a subscription: its topics, and which executions it can share. */
import { createHash } from "node:crypto";
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  specifiedRules,
  TypeInfo,
  type ValidationRule,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Viewer } from "../auth/viewer.js";
import { defaultStoreNodes } from "../config/limits.js";
import { ParleyError } from "../errors.js";
import { type DocumentGuard, maxErrors, withTokenSetting } from "../graphql/documents/document-bounds.js";
import { DocumentStore, hashOf } from "../graphql/documents/document-store.js";
import { illFormedVariable, NoNulRule } from "../graphql/documents/well-formed-text.js";
import type { Audience } from "./audience.js";
import { requireMayListen } from "./event-access.js";
import { type Following, followingOf } from "./topics.js";

/** A subscription request of a client. */
export interface OperationRequest {
  /** Empty for a trusted document that is requested by its hash. */
  readonly query: string;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** A subscription that can be executed. Those with the same `groupKey` have the same result for every event. */
export interface LiveOperation extends Following {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** As the client sent them: the executor coerces them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly groupKey: string;
  /** For whom it is executed: a viewer, or anyone if no field depends on the viewer. */
  readonly audience: Audience;
  /** Whether lists are selected: their items depend on the blocks of the viewer. */
  readonly hasLists: boolean;
  /** Cost of one execution, in points. */
  readonly cost: number;
  /** The cursor to resume after. */
  readonly after: string | undefined;
}

/** The part of an operation that does not depend on the viewer. */
interface Plan {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly dependsOnViewer: boolean;
  readonly hasLists: boolean;
  /** Name of the variable that carries `after` and nothing else. */
  readonly afterVariable: string | undefined;
}

export interface OperationReader {
  /** Throws OperationErrors for an invalid document, DOCUMENT_LIMIT_EXCEEDED for one above the limits. */
  parse(query: string): DocumentNode;
  /** The operation's kind, or undefined when there is no such operation. Throws as `parse`. */
  kindOf(operationRequest: OperationRequest): OperationDefinitionNode["operation"] | undefined;
  /**
   * Throws OperationErrors for an operation that cannot be executed, BAD_ID, COST_LIMIT_EXCEEDED, UNAUTHENTICATED or
   * FORBIDDEN.
   */
  read(operationRequest: OperationRequest, viewer: Viewer | null): LiveOperation;
}

/** Thrown with everything that is wrong with an operation. */
export class OperationErrors extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.errors = errors;
  }
}

/** As Apollo Server says it. */
export function unknownOperation(): GraphQLError {
  return new GraphQLError(
    "Unknown operation name, or operationName is required because the document has several operations.",
    {
      extensions: { code: "OPERATION_RESOLUTION_FAILURE" },
    },
  );
}

export interface OperationReaderOptions {
  /** Shared with Apollo Server. Default one of the reader's own. */
  readonly store?: DocumentStore;
  /** Whether queries may ask for the schema. Default yes. */
  readonly introspection?: boolean;
}

export function createOperationReader(
  schema: GraphQLSchema,
  guard: DocumentGuard,
  { store = new DocumentStore(defaultStoreNodes), introspection = true }: OperationReaderOptions = {},
): OperationReader {
  // As Apollo Server validates: what either of them has stored the other executes.
  const rules = [...specifiedRules, NoNulRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const plans = new WeakMap<DocumentNode, Map<string | null, Plan>>();

  function documentOf(query: string): DocumentNode {
    guard.checkSource(query);
    const hash = hashOf(query);
    const known = store.get(hash);
    if (known !== undefined) return known;
    const document = parseDocument(query, guard.maxTokens);
    guard.checkDocument(document);
    requireValid(schema, guard, document, rules);
    store.set(hash, document);
    return document;
  }

  function planOf({ query, operationName = null }: OperationRequest): Plan {
    const document = documentOf(query);
    const ofDocument = plans.get(document) ?? new Map<string | null, Plan>();
    plans.set(document, ofDocument);
    const plan = ofDocument.get(operationName) ?? makePlan(schema, document, operationName);
    ofDocument.set(operationName, plan);
    return plan;
  }

  return {
    parse: documentOf,
    kindOf: ({ query, operationName }) => getOperationAST(documentOf(query), operationName)?.operation,
    read(operationRequest, viewer) {
      const plan = planOf(operationRequest);
      requireMayListen(viewer, plan.field.name.value);
      const variables = declaredVariables(plan.operation, operationRequest.variables ?? {});
      guard.checkScopes(viewer, plan.document, plan.operation);
      const cost = guard.costOf(plan.document, plan.operation, variables);
      const args = argumentsOf(schema, guard, plan, variables);
      const audience = plan.dependsOnViewer ? { viewer } : "anyone";
      return {
        ...followingOf(plan.field.name.value, args),
        document: plan.document,
        operationName: operationRequest.operationName ?? undefined,
        variables,
        groupKey: groupKeyOf({ ...operationRequest, variables }, plan, viewer),
        audience,
        hasLists: plan.hasLists,
        cost,
        after: typeof args.after === "string" ? args.after : undefined,
      };
    },
  };
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (isStackExhausted(error)) throw tooDeep("GRAPHQL_PARSE_FAILED");
    if (!(error instanceof GraphQLError)) throw error;
    throw new OperationErrors([withCode(error, "GRAPHQL_PARSE_FAILED")]);
  }
}

function makePlan(schema: GraphQLSchema, document: DocumentNode, operationName: string | null): Plan {
  const operation = getOperationAST(document, operationName);
  const field = operation && rootField(document, operation.selectionSet);
  if (operation?.operation !== "subscription" || !field) {
    throw new OperationErrors([new ParleyError("BAD_REQUEST", "The operation must be a subscription.")]);
  }
  return {
    document,
    operation,
    field,
    dependsOnViewer: selects(schema, document, isViewerDependent),
    hasLists: selects(schema, document, isList),
    afterVariable: afterVariableOf(document, field),
  };
}

function requireValid(
  schema: GraphQLSchema,
  { hideSuggestions }: DocumentGuard,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): void {
  try {
    const errors = validate(schema, document, rules, { maxErrors, hideSuggestions });
    if (errors.length === 0) return;
    throw new OperationErrors(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
  } catch (error) {
    throw isStackExhausted(error) ? tooDeep("GRAPHQL_VALIDATION_FAILED") : error;
  }
}

/** Parsing and validation are recursive. */
function isStackExhausted(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof GraphQLError && error.originalError instanceof RangeError);
}

function tooDeep(code: string): OperationErrors {
  return new OperationErrors([new GraphQLError("The document is nested too deeply.", { extensions: { code } })]);
}

/** Validation has seen to it that there is exactly one. */
function rootField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | undefined {
  const [selection] = selections;
  if (selection?.kind === Kind.FIELD) return selection;
  if (selection?.kind === Kind.INLINE_FRAGMENT) return rootField(document, selection.selectionSet);
  const fragment = document.definitions.find(
    (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection?.name.value,
  );
  return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootField(document, fragment.selectionSet) : undefined;
}

/** Looks at all of the document, also at what another operation of it selects: too careful is not wrong. */
function selects(
  schema: GraphQLSchema,
  document: DocumentNode,
  isIt: (field: GraphQLField<unknown, unknown>) => boolean,
): boolean {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  const enter = () => {
    const field = typeInfo.getFieldDef();
    found ||= field != null && isIt(field);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  return found;
}

function isViewerDependent({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(({ name }) => name.value === "viewerDependent") ?? false;
}

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(type).name.endsWith("Connection");
}

function afterVariableOf(document: DocumentNode, field: FieldNode): string | undefined {
  const value = field.arguments?.find(({ name }) => name.value === "after")?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === value.name.value) uses += 1;
    },
  });
  return uses === 1 ? value.name.value : undefined;
}

function argumentsOf(
  schema: GraphQLSchema,
  { hideSuggestions }: DocumentGuard,
  { operation, field }: Plan,
  variables: Readonly<Record<string, unknown>>,
) {
  const illFormed = illFormedVariable(variables);
  if (illFormed !== undefined) throw new OperationErrors([illFormed]);
  const options = { maxErrors: 10, hideSuggestions };
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, options);
  if (coerced.errors) throw new OperationErrors(coerced.errors.map((error) => withCode(error, "BAD_USER_INPUT")));
  const definition = schema.getSubscriptionType()?.getFields()[field.name.value];
  if (definition === undefined) throw new Error(`there is no subscription field ${field.name.value}`);
  return getArgumentValues(definition, field, coerced.coerced);
}

/** Leaves out undeclared variables, which have no effect but would be kept as long as the subscription. */
function declaredVariables(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
}

/** Two listeners that differ only in where they resume share a group. */
function groupKeyOf({ query, operationName, variables }: OperationRequest, plan: Plan, viewer: Viewer | null): string {
  const entries = Object.entries(variables ?? {}).filter(([name]) => name !== plan.afterVariable);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // An API key shows less than a session of its user: each has a group of its own.
  const audience = plan.dependsOnViewer ? [viewer?.id, viewer?.role, viewer?.apiKey?.id ?? null] : "anyone";
  // Kept as long as the group: of any length, it would hold the document's text.
  return createHash("sha256")
    .update(JSON.stringify([audience, operationName ?? null, entries, query]))
    .digest("base64");
}

function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(withTokenSetting(message), {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
