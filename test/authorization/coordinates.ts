/** The coordinates of the schema: every field of every object type, such as `Post.author`. Pure. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from "graphql";
import { objectTypes } from "../statements/lookups.js";

export interface Coordinate {
  /** Such as `Post.author`; for a field that gives an interface, one for each type: `Query.node(Post)`. */
  readonly name: string;
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** Type of the object that is given; undefined for a plain value. */
  readonly target: GraphQLObjectType | undefined;
}

export function allCoordinates(schema: GraphQLSchema): readonly Coordinate[] {
  return objectTypes(schema).flatMap((type) => coordinatesOf(schema, type));
}

export function coordinatesOf(schema: GraphQLSchema, parent: GraphQLObjectType): readonly Coordinate[] {
  return Object.values(parent.getFields()).flatMap((field): Coordinate[] => {
    const [name, type] = [`${parent.name}.${field.name}`, getNamedType(field.type)];
    if (isLeafType(type)) return [{ name, parent, field, target: undefined }];
    if (isObjectType(type)) return [{ name, parent, field, target: type }];
    if (!isInterfaceType(type)) throw new Error(`${name} gives a ${type}, which test/authorization does not know`);
    return schema.getPossibleTypes(type).map((target) => ({ name: `${name}(${target.name})`, parent, field, target }));
  });
}

/** Coordinates of what a query can lead to. The rest is answered by mutations, or told by subscriptions. */
export function readCoordinates(schema: GraphQLSchema): readonly Coordinate[] {
  const found = new Set<GraphQLObjectType | undefined | null>([schema.getQueryType()]);
  // A set that is walked goes on with what is added meanwhile.
  for (const type of found) {
    for (const { target } of type ? coordinatesOf(schema, type) : []) if (target !== undefined) found.add(target);
  }
  return allCoordinates(schema).filter(({ parent }) => found.has(parent));
}

export function isNode(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some(({ name }) => name === "Node");
}

export function isConnection(type: GraphQLObjectType): boolean {
  return type.name.endsWith("Connection");
}
