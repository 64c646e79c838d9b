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
import { completeLeafValue, completeNonNullValue } from "./complete-leaf.js";
import { completeListValue } from "./complete-list.js";
import { type CompositeField, completeAbstractValue, completeObjectValue } from "./complete-object.js";
import type { CompleteValue } from "./complete-value.js";
import { shouldIncludeNode, type Variables } from "./conditions.js";
import { type SelectionPlan, templateOf } from "./execute-fields.js";
import type { Fragments } from "./execution-context.js";
import { type FieldPlan, planField, planProperty } from "./field.js";
import { type FieldDetails, infoOfValue } from "./field-info.js";
import { bytesOfNames } from "./response-size.js";

type FieldNodes = readonly [FieldNode, ...FieldNode[]];

export class Planner {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;
  /** Only those that `@skip` and `@include` use, because the plan outlives the request. */
  readonly #variables: Variables;

  constructor(schema: GraphQLSchema, fragments: Fragments, variables: Variables) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  planOperation({ operation, selectionSet }: OperationDefinitionNode): SelectionPlan {
    const type = this.#schema.getRootType(operation);
    if (!type) throw new Error(`the schema has no ${operation} type`);
    return this.#planSelection(type, [selectionSet]);
  }

  #planSelection(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): SelectionPlan {
    const collected = new Map<string, [FieldNode, ...FieldNode[]]>();
    const visited = new Set<string>();
    for (const each of selectionSets) this.#collectFields(type, each, collected, visited);
    const fields: FieldPlan[] = [];
    for (const [responseName, fieldNodes] of collected) {
      const definition = this.#getFieldDef(type, fieldNodes[0].name.value);
      if (definition !== undefined)
        fields.push(this.#planField({ parentType: type, definition, responseName, fieldNodes }));
    }
    const names = fields.map(({ responseName }) => responseName);
    return { fields, template: templateOf(names), bytes: bytesOfNames(names) };
  }

  /** GraphQL specification, section 6.3.2, "Field Collection". */
  #collectFields(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    collected: Map<string, [FieldNode, ...FieldNode[]]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      // A fragment that was already spread is skipped, and the conditions of this spread do not matter.
      if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
      if (!shouldIncludeNode(selection, this.#variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = collected.get(name);
        if (nodes === undefined) collected.set(name, [selection]);
        else nodes.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (this.#doesFragmentConditionMatch(type, selection.typeCondition))
          this.#collectFields(type, selection.selectionSet, collected, visited);
      } else {
        visited.add(selection.name.value);
        const fragment = this.#fragments[selection.name.value];
        if (fragment && this.#doesFragmentConditionMatch(type, fragment.typeCondition))
          this.#collectFields(type, fragment.selectionSet, collected, visited);
      }
    }
  }

  #doesFragmentConditionMatch(type: GraphQLObjectType, condition: NamedTypeNode | undefined): boolean {
    if (condition === undefined || condition.name.value === type.name) return true;
    const conditional = this.#schema.getType(condition.name.value);
    return isAbstractType(conditional) && this.#schema.isSubType(conditional, type);
  }

  #getFieldDef(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    const isQuery = type === this.#schema.getQueryType();
    if (isQuery && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (isQuery && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return type.getFields()[name];
  }

  #planField(details: FieldDetails): FieldPlan {
    const { parentType, definition, fieldNodes } = details;
    const complete = this.#complete(definition.type, {
      fieldNodes,
      field: `${parentType.name}.${definition.name}`,
      infoOf: (context, path) => infoOfValue(context, details, path),
      collectSubfields: this.#collectSubfields(fieldNodes),
    });
    const position = { complete, returnType: definition.type, fieldNodes };
    const options = { details, position, argumentsOf: argumentsOf(definition, fieldNodes[0]) };
    const isProperty = definition.resolve === undefined && definition.args.length === 0;
    return isProperty && isLeafType(getNullableType(definition.type)) ? planProperty(options) : planField(options);
  }

  #collectSubfields(fieldNodes: FieldNodes): CompositeField["collectSubfields"] {
    const known = new Map<GraphQLObjectType, SelectionPlan>();
    const selectionSets = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return (type) => {
      let selection = known.get(type);
      if (selection === undefined) {
        selection = this.#planSelection(type, selectionSets);
        known.set(type, selection);
      }
      return selection;
    };
  }

  #complete(type: GraphQLOutputType, composite: CompositeField): CompleteValue {
    const { fieldNodes, field } = composite;
    if (isNonNullType(type)) return completeNonNullValue(this.#complete(type.ofType, composite), field);
    if (isListType(type)) {
      const complete = this.#complete(type.ofType, composite);
      return completeListValue({ complete, returnType: type.ofType, fieldNodes }, field);
    }
    if (isLeafType(type)) return completeLeafValue(type);
    return isObjectType(type) ? completeObjectValue(type, composite) : completeAbstractValue(type, composite);
  }
}
