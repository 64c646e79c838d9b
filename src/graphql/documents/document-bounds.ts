/**
 * Rejects documents that exceed limits before validation, which compares fields pairwise and follows fragments, so a
 * few kilobytes can keep it busy for seconds. Counts include fragments at each spread, in time linear in the document:
 * fragments are measured once each, and only documents known to be small are walked through.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import type { Viewer } from "../../auth/viewer.js";
import { type DocumentLimits, documentLimits } from "../../config/limits.js";
import { ParleyError } from "../../errors.js";
import { CostCompiler } from "../cost/cost.js";
import { type CostExpression, evaluate, type Variables } from "../cost/cost-expression.js";
import { createWeights } from "../cost/cost-weights.js";
import { createScopeCheck } from "./scopes.js";
import { SelectionCount } from "./selection-count.js";
import { checkSubscriptionRoot } from "./subscription-root.js";

/** Maximum validation errors to report: each may have suggestions, which are slow to compute. */
export const maxErrors = 5;

export interface DocumentGuard {
  /** Whether errors must not tell names of the schema that the client did not send ("Did you mean …"). */
  readonly hideSuggestions: boolean;
  /** For the parser, which stops there. */
  readonly maxTokens: number;
  /** In points. */
  readonly maxCost: number;
  /** To be asked before parsing. Throws DOCUMENT_LIMIT_EXCEEDED. */
  checkSource(source: string): void;
  /**
   * What an operation of a valid document costs with these variables, which need not fit. Throws COST_LIMIT_EXCEEDED with
   * cost and limit.
   */
  costOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number;
  /** Throws FORBIDDEN for an operation of a valid document that the viewer's API key may not run. */
  checkScopes(viewer: Viewer | null, document: DocumentNode, operation: OperationDefinitionNode): void;
  /** To be asked after parsing and before validation. Throws DOCUMENT_LIMIT_EXCEEDED or GRAPHQL_VALIDATION_FAILED. */
  checkDocument(document: DocumentNode): void;
}

/** Size of a definition with its fragments expanded. */
interface Measure {
  readonly fields: number;
  readonly depth: number;
}

/** The only check of documents: for HTTP, live transports, and stored documents that run later. */
export function createDocumentGuard(
  schema: GraphQLSchema,
  limits: DocumentLimits,
  hideSuggestions = false,
): DocumentGuard {
  const guarded = passwordFields(schema);
  const weights = createWeights(schema);
  const compiled = new WeakMap<OperationDefinitionNode, CostExpression>();
  return {
    hideSuggestions,
    maxTokens: limits.tokens,
    maxCost: limits.cost,
    checkSource({ length }) {
      refuseOver("characters", length, limits.characters);
    },
    costOf(document, operation, variables) {
      let points = compiled.get(operation);
      if (points === undefined) {
        points = new CostCompiler(schema, weights, document, operation).compile();
        compiled.set(operation, points);
      }
      const values = coerced(schema, operation, variables);
      const cost = Math.min(evaluate(points, values), Number.MAX_SAFE_INTEGER);
      if (cost <= limits.cost) return cost;
      const message = `The operation is too costly: its cost must be at most ${limits.cost} (${documentLimits.cost.name}), got ${cost}.`;
      throw new ParleyError("COST_LIMIT_EXCEEDED", message, { cost, limit: limits.cost });
    },
    checkScopes: createScopeCheck(schema),
    checkDocument({ definitions }) {
      refuseOver("definitions", definitions.length, limits.definitions);
      const fragments = fragmentsOf(definitions);
      const measure = createMeasure(fragments, limits.depth);
      let fields = 0;
      for (const definition of definitions) {
        if (!("selectionSet" in definition)) continue;
        const { depth, fields: more } = measure(definition.selectionSet);
        refuseOver("depth", depth, limits.depth);
        fields += more;
      }
      refuseOver("fields", fields, limits.fields);
      const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
      for (const operation of operations) {
        checkOperation(operation, fragments, limits, guarded);
        checkSubscriptionRoot(operation, fragments);
      }
    },
  };
}

/**
 * Variables as the executor takes them: declared, coerced, with their defaults. Without a prototype, because clients choose
 * the names: `constructor` is one. Those that do not fit are priced as they came; the executor refuses them.
 */
