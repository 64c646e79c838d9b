/** Page size of a field from its slicing arguments, before execution, so from the values in the request. Pure. */
import {
  type FieldNode,
  getNullableType,
  isListType,
  Kind,
  type ValueNode,
  type VariableDefinitionNode,
} from "graphql";
import { maxItems } from "../../loaders/page-arguments.js";
import type { CostExpression } from "./cost-expression.js";
import type { Field, ListSize } from "./cost-weights.js";

type Definitions = readonly VariableDefinitionNode[];

/** The greatest of the slicing arguments given; without any, the assumed size, or as much as a page may have. */
export function sizeOfPage(
  listSize: ListSize,
  field: Field,
  node: FieldNode,
  definitions: Definitions,
): CostExpression {
  const { slicingArguments, assumedSize = maxItems } = listSize;
  const sizes = slicingArguments.map((name) => sizeOfArgument(name, field, node, definitions));
  const known = sizes.filter((size) => typeof size === "number");
  const open = sizes.filter((size) => typeof size === "function");
  if (open.length === 0) return known.length === 0 ? assumedSize : Math.max(...known);
  return (variables) => {
    const values = [...known, ...open.map((size) => size(variables))].filter((size) => size !== undefined);
    return values.length === 0 ? assumedSize : Math.max(...values);
  };
}

/** Which of them the client gave, or the schema does in its place. */
export function slicingArgumentsIn(names: readonly string[], { args }: Field, node: FieldNode): string[] {
  return names.filter(
    (name) =>
      node.arguments?.some((each) => each.name.value === name) ||
      args.some((each) => each.name === name && each.defaultValue !== undefined),
  );
}

type MaybeSize = number | undefined | ((variables: Readonly<Record<string, unknown>>) => number | undefined);

function sizeOfArgument(name: string, field: Field, node: FieldNode, definitions: Definitions): MaybeSize {
  const argument = node.arguments?.find((each) => each.name.value === name);
  const inSchema = field.args.find((each) => each.name === name);
  const isOfList = inSchema !== undefined && isListType(getNullableType(inSchema.type));
  const ofSchema = sizeOfValue(inSchema?.defaultValue, isOfList);
  if (argument === undefined) return ofSchema;
  if (argument.value.kind !== Kind.VARIABLE) return sizeOfLiteral(argument.value, isOfList);
  const variable = argument.value.name.value;
  const defaultValue = definitions.find((each) => each.variable.name.value === variable)?.defaultValue;
  const fallback = defaultValue === undefined ? ofSchema : sizeOfLiteral(defaultValue, isOfList);
  return (variables) => {
    const value = variables[variable];
    return value === undefined ? fallback : sizeOfValue(value, isOfList);
  };
}

function sizeOfLiteral(value: ValueNode, isOfList: boolean): number | undefined {
  if (value.kind === Kind.LIST) return sizeOfValue(value.values, isOfList);
  if (value.kind === Kind.NULL) return undefined;
  return sizeOfValue(value.kind === Kind.INT ? Number(value.value) : value, isOfList);
}

/** More than a page may have is refused by the resolver, in better words and before it reads anything. */
function sizeOfValue(value: unknown, isOfList: boolean): number | undefined {
  if (Array.isArray(value)) return Math.min(value.length, maxItems);
  // A single value stands for a list of one (GraphQL specification, 3.11).
  if (isOfList) return value === undefined || value === null ? undefined : 1;
  if (typeof value !== "number") return undefined;
  return value > 0 ? Math.min(value, maxItems) : 0;
}
