/** Executes one field of one object: arguments, resolver, completion, error handling. */
import {
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  getNullableType,
  isLeafType,
  isNonNullType,
  locatedError,
} from "graphql";
import type { Complete } from "./complete.js";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import { FieldInfo, type FieldPlace, pathOf } from "./field-info.js";

/** A field as an operation selects it, with what does not depend on the object it is a field of. */
export interface FieldPlan {
  readonly responseName: string;
  /** Throws, or rejects, with a located GraphQLError when it failed and its type is non-null. */
  readonly execute: (context: ExecutionContext, source: unknown, path: Path | undefined) => PromiseOrValue<unknown>;
}

export interface FieldParts extends FieldPlace {
  readonly argumentsOf: (variables: ExecutionContext["variables"]) => Record<string, unknown>;
  readonly complete: Complete;
}

/** GraphQL specification, section 6.4, "Executing Fields". */
export function planField(parts: FieldParts): FieldPlan {
  const { responseName, definition, argumentsOf, complete, nodes } = parts;
  const resolve = definition.resolve ?? readProperty;
  const { type } = definition;
  const isLeaf = isLeafType(getNullableType(type));
  return {
    responseName,
    execute(context, source, parentPath) {
      // Nothing is beneath a leaf: its place is made when something is wrong with it.
      const path = isLeaf ? undefined : pathOf(parts, parentPath);
      const info = new FieldInfo(context, parts, parentPath, path);
      try {
        const value: unknown = resolve(source, argumentsOf(context.variables), context.context, info);
        if (isPromise(value)) return completeValueCatchingError(context, complete, value, info.path, nodes, type);
        const completed = complete(context, value, path);
        return isPromise(completed) ? completed.then(undefined, refusing(context, info.path, nodes, type)) : completed;
      } catch (error) {
        return handleFieldError(context, error, info.path, nodes, type);
      }
    },
  };
}

/**
 * A leaf field without resolver and arguments: read from the object, which is the most common case. Its path is only
 * built when needed.
 */
export function planProperty(parts: FieldParts): FieldPlan {
  const { responseName, definition, complete, nodes } = parts;
  const { execute } = planField(parts);
  const { name, type } = definition;
  const under = (prev: Path | undefined) => pathOf(parts, prev);
  return {
    responseName,
    execute(context, source, parentPath) {
      try {
        const value = propertyOf(source, name);
        if (typeof value === "function") return execute(context, source, parentPath);
        if (isPromise(value))
          return completeValueCatchingError(context, complete, value, under(parentPath), nodes, type);
        const completed = complete(context, value, undefined);
        return isPromise(completed)
          ? completed.then(undefined, refusing(context, under(parentPath), nodes, type))
          : completed;
      } catch (error) {
        return handleFieldError(context, error, under(parentPath), nodes, type);
      }
    },
  };
}

/** Completes a value or the result of a promise, and turns an error into null if the type is nullable. */
export function completeValueCatchingError(
  context: ExecutionContext,
  complete: Complete,
  value: unknown,
  path: Path,
  nodes: readonly FieldNode[],
  type: GraphQLOutputType,
): PromiseOrValue<unknown> {
  if (isPromise(value)) {
    const onError = refusing(context, path, nodes, type);
    return value.then((result) => finish(context, complete, result, path, nodes, type), onError);
  }
  return finish(context, complete, value, path, nodes, type);
}

function finish(
  context: ExecutionContext,
  complete: Complete,
  value: unknown,
  path: Path,
  nodes: readonly FieldNode[],
  type: GraphQLOutputType,
): PromiseOrValue<unknown> {
  try {
    const completed = complete(context, value, path);
    return isPromise(completed) ? completed.then(undefined, refusing(context, path, nodes, type)) : completed;
  } catch (error) {
    return handleFieldError(context, error, path, nodes, type);
  }
}

function refusing(context: ExecutionContext, path: Path, nodes: readonly FieldNode[], type: GraphQLOutputType) {
  return (error: unknown) => handleFieldError(context, error, path, nodes, type);
}

/**
 * Notes the error and returns null; throws it, located, where null may not stand (section 6.4.4), or where it is too
 * much.
 */
function handleFieldError(
  context: ExecutionContext,
  error: unknown,
  path: Path,
  nodes: readonly FieldNode[],
  type: GraphQLOutputType,
): null {
  const located = locatedError(error, nodes, keysOf(path));
  if (isNonNullType(type)) throw located;
  context.errors.add(located, path);
  context.size.addError(located);
  return null;
}

/** graphql-js's default resolver: a property, or the result of the method of that name. */
const readProperty: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const property = propertyOf(source, info.fieldName);
  return typeof property === "function" ? property.call(source, args, context, info) : property;
};

function propertyOf(source: unknown, name: string): unknown {
  if (source === null || (typeof source !== "object" && typeof source !== "function")) return undefined;
  return Reflect.get(source, name);
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}
