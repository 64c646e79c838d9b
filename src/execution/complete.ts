/** Completes resolver results (GraphQL specification, section 6.4.3, "Value Completion"). */
import {
  type FieldNode,
  GraphQLError,
  GraphQLID,
  type GraphQLLeafType,
  type GraphQLOutputType,
  GraphQLString,
} from "graphql";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import { completeValueCatchingError } from "./field.js";
import { inspect } from "./inspect.js";
import { bytesOfList, slackOfValues } from "./response-size.js";

/**
 * Throws, or rejects, when the value cannot be completed. `path` is undefined where nothing below has a place of its
 * own.
 */
export type Complete = (context: ExecutionContext, value: unknown, path: Path | undefined) => PromiseOrValue<unknown>;

/** `field` names the field in an error: `Post.title`. */
export function completeNonNull(inner: Complete, field: string): Complete {
  return (context, value, path) => {
    const completed = inner(context, value, path);
    // What comes later is an object or a list, and never null.
    if (completed === null) throw new Error(`Cannot return null for non-nullable field ${field}.`);
    return completed;
  };
}

export function completeLeaf(type: GraphQLLeafType): Complete {
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

export interface ListParts {
  readonly item: Complete;
  readonly itemType: GraphQLOutputType;
  readonly nodes: readonly FieldNode[];
  /** Such as `Query.nodes`. */
  readonly field: string;
}

export function completeList({ item, itemType, nodes, field }: ListParts): Complete {
  return (context, value, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    if (!isIterableObject(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field}".`);
    }
    const items: unknown[] = [];
    let isLater = false;
    try {
      for (const each of value) {
        const itemPath = { prev: path, key: items.length, typename: undefined };
        const completed = completeValueCatchingError(context, item, each, itemPath, nodes, itemType);
        isLater ||= isPromise(completed);
        items.push(completed);
      }
      context.size.addStructure(bytesOfList(items.length), slackOfValues(items.length));
    } catch (error) {
      // No longer awaited. With graphql-js a rejection among them would end the process.
      if (isLater) void Promise.allSettled(items);
      if (Array.isArray(value)) void Promise.allSettled(value);
      throw error;
    }
    return isLater ? Promise.all(items) : items;
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
