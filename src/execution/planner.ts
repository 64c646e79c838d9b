/** Makes the plan of an operation: which fields, in which order, with which arguments. Types are planned when first met. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from "graphql";
import { type Complete, completeLeaf, completeList, completeNonNull } from "./complete.js";
import { completeAbstract, completeObject, type InfoOf, type SelectionOf } from "./complete-object.js";
import { isIncluded } from "./conditions.js";
import { FieldInfo, type FieldPlan, planField, planProperty } from "./field.js";
import type { Selection } from "./selection.js";

type Nodes = readonly [FieldNode, ...FieldNode[]];

export class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Coerced. Only those that `@skip` and `@include` look at may be used: the plan outlives the request. */
  readonly #variables: Readonly<Record<string, unknown>>;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  ofOperation({ operation, selectionSet }: OperationDefinitionNode): Selection {
    const type = this.#schema.getRootType(operation);
    if (!type) throw new Error(`the schema has no ${operation} type`);
    return this.#ofType(type, [selectionSet]);
  }

  #ofType(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Selection {
    const collected = new Map<string, [FieldNode, ...FieldNode[]]>();
    const visited = new Set<string>();
    for (const each of selectionSets) this.#collect(type, each, collected, visited);
    const fields: FieldPlan[] = [];
    for (const [responseName, nodes] of collected) {
      const definition = this.#definition(type, nodes[0].name.value);
      if (definition !== undefined) fields.push(this.#field(type, definition, responseName, nodes));
    }
    return { fields, isOdd: collected.has("__proto__") };
  }

  /** GraphQL specification, section 6.3.2, "Field Collection". */
  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    collected: Map<string, [FieldNode, ...FieldNode[]]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!isIncluded(selection, this.#variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = collected.get(name);
        if (nodes === undefined) collected.set(name, [selection]);
        else nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (this.#applies(type, selection.typeCondition))
          this.#collect(type, selection.selectionSet, collected, visited);
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment && this.#applies(type, fragment.typeCondition))
          this.#collect(type, fragment.selectionSet, collected, visited);
      }
    }
  }

  #applies(type: GraphQLObjectType, condition: NamedTypeNode | undefined): boolean {
    if (condition === undefined || condition.name.value === type.name) return true;
    const conditional = this.#schema.getType(condition.name.value);
    return isAbstractType(conditional) && this.#schema.isSubType(conditional, type);
  }

  #definition(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    const isQuery = type === this.#schema.getQueryType();
    if (isQuery && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (isQuery && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return type.getFields()[name];
  }

  #field(
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    responseName: string,
    nodes: Nodes,
  ): FieldPlan {
    const place = { parentType, definition, nodes };
    const complete = this.#complete(definition.type, {
      nodes,
      field: `${parentType.name}.${definition.name}`,
      infoOf: (run, path) => new FieldInfo(run, place, path),
      selectionOf: this.#selectionOf(nodes),
    });
    const parts = { ...place, responseName, argumentsOf: argumentsOf(definition, nodes[0]), complete };
    return definition.resolve === undefined && isLeafType(getNullableType(definition.type))
      ? planProperty(parts)
      : planField(parts);
  }

  #selectionOf(nodes: Nodes): SelectionOf {
    const known = new Map<GraphQLObjectType, Selection>();
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return (type) => {
      let selection = known.get(type);
      if (selection === undefined) {
        selection = this.#ofType(type, selectionSets);
        known.set(type, selection);
      }
      return selection;
    };
  }

  #complete(type: GraphQLOutputType, place: Place): Complete {
    const { nodes, field, infoOf, selectionOf } = place;
    if (isNonNullType(type)) return completeNonNull(this.#complete(type.ofType, place), field);
    if (isListType(type)) {
      return completeList({ item: this.#complete(type.ofType, place), itemType: type.ofType, nodes, field });
    }
    if (isLeafType(type)) return completeLeaf(type);
    if (isObjectType(type)) return completeObject(type, selectionOf, infoOf);
    return completeAbstract(type, selectionOf, infoOf, field);
  }
}

interface Place {
  readonly nodes: Nodes;
  readonly field: string;
  readonly infoOf: InfoOf;
  readonly selectionOf: SelectionOf;
}

/** Arguments that hold no variable are the same for every request. */
function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  if (hasVariable(node)) return (variables) => getArgumentValues(definition, node, variables);
  let known: Record<string, unknown> | undefined;
  return () => {
    known ??= getArgumentValues(definition, node);
    return known;
  };
}

function hasVariable({ arguments: given = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of given) {
    visit(argument, {
      Variable() {
        found = true;
      },
    });
  }
  return found;
}
