/** Completes lists (GraphQL specification, section 6.4.3). */
import { GraphQLError } from "graphql";
import { type CompleteValue, completeValueCatchingError, type FieldPosition } from "./complete-value.js";
import { isPromise } from "./execution-context.js";
import { bytesOfList, slackOfValues } from "./response-size.js";

/** `field` names the field in an error: `Query.nodes`. */
export function completeListValue(item: FieldPosition, field: string): CompleteValue {
  return (context, value, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    if (!isIterableObject(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field}".`);
    }
    const items: unknown[] = [];
    let containsPromise = false;
    try {
      for (const each of value) {
        const itemPath = { prev: path, key: items.length, typename: undefined };
        const completed = completeValueCatchingError(context, item, each, itemPath);
        containsPromise ||= isPromise(completed);
        items.push(completed);
      }
      context.size.addStructure(bytesOfList(items.length), slackOfValues(items.length));
    } catch (error) {
      // Unhandled, a rejection among the remaining promises would end the process, as it does with graphql-js.
      if (containsPromise) void Promise.allSettled(items);
      if (Array.isArray(value)) void Promise.allSettled(value);
      throw error;
    }
    return containsPromise ? Promise.all(items) : items;
  };
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    Symbol.iterator in value &&
    typeof value[Symbol.iterator] === "function"
  );
}
