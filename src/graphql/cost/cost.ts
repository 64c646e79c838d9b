/**
 * Cost of an operation before it runs: field cost plus type cost of the GraphQL cost directive specification.
 * Selections are merged as in execution, so a field that many fragments select counts once. It is an upper bound: for
 * an abstract type the most expensive type counts, and `@skip` and `@include` are ignored.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from "graphql";
import { ParleyError } from "../../errors.js";
import { atLeastZero, type CostExpression, greatest, product, sum } from "./cost-expression.js";
import type { Field, Weights } from "./cost-weights.js";
import { sizeOfPage, slicingArgumentsIn } from "./list-size.js";

/** Fields with the size of the list that they are, where the field above them says so. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: CostExpression;
}

/** Introspection is answered from memory, but with a tenth of a megabyte. */
const introspection: ReadonlyMap<string, number> = new Map(
  Object.entries({ __schema: 500, __type: 20, __typename: 0 }),
);

/** Maximum fields visited per operation: nested abstract types multiply. */
const maxSteps = 20_000;

/** For a document that is valid, and small (document-bounds.ts). */
export class CostCompiler {
  readonly #schema: GraphQLSchema;
  readonly #weights: Weights;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #steps = 0;

  constructor(schema: GraphQLSchema, weights: Weights, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#weights = weights;
    this.#operation = operation;
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /**
   * What the operation costs, as far as that is known without its variables. Throws BAD_USER_INPUT where a field that
   * requires exactly one slicing argument has none, or several.
   */
  compile(): CostExpression {
    const root = this.#schema.getRootType(this.#operation.operation);
    return root ? this.#ofSelections(root, [this.#operation.selectionSet], undefined) : 0;
  }

  #ofSelections(
    type: GraphQLCompositeType,
    sets: readonly SelectionSetNode[],
    sized: Sized | undefined,
  ): CostExpression {
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    return greatest(types.map((each) => sum([this.#weights.ofType(each), this.#ofObject(each, sets, sized)])));
  }

  #ofObject(type: GraphQLObjectType, sets: readonly SelectionSetNode[], sized: Sized | undefined): CostExpression {
    const fields = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set, fields, visited);
    return sum([...fields.values()].map((nodes) => this.#ofField(type, nodes, sized)));
  }

  /** CollectFields of the GraphQL specification (6.3.2). */
  #collect(type: GraphQLObjectType, set: SelectionSetNode, into: Map<string, FieldNode[]>, visited: Set<string>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = into.get(key);
        if (nodes === undefined) into.set(key, [selection]);
        else nodes.push(selection);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && visited.has(selection.name.value)) continue;
      if (isSpread) visited.add(selection.name.value);
      const fragment = isSpread ? this.#fragments.get(selection.name.value) : selection;
      if (fragment !== undefined && this.#applies(fragment, type)) {
        this.#collect(type, fragment.selectionSet, into, visited);
      }
    }
  }

  #applies({ typeCondition }: { typeCondition?: NamedTypeNode | undefined }, type: GraphQLObjectType): boolean {
    if (typeCondition === undefined) return true;
    const named = typeFromAST(this.#schema, typeCondition);
    return named === type || (isAbstractType(named) && this.#schema.isSubType(named, type));
  }

  #ofField(parent: GraphQLObjectType, nodes: readonly FieldNode[], sized: Sized | undefined): CostExpression {
    this.#steps += 1;
    if (this.#steps > maxSteps) return Number.MAX_SAFE_INTEGER;
    const [node] = nodes;
    if (node === undefined) return 0;
    const name = node.name.value;
    const field: Field | undefined = parent.getFields()[name];
    if (field === undefined) return introspection.get(name) ?? 0;
    const { own, listSize } = this.#weights.ofField(field);
    const definitions = this.#operation.variableDefinitions ?? [];
    if (listSize?.requiresOne) requireOne(parent, field, node, listSize.slicingArguments);
    const size = listSize && sizeOfPage(listSize, field, node, definitions);
    const ofChildren =
      size !== undefined && listSize?.sizedFields.length ? { fields: listSize.sizedFields, size } : undefined;
    const count = isListType(getNullableType(field.type)) ? countOf(name, sized, ofChildren ? undefined : size) : 1;
    const type = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const each = isCompositeType(type) ? this.#ofSelections(type, sets, ofChildren) : this.#weights.ofType(type);
    return sum([atLeastZero(sum([own, ...this.#ofArguments(field, node)])), product(count, each)]);
  }

  #ofArguments({ args }: Field, node: FieldNode): CostExpression[] {
    const definitions = this.#operation.variableDefinitions ?? [];
    return (node.arguments ?? []).map(({ name, value }) => {
      const argument = args.find((each) => each.name === name.value);
      return argument ? this.#weights.inputs.ofArgument(argument, value, definitions) : 0;
    });
  }
}

/** Section 8.4 of the specification, which leaves it to us whether it is an error. */
function requireOne(parent: GraphQLObjectType, field: Field, node: FieldNode, names: readonly string[]): void {
  const given = slicingArgumentsIn(names, field, node);
  if (given.length === 1) return;
  const got = given.length === 0 ? "none" : given.join(", ");
  throw new ParleyError("BAD_USER_INPUT", `${parent.name}.${field.name} takes one of ${names.join(", ")}, got ${got}.`);
}

function countOf(name: string, sized: Sized | undefined, own: CostExpression | undefined): CostExpression {
  return own ?? (sized?.fields.includes(name) ? sized.size : 1);
}
