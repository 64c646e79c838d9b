/** Completes values of object, interface and union types. */
import {
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import type { Complete } from "./complete.js";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import { inspect } from "./inspect.js";
import { executeSelection, type SelectionPlan } from "./selection.js";

/** The field whose value is completed. */
export interface ObjectPlace {
  readonly nodes: readonly FieldNode[];
  /** Names the field in an error: `Post.title`. */
  readonly field: string;
  readonly infoOf: (context: ExecutionContext, path: Path) => GraphQLResolveInfo;
  /** Selection of an object type. Computed for the first object of the type, then cached. */
  readonly selectionOf: (type: GraphQLObjectType) => SelectionPlan;
}

export function completeObject(type: GraphQLObjectType, { nodes, infoOf, selectionOf }: ObjectPlace): Complete {
  return (context, value, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const selection = selectionOf(type);
    if (!type.isTypeOf) return executeSelection(context, selection, value, path);
    const finish = (isOfType: boolean) => {
      if (isOfType) return executeSelection(context, selection, value, path);
      throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
    };
    const isOfType = type.isTypeOf(value, context.context, infoOf(context, placed(path)));
    return isPromise<boolean>(isOfType) ? isOfType.then(finish) : finish(isOfType);
  };
}

export function completeAbstract(type: GraphQLAbstractType, place: ObjectPlace): Complete {
  const completes = new Map<unknown, Complete>();
  return (context, value, path): PromiseOrValue<unknown> => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const completeAs = (name: unknown) => {
      let complete = completes.get(name);
      if (complete === undefined) {
        complete = completeObject(possibleType(context.schema, type, name, value, place), place);
        completes.set(name, complete);
      }
      return complete(context, value, path);
    };
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, context.context, place.infoOf(context, placed(path)), type);
    return isPromise<string | undefined>(name) ? name.then(completeAs) : completeAs(name);
  };
}

function placed(path: Path | undefined): Path {
  if (path === undefined) throw new Error("an object has a place in the answer");
  return path;
}

/** The object type of an interface or union value, from the name that `resolveType` or `__typename` returned. */
function possibleType(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  name: unknown,
  value: unknown,
  { nodes, field }: ObjectPlace,
): GraphQLObjectType {
  const wrong = (message: string) => new GraphQLError(message, { nodes });
  const must = `Abstract type "${type.name}" must resolve to an Object type at runtime for field "${field}"`;
  if (name === null || name === undefined) {
    const ways = `Either the "${type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`;
    throw wrong(`${must}. ${ways}`);
  }
  if (isObjectType(name)) {
    const text =
      "Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.";
    throw new GraphQLError(text);
  }
  if (typeof name !== "string") {
    throw new GraphQLError(`${must} with value ${inspect(value)}, received "${inspect(name)}".`);
  }
  const found = schema.getType(name);
  const was = `Abstract type "${type.name}" was resolved to a`;
  if (found === undefined) throw wrong(`${was} type "${name}" that does not exist inside the schema.`);
  if (!isObjectType(found)) throw wrong(`${was} non-object type "${name}".`);
  if (schema.isSubType(type, found)) return found;
  throw wrong(`Runtime Object type "${found.name}" is not a possible type for "${type.name}".`);
}
