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
    if (known !== undefined) return { ...known };
    const values = getArgumentValues(definition, node);
    // An object would be shared.
    if (Object.values(values).every((value) => typeof value !== "object" || value === null)) known = values;
    return known === undefined ? values : { ...known };
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