function coerced(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  inputs: Variables,
): Variables {
  const values: Record<string, unknown> = Object.create(null);
  if (variableDefinitions === undefined || variableDefinitions.length === 0) return values;
  const result = getVariableValues(schema, variableDefinitions, inputs, { maxErrors: 1 });
  return Object.assign(values, result.coerced ?? inputs);
}

/** Mutation fields that carry `@checksPassword`. */
export function passwordFields(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const marked = fields.filter(({ astNode }) =>
    astNode?.directives?.some((directive) => directive.name.value === "checksPassword"),
  );
  return new Set(marked.map(({ name }) => name));
}

/** Adds the setting to the message of graphql-js for too many tokens; other messages are unchanged. */
export function withTokenSetting(message: string): string {
  return message.replace(
    /(?<=contains more that \d+ tokens)(?=\. Parsing aborted\.$)/,
    ` (${documentLimits.tokens.name})`,
  );
}

/** `name` is one of the limits. */
function refuseOver(name: keyof DocumentLimits, found: number, limit: number): void {
  if (found <= limit) return;
  const what = name === "depth" ? "The document is nested too deeply: depth" : `The document is too large: ${name}`;
  const message = `${what} must be at most ${limit} (${documentLimits[name].name}), got ${Math.ceil(found)}.`;
  throw new ParleyError("DOCUMENT_LIMIT_EXCEEDED", message, { bound: name, limit });
}

function fragmentsOf(definitions: DocumentNode["definitions"]): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** Each fragment is measured once, so a chain of fragments that double is measured at the price of its text. */
function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>, maxDepth: number) {
  const known = new Map<string, Measure>();
  const nothing = { fields: 0, depth: 0 };

  function ofFragment(name: string): Measure {
    const measured = known.get(name);
    if (measured !== undefined) return measured;
    // Cyclic fragments count as empty: validation rejects them.
    known.set(name, nothing);
    const fragment = fragments.get(name);
    const measure = fragment === undefined ? nothing : ofSelections(fragment.selectionSet, 0);
    known.set(name, measure);
    return measure;
  }

  function ofSelections({ selections }: SelectionSetNode, outer: number): Measure {
    // Without going down further: the document itself may be nested deeper than the stack.
    refuseOver("depth", outer, maxDepth);
    let fields = 0;
    let depth = 0;
    for (const selection of selections) {
      const isField = selection.kind === Kind.FIELD;
      const inner = isField ? 1 : 0;
      let inside = nothing;
      if (selection.kind === Kind.FRAGMENT_SPREAD) inside = ofFragment(selection.name.value);
      else if (selection.selectionSet !== undefined) {
        inside = ofSelections(selection.selectionSet, outer + Math.max(inner, nestingOfInline));
      }
      fields += inner + inside.fields;
      depth = Math.max(depth, inner + inside.depth);
    }
    return { fields, depth };
  }

  return (selectionSet: SelectionSetNode) => ofSelections(selectionSet, 0);
}

/** Inline fragments add no depth to the answer, but as much to the stack: a tenth of a field. */
const nestingOfInline = 0.1;

function checkOperation(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limits: DocumentLimits,
  guarded: ReadonlySet<string>,
): void {
  refuseOver("variables", operation.variableDefinitions?.length ?? 0, limits.variables);
  const count = new SelectionCount(operation, fragments);
  refuseOver("rootFields", count.rootFields.length, limits.rootFields);
  refuseOver("aliases", count.aliases, limits.aliases);
  refuseOver("directives", count.directives, limits.directives);
  refuseOver("repeats", count.repeats, limits.repeats);
  if (operation.operation !== OperationTypeNode.MUTATION) return;
  const checks = new Set(count.rootFields.filter(({ name }) => guarded.has(name)).map(({ key }) => key));
  if (checks.size <= 1) return;
  const names = [...guarded].join(", ");
  throw new ParleyError(
    "DOCUMENT_LIMIT_EXCEEDED",
    `An operation may check or set at most one password (${names}), got ${checks.size}.`,
    { bound: "passwords", limit: 1 },
  );
}
