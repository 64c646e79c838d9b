/** Builds the `info` argument of resolvers, as in graphql-js. */
import type { FieldNode, GraphQLField, GraphQLObjectType, GraphQLResolveInfo } from "graphql";
import type { ExecutionContext, Path } from "./execution-context.js";

/** Which field of which type, and all nodes of the operation that make it. */
export interface FieldPlace {
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly responseName: string;
}

export function pathOf({ responseName, parentType }: FieldPlace, prev: Path | undefined): Path {
  return { prev, key: responseName, typename: parentType.name };
}

/** Most resolvers ask nothing: only what differs from one object to the next is put together for each. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #context: ExecutionContext;
  readonly #field: FieldPlace;
  readonly #parentPath: Path | undefined;
  #path: Path | undefined;

  /** `path`: if it is made already. A place is one object. */
  constructor(context: ExecutionContext, field: FieldPlace, parentPath: Path | undefined, path: Path | undefined) {
    this.#context = context;
    this.#field = field;
    this.#parentPath = parentPath;
    this.#path = path;
  }

  get path(): Path {
    this.#path ??= pathOf(this.#field, this.#parentPath);
    return this.#path;
  }

  get fieldName() {
    return this.#field.definition.name;
  }
  get fieldNodes() {
    return this.#field.nodes;
  }
  get returnType() {
    return this.#field.definition.type;
  }
  get parentType() {
    return this.#field.parentType;
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
    return this.#context.variables;
  }
}

/** For what is asked about a value, be it an item of a list: the place is that of the field. */
export function infoOfValue(context: ExecutionContext, field: FieldPlace, path: Path): FieldInfo {
  let at = path;
  while (at.typename === undefined && at.prev !== undefined) at = at.prev;
  return new FieldInfo(context, field, at.prev, at);
}
