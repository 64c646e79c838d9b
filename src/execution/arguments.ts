/** Coerces field arguments; once per plan if they do not depend on variables. */
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
  let copy: (() => Arguments) | undefined;
  return () => {
    if (copy !== undefined) return copy();
    const values = getArgumentValues(definition, node);
    // Of anything else, a custom scalar's value, a copy need not be the same.
    if (isPlain(values)) copy = copier(values);
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

/** A function that makes copies. graphql-js's input objects inherit nothing: those it makes are slow to copy, a template is not. */
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

/** Whether an argument of the field is a variable, or has one in it. */
export function hasVariable({ arguments: given = [] }: FieldNode): boolean {
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
