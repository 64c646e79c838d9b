/** Fields that depend on the viewer, in payloads and events. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from "graphql";
import type { ApiKeyScope } from "../../src/generated/graphql.js";
import { readingOf } from "./asking.js";
import { type Column, expectedOf } from "./roles.js";
import { whoReadsWhat } from "./who-reads-what.js";

/** Those of an API key; undefined for all there is. */
type Scopes = readonly ApiKeyScope[] | undefined;

function mayAsk(coordinate: string, scopes: Scopes): boolean {
  const scope = whoReadsWhat[coordinate]?.scope;
  return scopes === undefined || scope === undefined || scope === "READ" || (scope !== null && scopes.includes(scope));
}

/** Plain fields of a type whose rows in the table of reading are not alike for all, whatever one likes and follows. */
function dependentFields(type: GraphQLObjectType, scopes: Scopes): string[] {
  const plain = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return plain
    .map(({ name }) => name)
    .filter((name) => {
      const by = whoReadsWhat[`${type.name}.${name}`]?.by ?? {};
      const isOfAnother = /^viewer(Has|Is)|^suspendedUntil$/.test(name);
      return new Set(Object.values(by)).size > 1 && !isOfAnother && mayAsk(`${type.name}.${name}`, scopes);
    });
}

/** The fields of a payload or an event that a key with these scopes may select. */
export function fieldsFor(schema: GraphQLSchema, typeName: string, scopes: Scopes): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  return fields.filter((field) => mayAsk(`${getNamedType(field.type).name}.id`, scopes));
}

/** Those fields, with the id of each object, whose it is, and what depends on who looks. */
export function selectionFor(schema: GraphQLSchema, typeName: string, scopes: Scopes): string {
  const fields = fieldsFor(schema, typeName, scopes);
  return fields.map(({ name, type }) => `${name} ${partsOf(getNamedType(type), scopes)}`).join(" ");
}

function partsOf(type: unknown, scopes: Scopes): string {
  if (isInterfaceType(type)) return "{ id __typename }";
  if (!isObjectType(type)) return "";
  const fields = type.getFields();
  if (fields.id === undefined) return `{ ${Object.keys(fields).join(" ")} }`;
  const author = fields.author === undefined ? "" : "author { id }";
  const isDeleted = fields.isDeleted === undefined ? "" : "isDeleted";
  return `{ id __typename ${author} ${isDeleted} ${dependentFields(type, scopes).join(" ")} }`;
}

/** An object as `selectionFor` selects it. */
// biome-ignore lint/suspicious/noExplicitAny: what is selected depends on the type
type Selected = Record<string, any>;

/**
 * What an object of the owner's, or of whoever looks, shows although the table of reading says otherwise. `looker` and
 * `owner` are their global ids; nothing is said of what belongs to others, nor of what is deleted.
 */
export function wronglyShown(
  schema: GraphQLSchema,
  object: unknown,
  { column, looker, owner }: { column: Column; looker: string; owner: string },
): string[] {
  if (!isSelected(object)) return [];
  const type = schema.getType(object.__typename);
  const whose = object.__typename === "User" ? object.id : object.author?.id;
  if (!isObjectType(type) || object.isDeleted || (whose !== looker && whose !== owner)) return [];
  return Object.entries(object).flatMap(([field, value]) => {
    const row = whoReadsWhat[`${type.name}.${field}`];
    if (row === undefined || field === "author") return [];
    const expected = whose === looker ? row.by.owner : expectedOf(row, column);
    return readingOf(value, undefined) === expected ? [] : [`${type.name}.${field} is ${JSON.stringify(value)}`];
  });
}

function isSelected(value: unknown): value is Selected {
  return typeof value === "object" && value !== null && "__typename" in value;
}
