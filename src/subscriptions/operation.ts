/** Parses and checks a subscription: its topics, and which executions it can share. */
import { createHash } from "node:crypto";
import {
  type DocumentNode,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
} from "graphql";
import type { Viewer } from "../auth/viewer.js";
import { defaultStoreNodes } from "../config/limits.js";
import type { DocumentGuard } from "../graphql/documents/document-bounds.js";
import { DocumentStore, hashOf } from "../graphql/documents/document-store.js";
import { illFormedVariable, NoNulRule } from "../graphql/documents/well-formed-text.js";
import type { Audience } from "./audience.js";
import { requireMayListen } from "./event-access.js";
import { parseDocument, requireValid } from "./operation-document.js";
import { OperationErrors, withCode } from "./operation-errors.js";
import { type OperationPlan, planOperation } from "./operation-plan.js";
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
  /** The viewer it is executed for, or anyone if no field depends on the viewer. */
  readonly audience: Audience;
  /** Whether lists are selected, whose items depend on the viewer's blocks. */
  readonly hasLists: boolean;
  /** Cost of one execution, in points. */
  readonly cost: number;
  /** The cursor to resume after. */
  readonly after: string | undefined;
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

export interface OperationReaderOptions {
  /** Shared with Apollo Server. Default a new one. */
  readonly store?: DocumentStore;
  /** Whether introspection is allowed. Default true. */
  readonly introspection?: boolean;
}

export function createOperationReader(
  schema: GraphQLSchema,
  guard: DocumentGuard,
  { store = new DocumentStore(defaultStoreNodes), introspection = true }: OperationReaderOptions = {},
): OperationReader {
  // The rules of Apollo Server, which shares the store.
  const rules = [...specifiedRules, NoNulRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  const plans = new WeakMap<DocumentNode, Map<string | null, OperationPlan>>();

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

  function planOf({ query, operationName = null }: OperationRequest): OperationPlan {
    const document = documentOf(query);
    const ofDocument = plans.get(document) ?? new Map<string | null, OperationPlan>();
    plans.set(document, ofDocument);
    const plan = ofDocument.get(operationName) ?? planOperation(schema, document, operationName);
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

function argumentsOf(
  schema: GraphQLSchema,
  { hideSuggestions }: DocumentGuard,
  { operation, field }: OperationPlan,
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

/** Subscribers that differ only in the cursor share a group. */
function groupKeyOf(
  { query, operationName, variables }: OperationRequest,
  plan: OperationPlan,
  viewer: Viewer | null,
): string {
  const entries = Object.entries(variables ?? {}).filter(([name]) => name !== plan.afterVariable);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // An API key may see less than a session of its user, so each has its own group.
  const audience = plan.dependsOnViewer ? [viewer?.id, viewer?.role, viewer?.apiKey?.id ?? null] : "anyone";
  // A hash, because the key is kept as long as the group and would otherwise hold the document's text.
  return createHash("sha256")
    .update(JSON.stringify([audience, operationName ?? null, entries, query]))
    .digest("base64");
}
