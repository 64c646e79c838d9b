/** Fields whose value depends on who looks, wherever the object comes from: an answer, a payload or an event. */
import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isLeafType, isObjectType } from "graphql";
import { readingOf } from "./asking.js";
import type { Role } from "./roles.js";
import { whoReadsWhat } from "./who-reads-what.js";

/** Plain fields of a type whose rows in the table of reading are not alike for all, whatever one likes and follows. */
function dependentFields(type: GraphQLObjectType): string[] {
  const plain = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return plain
    .map(({ name }) => name)
    .filter((name) => {
      const row = whoReadsWhat[`${type.name}.${name}`];
      return row !== undefined && new Set(Object.values(row)).size > 1 && !/^viewer(Has|Is)/.test(name);
    });
}

/** All fields of a type, with the id of each object, whose it is, and what depends on who looks. */
export function selectionOf(schema: GraphQLSchema, typeName: string): string {
  const type = schema.getType(typeName);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  return fields.map(({ name, type }) => `${name} ${partsOf(getNamedType(type))}`).join(" ");
}

function partsOf(type: unknown): string {
  if (!isObjectType(type)) return "";
  const fields = type.getFields();
  if (fields.id === undefined) return `{ ${Object.keys(fields).join(" ")} }`;
  const author = fields.author === undefined ? "" : "author { id }";
  const isDeleted = fields.isDeleted === undefined ? "" : "isDeleted";
  return `{ id __typename ${author} ${isDeleted} ${dependentFields(type).join(" ")} }`;
}

/** An object as `selectionOf` selects it. */
// biome-ignore lint/suspicious/noExplicitAny: what is selected depends on the type
type Selected = Record<string, any>;

/**
 * What an object of the owner's, or of whoever looks, shows although the table of reading says otherwise. `looker` and
 * `owner` are their global ids; nothing is said of what belongs to others, nor of what is deleted.
 */
export function wronglyShown(
  schema: GraphQLSchema,
  object: unknown,
  { role, looker, owner }: { role: Role; looker: string; owner: string },
): string[] {
  if (!isSelected(object)) return [];
  const type = schema.getType(object.__typename);
  const whose = object.__typename === "User" ? object.id : object.author?.id;
  if (!isObjectType(type) || object.isDeleted || (whose !== looker && whose !== owner)) return [];
  const column = whose === looker ? "owner" : role;
  return dependentFields(type)
    .filter((field) => readingOf(object[field], undefined) !== whoReadsWhat[`${type.name}.${field}`]?.[column])
    .map((field) => `${type.name}.${field} is ${JSON.stringify(object[field])}`);
}

function isSelected(value: unknown): value is Selected {
  return typeof value === "object" && value !== null && "__typename" in value;
}
