/** Completes scalars, enum values and non-null types (GraphQL specification, section 6.4.3). */
import { GraphQLID, type GraphQLLeafType, GraphQLString } from "graphql";
import type { CompleteValue } from "./complete-value.js";
import { inspect } from "./inspect.js";

/** `field` names the field in an error: `Post.title`. */
export function completeNonNullValue(inner: CompleteValue, field: string): CompleteValue {
  return (context, value, path) => {
    const completed = inner(context, value, path);
    // A promise is of an object or a list, which are never null.
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${field}.`);
    return completed;
  };
}

export function completeLeafValue(type: GraphQLLeafType): CompleteValue {
  const isText = type === GraphQLString || type === GraphQLID;
  return ({ size }, value) => {
    if (isText && typeof value === "string") {
      size.addLeaf(value);
      return value;
    }
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const serialized: unknown = type.serialize(value);
    if (serialized !== null && serialized !== undefined) {
      size.addLeaf(serialized);
      return serialized;
    }
    const call = `${type.name}.serialize(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(serialized)}`);
  };
}
