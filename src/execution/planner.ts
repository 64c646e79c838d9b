/** Builds the plan of an operation: fields, their order and arguments. Types are planned when first reached. */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
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
} from "graphql";
import { argumentsOf } from "./arguments.js";
import { type Complete, completeLeaf, completeList, completeNonNull } from "./complete.js";
import { completeAbstract, completeObject, type ObjectPlace } from "./complete-object.js";
import { isIncluded, type Variables } from "./conditions.js";
import type { Fragments } from "./execution-context.js";
import { type FieldPlan, planField, planProperty } from "./field.js";
import { infoOfValue } from "./field-info.js";
import { bytesOfNames } from "./response-size.js";
import { type SelectionPlan, templateOf } from "./selection.js";

type Nodes = readonly [FieldNode, ...FieldNode[]];

export class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  /** Those that `@skip` and `@include` look at, and no others: the plan outlives the request. */
  readonly #variables: Variables;

  constructor(schema: GraphQLSchema, fragments: Fragments, variables: Variables) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  ofOperation({ operation, selectionSet }: OperationDefinitionNode): SelectionPlan {
    const type = this.#schema.getRootType(operation);
    if (!type) throw new Error(`the schema has no ${operation} type`);
    return this.#ofType(type, [selectionSet]);
  }

  #ofType(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): SelectionPlan {
    const collected = new Map<string, [FieldNode, ...FieldNode[]]>();
    const visited = new Set<string>();
    for (const each of selectionSets) this.#collect(type, each, collected, visited);
    const fields: FieldPlan[] = [];
    for (const [responseName, nodes] of collected) {
      const definition = this.#definition(type, nodes[0].name.value);
      if (definition !== undefined) fields.push(this.#field(type, definition, responseName, nodes));
    }
    const names = fields.map(({ responseName }) => responseName);
    return { fields, template: templateOf(names), bytes: bytesOfNames(names) };
  }

  /** GraphQL specification, section 6.3.2, "Field Collection". */
  #collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    collected: Map<string, [FieldNode, ...FieldNode[]]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      // A fragment that was already spread is skipped, and the conditions of this spread do not matter.
      if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
      if (!isIncluded(selection, this.#variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = collected.get(name);
        if (nodes === undefined) collected.set(name, [selection]);
        else nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (this.#applies(type, selection.typeCondition))
          this.#collect(type, selection.selectionSet, collected, visited);
      } else {
        visited.add(selection.name.value);
        const fragment = this.#fragments[selection.name.value];
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
    const place = { parentType, definition, nodes, responseName };
    const complete = this.#complete(definition.type, {
      nodes,
      field: `${parentType.name}.${definition.name}`,
      infoOf: (context, path) => infoOfValue(context, place, path),
      selectionOf: this.#selectionOf(nodes),
    });
    const parts = { ...place, responseName, argumentsOf: argumentsOf(definition, nodes[0]), complete };
    const isProperty = definition.resolve === undefined && definition.args.length === 0;
    return isProperty && isLeafType(getNullableType(definition.type)) ? planProperty(parts) : planField(parts);
  }

  #selectionOf(nodes: Nodes): ObjectPlace["selectionOf"] {
    const known = new Map<GraphQLObjectType, SelectionPlan>();
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

  #complete(type: GraphQLOutputType, place: ObjectPlace): Complete {
    const { nodes, field } = place;
    if (isNonNullType(type)) return completeNonNull(this.#complete(type.ofType, place), field);
    if (isListType(type)) {
      return completeList({ item: this.#complete(type.ofType, place), itemType: type.ofType, nodes, field });
    }
    if (isLeafType(type)) return completeLeaf(type);
    return isObjectType(type) ? completeObject(type, place) : completeAbstract(type, place);
  }
}
