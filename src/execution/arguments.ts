/** Arguments of a field, coerced: once, where they are the same for every request. */
import { type FieldNode, type GraphQLField, getArgumentValues, visit } from "graphql";
import type { Variables } from "./conditions.js";

type Arguments = Record<string, unknown>;

/** Of a field that takes none. Frozen, because it is shared. */
const none: Arguments = Object.freeze({});

/** Where there are any, each call returns an object of its own, which is the resolver's to change. It throws for what cannot be coerced. */
export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Variables) => Arguments {
  if (definition.args.length === 0) return () => none;
  if (hasVariable(node)) return (variables) => getArgumentValues(definition, node, variables);
  let known: Arguments | undefined;
  return () => {
    if (known !== undefined) return copyOf(known);
    const values = getArgumentValues(definition, node);
    // Of anything else, a custom scalar's value, a copy need not be the same.
    if (isPlain(values)) known = copyOf(values);
    return values;
  };
}

/** Whether it is made of objects as graphql-js makes them of input, lists and what is no object. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isKnown = prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  return isKnown && Object.values(value).every(isPlain);
}

function copyOf<Value>(value: Value): Value;
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = Object.getPrototypeOf(value) === null ? Object.create(null) : {};
  for (const [name, part] of Object.entries(value)) copy[name] = copyOf(part);
  return copy;
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
