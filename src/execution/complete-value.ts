/** Completes the value of a field or list item and handles its errors (GraphQL specification, section 6.4.4). */
import { type FieldNode, type GraphQLOutputType, isNonNullType, locatedError } from "graphql";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue, pathToArray } from "./execution-context.js";

/**
 * Turns a resolved value into the value in the response. Throws, or rejects, when it cannot. `path` is undefined for
 * leaves, which need none.
 */
export type CompleteValue = (
  context: ExecutionContext,
  value: unknown,
  path: Path | undefined,
) => PromiseOrValue<unknown>;

/** A field, or the items of its list: one object per plan, shared by all executions. */
export interface FieldPosition {
  readonly complete: CompleteValue;
  readonly returnType: GraphQLOutputType;
  readonly fieldNodes: readonly FieldNode[];
}

/** Completes a value, or the value of a promise. An error becomes null if the type is nullable. */
export function completeValueCatchingError(
  context: ExecutionContext,
  position: FieldPosition,
  value: unknown,
  path: Path,
): PromiseOrValue<unknown> {
  if (!isPromise(value)) return completeValue(context, position, value, path);
  return value.then(
    (resolved) => completeValue(context, position, resolved, path),
    (error: unknown) => handleFieldError(context, position, error, path),
  );
}

function completeValue(
  context: ExecutionContext,
  position: FieldPosition,
  value: unknown,
  path: Path,
): PromiseOrValue<unknown> {
  try {
    return catchRejection(context, position, position.complete(context, value, path), path);
  } catch (error) {
    return handleFieldError(context, position, error, path);
  }
}

/** Handles the error of a completion that is still pending. */
export function catchRejection(
  context: ExecutionContext,
  position: FieldPosition,
  completed: PromiseOrValue<unknown>,
  path: Path,
): PromiseOrValue<unknown> {
  if (!isPromise(completed)) return completed;
  return completed.then(undefined, (error: unknown) => handleFieldError(context, position, error, path));
}

/**
 * Records the error and returns null. Throws the located error if the type is non-null, and the size limit's if the
 * error exceeds it.
 */
export function handleFieldError(
  context: ExecutionContext,
  { fieldNodes, returnType }: FieldPosition,
  error: unknown,
  path: Path,
): null {
  const located = locatedError(error, fieldNodes, pathToArray(path));
  if (isNonNullType(returnType)) throw located;
  context.errors.add(located, path);
  context.size.addError(located);
  return null;
}
