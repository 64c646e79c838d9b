/** Executes one field of one object: arguments, resolver, completion (GraphQL specification, section 6.4). */
import { defaultFieldResolver, getNullableType, isLeafType } from "graphql";
import { catchRejection, completeValueCatchingError, type FieldPosition, handleFieldError } from "./complete-value.js";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import { addPath, type FieldDetails, FieldInfo } from "./field-info.js";

/** A selected field, independent of the object it is read from. */
export interface FieldPlan {
  readonly responseName: string;
  /** Throws, or rejects, with a located GraphQLError when the field failed and its type is non-null. */
  readonly executeField: (
    context: ExecutionContext,
    source: unknown,
    path: Path | undefined,
  ) => PromiseOrValue<unknown>;
}

export interface FieldPlanOptions {
  readonly details: FieldDetails;
  readonly position: FieldPosition;
  readonly argumentsOf: (variables: ExecutionContext["variableValues"]) => Record<string, unknown>;
}

export function planField({ details, position, argumentsOf }: FieldPlanOptions): FieldPlan {
  const { responseName, definition } = details;
  const resolve = definition.resolve ?? defaultFieldResolver;
  const isLeaf = isLeafType(getNullableType(definition.type));
  return {
    responseName,
    executeField(context, source, parentPath) {
      // A leaf's path is built only for an error or a resolver that asks for it.
      const path = isLeaf ? undefined : addPath(details, parentPath);
      const info = new FieldInfo(context, details, parentPath, path);
      try {
        const value: unknown = resolve(source, argumentsOf(context.variableValues), context.contextValue, info);
        if (isPromise(value)) return completeValueCatchingError(context, position, value, info.path);
        const completed = position.complete(context, value, path);
        return isPromise(completed) ? catchRejection(context, position, completed, info.path) : completed;
      } catch (error) {
        return handleFieldError(context, position, error, info.path);
      }
    },
  };
}

/** A leaf field without resolver and arguments, the most common case: read from the object, without `info`. */
export function planProperty(options: FieldPlanOptions): FieldPlan {
  const { details, position } = options;
  const { responseName, definition } = details;
  const { executeField } = planField(options);
  const { name } = definition;
  return {
    responseName,
    executeField(context, source, parentPath) {
      try {
        const value = propertyOf(source, name);
        if (typeof value === "function") return executeField(context, source, parentPath);
        if (isPromise(value)) return completeValueCatchingError(context, position, value, addPath(details, parentPath));
        const completed = position.complete(context, value, undefined);
        return isPromise(completed)
          ? catchRejection(context, position, completed, addPath(details, parentPath))
          : completed;
      } catch (error) {
        return handleFieldError(context, position, error, addPath(details, parentPath));
      }
    },
  };
}

function propertyOf(source: unknown, name: string): unknown {
  if (source === null || (typeof source !== "object" && typeof source !== "function")) return undefined;
  return Reflect.get(source, name);
}
