/** Executes one field of one object: arguments, resolver, completion, and what becomes of an error. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isNonNullType,
  Kind,
  locatedError,
} from "graphql";
import type { Complete } from "./complete.js";
import { isPromise, type Later, type Path, type Run } from "./run.js";

/** A field as an operation selects it, with what does not depend on the object it is a field of. */
export interface FieldPlan {
  readonly responseName: string;
  /** Throws, or rejects, with a located GraphQLError when it failed and its type is non-null. */
  readonly execute: (run: Run, source: unknown, path: Path | undefined) => Later<unknown>;
}

/** Which field of which type, and all nodes of the operation that make it. */
export interface FieldPlace {
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
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
 * A field without a resolver whose type is a leaf: read off the object, which is most of what there is to do. Its place
 * is worked out only when something is wrong.
 */
export function planProperty(parts: FieldParts): FieldPlan {
  const { responseName, parentType, definition, complete, nodes } = parts;
  const { execute } = planField(parts);
  const { name } = definition;
  return {
    responseName,
    execute(run, source, parentPath) {
      const value = typeof source === "object" && source !== null ? Reflect.get(source, name) : undefined;
      if (typeof value === "function" || isPromise(value)) return execute(run, source, parentPath);
      try {
        return complete(run, value, undefined);
      } catch (error) {
        const path = { prev: parentPath, key: responseName, typename: parentType.name };
        return refuse(run, error, path, nodes, definition.type);
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
  const onError = (error: unknown) => refuse(run, error, path, nodes, type);
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

/** Notes the error and returns null; throws it, located, where null may not stand (section 6.4.4). */
export function refuse(
  run: Run,
  error: unknown,
  path: Path,
  nodes: readonly FieldNode[],
  type: GraphQLOutputType,
): null {
  const located = locatedError(error, nodes, keysOf(path));
  if (isNonNullType(type)) throw located;
  run.errors.push(located);
  return null;
}

/** graphql-js's default resolver: a property, or what the method of that name returns. */
function readProperty(source: unknown, args: unknown, context: unknown, { fieldName }: { fieldName: string }): unknown {
  if (typeof source !== "object" || source === null) return undefined;
  const property: unknown = Reflect.get(source, fieldName);
  return typeof property === "function" ? property.call(source, args, context) : property;
}

function keysOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

/** What a resolver may ask about the field it resolves. Most ask nothing: what can be worked out is so when asked for. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly path: Path;
  readonly #run: Run;
  readonly #field: FieldPlace;

  constructor(run: Run, field: FieldPlace, path: Path) {
    this.path = path;
    this.#run = run;
    this.#field = field;
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
    return this.#run.schema;
  }
  get fragments() {
    return fragmentsOf(this.#run);
  }
  get rootValue() {
    return this.#run.rootValue;
  }
  get operation() {
    return this.#run.operation;
  }
  get variableValues() {
    return { ...this.#run.variables };
  }
}

function fragmentsOf({ document }: Run): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
