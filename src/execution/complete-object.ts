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
import type { CompleteValue } from "./complete-value.js";
import { executeFields, type SelectionPlan } from "./execute-fields.js";
import { type ExecutionContext, isPromise, type Path, type PromiseOrValue } from "./execution-context.js";
import { inspect } from "./inspect.js";

/** A field of an object, interface or union type. */
export interface CompositeField {
  readonly fieldNodes: readonly FieldNode[];
  /** Names the field in an error: `Post.title`. */
  readonly field: string;
  readonly infoOf: (context: ExecutionContext, path: Path) => GraphQLResolveInfo;
  /** Plan of the subfields for an object type. Built for the first object of the type, then cached. */
  readonly collectSubfields: (type: GraphQLObjectType) => SelectionPlan;
}

export function completeObjectValue(type: GraphQLObjectType, field: CompositeField): CompleteValue {
  const { fieldNodes, infoOf, collectSubfields } = field;
  return (context, value, path) => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const subfields = collectSubfields(type);
    if (!type.isTypeOf) return executeFields(context, subfields, value, path);
    const executeIf = (isOfType: boolean) => {
      if (isOfType) return executeFields(context, subfields, value, path);
      const message = `Expected value of type "${type.name}" but got: ${inspect(value)}.`;
      throw new GraphQLError(message, { nodes: fieldNodes });
    };
    const isOfType = type.isTypeOf(value, context.contextValue, infoOf(context, defined(path)));
    return isPromise<boolean>(isOfType) ? isOfType.then(executeIf) : executeIf(isOfType);
  };
}

export function completeAbstractValue(type: GraphQLAbstractType, field: CompositeField): CompleteValue {
  const byTypeName = new Map<unknown, CompleteValue>();
  return (context, value, path): PromiseOrValue<unknown> => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const completeAs = (name: unknown) => {
      let complete = byTypeName.get(name);
      if (complete === undefined) {
        complete = completeObjectValue(ensureValidRuntimeType(context.schema, type, name, value, field), field);
        byTypeName.set(name, complete);
      }
      return complete(context, value, path);
    };
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const name = resolveType(value, context.contextValue, field.infoOf(context, defined(path)), type);
    return isPromise<string | undefined>(name) ? name.then(completeAs) : completeAs(name);
  };
}

function defined(path: Path | undefined): Path {
  if (path === undefined) throw new Error("only leaves have no path");
  return path;
}

/** The object type of an interface or union value, from the name that `resolveType` or `__typename` returned. */
function ensureValidRuntimeType(
  schema: GraphQLSchema,
  type: GraphQLAbstractType,
  name: unknown,
  value: unknown,
  { fieldNodes, field }: CompositeField,
): GraphQLObjectType {
  const wrong = (message: string) => new GraphQLError(message, { nodes: fieldNodes });
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
