/** Schema coordinates: every field of every object type, such as `Post.author`. Pure. */
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from "graphql";
import { objectTypes } from "../sql/lookups.js";

/** What can have fields that are asked for: an object, or an interface that it implements. */
export type Target = GraphQLObjectType | GraphQLInterfaceType;

export interface Coordinate {
  /** Such as `Post.author`; at the roots, for an interface, one for each type of object: `Query.node(Post)`. */
  readonly name: string;
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** What is given; undefined for a plain value. */
  readonly target: Target | undefined;
}

export function allCoordinates(schema: GraphQLSchema): readonly Coordinate[] {
  return objectTypes(schema).flatMap((type) => coordinatesOf(schema, type));
}

export function coordinatesOf(schema: GraphQLSchema, parent: GraphQLObjectType): readonly Coordinate[] {
  const isRoot = parent === schema.getQueryType() || parent === schema.getSubscriptionType();
  return Object.values(parent.getFields()).flatMap((field): Coordinate[] => {
    const [name, type] = [`${parent.name}.${field.name}`, getNamedType(field.type)];
    if (isLeafType(type)) return [{ name, parent, field, target: undefined }];
    if (isInterfaceType(type) && isRoot)
      return schema
        .getPossibleTypes(type)
        .map((target) => ({ name: `${name}(${target.name})`, parent, field, target }));
    if (isObjectType(type) || isInterfaceType(type)) return [{ name, parent, field, target: type }];
    throw new Error(`${name} gives a ${type}, which test/authorization does not know`);
  });
}

/** Coordinates of what a query can lead to. The rest is answered by mutations, or sent by subscriptions. */
export function readCoordinates(schema: GraphQLSchema): readonly Coordinate[] {
  const found = new Set<unknown>([schema.getQueryType()]);
  // A set that is walked goes on with what is added meanwhile.
  for (const type of found) {
    for (const { target } of isObjectType(type) ? coordinatesOf(schema, type) : []) found.add(target);
  }
  return allCoordinates(schema).filter(({ parent }) => found.has(parent));
}

/** Whether it has a global id. */
export function isNode(type: Target): boolean {
  return [type, ...type.getInterfaces()].some(({ name }) => name === "Node");
}

export function isConnection(type: Target): boolean {
  return type.name.endsWith("Connection");
}
