/**
 * Cost of arguments: their own weight, that of the used input fields (GraphQL cost directive specification, 5.3.2.2),
 * and skipped items. Values in variables are added when the operation runs.
 */
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";
import { maxSkipped } from "../../loaders/page-arguments.js";
import { type CostExpression, evaluate, sum } from "./cost-expression.js";

/** What giving an argument, or an input field, weighs in itself. */
export type WeightOfInput = (input: GraphQLArgument | GraphQLInputField) => number;

/** How many items an argument may have skipped for a point (`@skipCost`); undefined for one that has none skipped. */
export type ItemsPerPoint = (argument: GraphQLArgument) => number | undefined;

export class InputCosts {
  readonly #weightOf: WeightOfInput;
  readonly #itemsPerPoint: ItemsPerPoint;
  readonly #weighing = new Map<GraphQLInputObjectType, boolean>();

  constructor(weightOf: WeightOfInput, itemsPerPoint: ItemsPerPoint) {
    this.#weightOf = weightOf;
    this.#itemsPerPoint = itemsPerPoint;
  }

  ofArgument(
    argument: GraphQLArgument,
    value: ValueNode,
    definitions: readonly VariableDefinitionNode[],
  ): CostExpression {
    const skipped = this.#ofSkipped(argument, value, definitions);
    return sum([this.#weightOf(argument), this.#ofNode(argument.type, value, definitions), skipped]);
  }

  #ofSkipped(
    argument: GraphQLArgument,
    value: ValueNode,
    definitions: readonly VariableDefinitionNode[],
  ): CostExpression {
    const itemsPerPoint = this.#itemsPerPoint(argument);
    if (itemsPerPoint === undefined) return 0;
    const pointsOf = (count: unknown) =>
      typeof count === "number" ? Math.ceil(skippedItems(count) / itemsPerPoint) : 0;
    if (value.kind !== Kind.VARIABLE) return pointsOf(numberIn(value));
    const name = value.name.value;
    const definition = definitions.find(({ variable }) => variable.name.value === name);
    const fallback = numberIn(definition?.defaultValue);
    return (variables) => pointsOf(variables[name] === undefined ? fallback : variables[name]);
  }

  #ofNode(type: GraphQLInputType, value: ValueNode, definitions: readonly VariableDefinitionNode[]): CostExpression {
    const named = getNamedType(type);
    if (!isInputObjectType(named) || !this.#weighs(named)) return 0;
    if (value.kind === Kind.VARIABLE) return this.#ofVariable(type, value.name.value, definitions);
    if (value.kind === Kind.LIST) return sum(value.values.map((each) => this.#ofNode(named, each, definitions)));
    if (value.kind !== Kind.OBJECT) return 0;
    const fields = named.getFields();
    const ofFields = value.fields.map(({ name, value: given }) => {
      const field = fields[name.value];
      return field ? sum([this.#weightOf(field), this.#ofNode(field.type, given, definitions)]) : 0;
    });
    return sum(ofFields);
  }

  #ofVariable(type: GraphQLInputType, name: string, definitions: readonly VariableDefinitionNode[]): CostExpression {
    const definition = definitions.find(({ variable }) => variable.name.value === name);
    const { defaultValue } = definition ?? {};
    const fallback = defaultValue === undefined ? 0 : evaluate(this.#ofNode(type, defaultValue, []), {});
    return (variables) => (variables[name] === undefined ? fallback : this.#ofValue(type, variables[name]));
  }

  /** As deep as the type goes, whatever the client sent. */
  #ofValue(type: GraphQLInputType, value: unknown): number {
    const nullable = getNullableType(type);
    if (typeof value !== "object" || value === null) return 0;
    if (isListType(nullable)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.reduce<number>((total, item) => total + this.#ofValue(nullable.ofType, item), 0);
    }
    if (!isInputObjectType(nullable)) return 0;
    const fields = nullable.getFields();
    return Object.entries(value).reduce((total, [name, given]) => {
      const field = fields[name];
      return field ? total + this.#weightOf(field) + this.#ofValue(field.type, given) : total;
    }, 0);
  }

  /** Whether its fields add to the cost. Those of most input objects do not. */
  #weighs(type: GraphQLInputObjectType): boolean {
    const known = this.#weighing.get(type);
    if (known !== undefined) return known;
    // For a type within itself: what else is in it decides.
    this.#weighing.set(type, false);
    const weighs = Object.values(type.getFields()).some((field) => {
      const inner = getNamedType(field.type);
      return this.#weightOf(field) !== 0 || (isInputObjectType(inner) && this.#weighs(inner));
    });
    this.#weighing.set(type, weighs);
    return weighs;
  }
}

function numberIn(value: ValueNode | undefined): number | undefined {
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}

/** Others than these are refused before anything is read. */
function skippedItems(count: number): number {
  return Math.min(Math.max(0, count), maxSkipped);
}
