/** Executes one field of one object: arguments, resolver, completion, and what becomes of an error. */
import {
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  isNonNullType,
  locatedError,
} from "graphql";
import type { Complete } from "./complete.js";
import { FieldInfo, type FieldPlace } from "./field-info.js";
import { isPromise, type Later, type Path, type Run } from "./run.js";

/** A field as an operation selects it, with what does not depend on the object it is a field of. */
export interface FieldPlan {
  readonly responseName: string;
  /** Throws, or rejects, with a located GraphQLError when it failed and its type is non-null. */
  readonly execute: (run: Run, source: unknown, path: Path | undefined) => Later<unknown>;
}

export interface FieldParts extends FieldPlace {
  readonly responseName: string;
  readonly argumentsOf: (variables: Run["variables"]) => Record<string, unknown>;
  readonly complete: Complete;
}

/** GraphQL specification, section 6.4, "Executing Fields". */
export function planField(parts: FieldParts): FieldPlan {
  const { responseName, parentType, definition } = parts;
  const resolve = definition.resolve ?? readProperty;
  return {
    responseName,
    execute(run, source, parentPath) {
      const path = { prev: parentPath, key: responseName, typename: parentType.name };
      try {
        const value: unknown = resolve(
          source,
          parts.argumentsOf(run.variables),
          run.context,
          new FieldInfo(run, parts, path),
        );
        return settle(run, parts.complete, value, path, parts.nodes, definition.type);
      } catch (error) {
        return refuse(run, error, path, parts.nodes, definition.type);
      }
    },
  };
}

/**
 * A field without a resolver and arguments, whose type is a leaf: read off the object, which is most of what there is to
 * do. Its place is worked out only when it is asked for.
 */
export function planProperty(parts: FieldParts): FieldPlan {
  const { responseName, parentType, definition, complete, nodes } = parts;
  const { execute } = planField(parts);
  const { name, type } = definition;
  const under = (prev: Path | undefined) => ({ prev, key: responseName, typename: parentType.name });
  return {
    responseName,
    execute(run, source, parentPath) {
      try {
        const value = propertyOf(source, name);
        if (typeof value === "function") return execute(run, source, parentPath);
        if (isPromise(value)) return settle(run, complete, value, under(parentPath), nodes, type);
        const completed = complete(run, value, undefined);
        return isPromise(completed)
          ? completed.then(undefined, refusing(run, under(parentPath), nodes, type))
          : completed;
      } catch (error) {
        return refuse(run, error, under(parentPath), nodes, type);
      }
    },
  };
}

/** Completes a value or what a promise brings, and turns an error into null where the type allows it. */
export function settle(
  run: Run,
  complete: Complete,
  value: unknown,
  path: Path,
  nodes: readonly FieldNode[],
  type: GraphQLOutputType,
): Later<unknown> {
  const onError = refusing(run, path, nodes, type);
  const finish = (result: unknown): Later<unknown> => {
    try {
      const completed = complete(run, result, path);
      return isPromise(completed) ? completed.then(undefined, onError) : completed;
    } catch (error) {
      return onError(error);
    }
  };
  return isPromise(value) ? value.then(finish, onError) : finish(value);
}

function refusing(run: Run, path: Path, nodes: readonly FieldNode[], type: GraphQLOutputType) {
  return (error: unknown) => refuse(run, error, path, nodes, type);
}

/** Notes the error and returns null; throws it, located, where null may not stand (section 6.4.4). */
function refuse(run: Run, error: unknown, path: Path, nodes: readonly FieldNode[], type: GraphQLOutputType): null {
  const located = locatedError(error, nodes, keysOf(path));
  if (isNonNullType(type)) throw located;
  run.errors.add(located, path);
  return null;
}

/** graphql-js's default resolver: a property, or what the method of that name returns. */
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
