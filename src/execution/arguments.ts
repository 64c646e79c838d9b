/** Coerces field arguments; once per plan if they do not depend on variables. */
import { type FieldNode, type GraphQLField, getArgumentValues, visit } from "graphql";
import type { Variables } from "./conditions.js";

type Arguments = Record<string, unknown>;

/** For fields without arguments. Frozen, because it is shared. */
const none: Arguments = Object.freeze({});

/** Arguments of a field. Each call returns a new object, which the resolver may change. Throws for values that cannot be coerced. */
export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Variables) => Arguments {
  if (definition.args.length === 0) return () => none;
  if (hasVariable(node)) return (variables) => getArgumentValues(definition, node, variables);
  let copy: (() => Arguments) | undefined;
  return () => {
    if (copy !== undefined) return copy();
    const values = getArgumentValues(definition, node);
    // A custom scalar's value may not be copied: it may be of any class.
    if (isPlain(values)) copy = copier(values);
    return values;
  };
}

/** Whether the value consists of primitives, lists and plain objects, as graphql-js creates them from input. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isKnown = prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  return isKnown && Object.values(value).every(isPlain);
}

/** Returns a function that makes copies. graphql-js's input objects have no prototype and are slow to copy; a template is not. */
function copier<Value>(value: Value): () => Value;
function copier(value: unknown): () => unknown {
  if (typeof value !== "object" || value === null) return () => value;
  if (Array.isArray(value)) {
    const items = value.map(copier);
    return () => items.map((copyItem) => copyItem());
  }
  const inheritsNothing = Object.getPrototypeOf(value) === null;
  const template: Record<string, unknown> = { ...value };
  const inner = Object.entries(template).filter(([, part]) => typeof part === "object" && part !== null);
  const parts = inner.map(([name, part]) => ({ name, copyPart: copier(part) }));
  return () => {
    const copy = { ...template };
    for (const { name, copyPart } of parts) copy[name] = copyPart();
    return inheritsNothing ? Object.setPrototypeOf(copy, null) : copy;
  };
}

/** Whether an argument of the field is or contains a variable. */
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
