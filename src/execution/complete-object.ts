/** Completes objects: of a type that is known, and of an interface or union whose type the value tells. */
import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
} from "graphql";
import type { Complete } from "./complete.js";
import { isPromise, type Later, type Path, type Run } from "./run.js";
import { executeSelection, type Selection } from "./selection.js";

/** What is selected of an object type. Worked out when the first object of the type comes, and kept. */
export type SelectionOf = (type: GraphQLObjectType) => Selection;

export type InfoOf = (run: Run, path: Path) => GraphQLResolveInfo;

export function completeObject(type: GraphQLObjectType, selectionOf: SelectionOf, infoOf: InfoOf): Complete {
  return (run, value, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const isRight = path === undefined ? true : (type.isTypeOf?.(value, run.context, infoOf(run, path)) ?? true);
    const finish = (isOfType: boolean) => {
      if (!isOfType) throw new GraphQLError(`Expected value of type "${type.name}" but got another.`);
      return executeSelection(run, selectionOf(type), value, path);
    };
    return isPromise<boolean>(isRight) ? isRight.then(finish) : finish(isRight === true);
  };
}

export function completeAbstract(
  type: GraphQLAbstractType,
  selectionOf: SelectionOf,
  infoOf: InfoOf,
  field: string,
): Complete {
  const completes = new Map<string, Complete>();
  const completeAs = (run: Run, name: string | undefined, value: unknown, path: Path | undefined) => {
    const known = name === undefined ? undefined : completes.get(name);
    if (name !== undefined && known !== undefined) return known(run, value, path);
    const objectType = possibleType(run, type, name, field);
    const complete = completeObject(objectType, selectionOf, infoOf);
    completes.set(objectType.name, complete);
    return complete(run, value, path);
  };
  return (run, value, path): Later<unknown> => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    if (path === undefined) throw new Error("an object has a place in the answer");
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, run.context, infoOf(run, path), type);
    if (!isPromise<string | undefined>(name)) return completeAs(run, nameOf(name), value, path);
    return name.then((resolved) => completeAs(run, resolved, value, path));
  };
}

function nameOf(name: Later<string | undefined>): string | undefined {
  return typeof name === "string" ? name : undefined;
}

function possibleType(
  { schema }: Run,
  type: GraphQLAbstractType,
  name: string | undefined,
  field: string,
): GraphQLObjectType {
  const found = name === undefined ? undefined : schema.getType(name);
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  throw new GraphQLError(
    `Abstract type "${type.name}" must resolve to one of its Object types at runtime for field "${field}", got "${name}".`,
  );
}
