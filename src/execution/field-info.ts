/** Builds the `info` argument of resolvers, as graphql-js's `buildResolveInfo` does. */
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from "graphql";
import type { ExecutionContext, Path } from "./execution-context.js";

/** A field of a type, with all nodes that select it under one response name. */
export interface FieldDetails {
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly fieldNodes: readonly [FieldNode, ...FieldNode[]];
  readonly responseName: string;
}

export function addPath({ responseName, parentType }: FieldDetails, prev: Path | undefined): Path {
  return { prev, key: responseName, typename: parentType.name };
}

/** Most resolvers ignore `info`, so its members are getters: four references are stored per field. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #context: ExecutionContext;
  readonly #details: FieldDetails;
  readonly #parentPath: Path | undefined;
  #path: Path | undefined;

  /** `path` is passed if it exists already, since errors compare paths by identity. */
  constructor(context: ExecutionContext, details: FieldDetails, parentPath: Path | undefined, path: Path | undefined) {
    this.#context = context;
    this.#details = details;
    this.#parentPath = parentPath;
    this.#path = path;
  }

  get path(): Path {
    this.#path ??= addPath(this.#details, this.#parentPath);
    return this.#path;
  }

  get fieldName() {
    return this.#details.definition.name;
  }
  get fieldNodes() {
    return this.#details.fieldNodes;
  }
  get returnType() {
    return this.#details.definition.type;
  }
  get parentType() {
    return this.#details.parentType;
  }
  get schema() {
    return this.#context.schema;
  }
  get fragments() {
    return this.#context.fragments;
  }
  get rootValue() {
    return this.#context.rootValue;
  }
  get operation() {
    return this.#context.operation;
  }
  get variableValues() {
    return this.#context.variableValues;
  }
}

/** The `info` for `resolveType` and `isTypeOf`: its path is that of the field, also for an item of a list. */
export function infoOfValue(context: ExecutionContext, details: FieldDetails, path: Path): FieldInfo {
  let at = path;
  while (at.typename === undefined && at.prev !== undefined) at = at.prev;
  return new FieldInfo(context, details, at.prev, at);
}
