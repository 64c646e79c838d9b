/** How many items a field is asked for, by its slicing arguments; before execution, so from what the client wrote. Pure. */
import { type FieldNode, Kind, type ValueNode, type VariableDefinitionNode } from "graphql";
import { mostItems } from "../loaders/page-arguments.js";
import type { Field, ListSize } from "./cost-weights.js";
import type { Points } from "./points.js";

type Definitions = readonly VariableDefinitionNode[];

/** The greatest of the slicing arguments given; without any, the assumed size, or 1. */
export function sizeOfPage(listSize: ListSize, field: Field, node: FieldNode, definitions: Definitions): Points {
  const { slicingArguments, assumedSize = 1 } = listSize;
  const sizes = slicingArguments.map((name) => sizeOfArgument(name, field, node, definitions));
  const known = sizes.filter((size) => typeof size === "number");
  const open = sizes.filter((size) => typeof size === "function");
  if (open.length === 0) return known.length === 0 ? assumedSize : Math.max(...known);
  return (variables) => {
    const values = [...known, ...open.map((size) => size(variables))].filter((size) => size !== undefined);
    return values.length === 0 ? assumedSize : Math.max(...values);
  };
}

type MaybeSize = number | undefined | ((variables: Readonly<Record<string, unknown>>) => number | undefined);

function sizeOfArgument(name: string, field: Field, node: FieldNode, definitions: Definitions): MaybeSize {
  const argument = node.arguments?.find((each) => each.name.value === name);
  const ofSchema = sizeOfValue(field.args.find((each) => each.name === name)?.defaultValue);
  if (argument === undefined) return ofSchema;
  if (argument.value.kind !== Kind.VARIABLE) return sizeOfLiteral(argument.value);
  const variable = argument.value.name.value;
  const defaultValue = definitions.find((each) => each.variable.name.value === variable)?.defaultValue;
  const fallback = defaultValue === undefined ? ofSchema : sizeOfLiteral(defaultValue);
  return (variables) => {
    const value = variables[variable];
    return value === undefined ? fallback : sizeOfValue(value);
  };
}

function sizeOfLiteral(value: ValueNode): number | undefined {
  if (value.kind === Kind.INT) return sizeOfValue(Number(value.value));
  return value.kind === Kind.LIST ? value.values.length : undefined;
}

/** More than a page may have is refused by the resolver, in better words and before it reads anything. */
function sizeOfValue(value: unknown): number | undefined {
  if (Array.isArray(value)) return Math.min(value.length, mostItems);
  if (typeof value !== "number") return undefined;
  return value > 0 ? Math.min(value, mostItems) : 0;
}
