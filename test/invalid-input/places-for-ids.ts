/** Every argument and input field of the schema's queries and mutations that takes a global id, as an operation. */
import { readFile } from "node:fs/promises";
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import { type NodeType, toGlobalId } from "../../src/db/global-id.js";

export interface PlaceForId {
  /** Such as `createComment.parentId`. */
  readonly name: string;
  readonly isMutation: boolean;
  /** What the id must be of; undefined where it may be of any type. */
  readonly type: NodeType | undefined;
  readonly query: string;
  variables(id: string): Record<string, unknown>;
}

/** By the name of the place, or of the field where it is called `id`. */
const types: Readonly<Record<string, NodeType>> = {
  userId: "User",
  authorId: "User",
  user: "User",
  postId: "Post",
  post: "Post",
  commentId: "Comment",
  parentId: "Comment",
  comment: "Comment",
  webhookId: "Webhook",
  deliveryId: "WebhookDelivery",
  apiKeyId: "ApiKey",
  sessionId: "UserSession",
  reportId: "Report",
};

export async function findPlacesForIds(): Promise<PlaceForId[]> {
  const schema = buildSchema(await readFile(new URL("../../schema.graphql", import.meta.url), "utf8"));
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((root) => root !== null && root !== undefined);
  return roots.flatMap((root) => placesOf(root));
}

function placesOf(root: GraphQLObjectType): PlaceForId[] {
  return Object.values(root.getFields()).flatMap((field) =>
    field.args.flatMap((argument) =>
      pathsToIds(argument.type).map((path) => {
        const place = path.at(-1) ?? argument.name;
        const definitions = field.args.filter((each) => each === argument || isRequiredArgument(each));
        const header = definitions.map(({ name, type }) => `$${name}: ${String(type)}`).join(", ");
        const args = definitions.map(({ name }) => `${name}: $${name}`).join(", ");
        const kind = root.name.toLowerCase();
        return {
          name: [field.name, ...path].join("."),
          isMutation: kind === "mutation",
          type: types[place] ?? types[field.name],
          query: `${kind} (${header}) { ${field.name}(${args}) { __typename } }`,
          variables: (id) => ({ [argument.name]: valueWith(argument.type, path, id) }),
        };
      }),
    ),
  );
}

/** Paths to the ids in a value of the type. An argument that is itself an id has the empty path. */
function pathsToIds(type: GraphQLInputType): string[][] {
  const named = getNamedType(type);
  if (named.name === "ID") return [[]];
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    pathsToIds(field.type).map((path) => [field.name, ...path]),
  );
}

/** A value that is good but for the id at the path. */
function valueWith(type: GraphQLInputType, [name, ...rest]: string[], id: string): unknown {
  if (isListType(getNullableType(type))) return [id];
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return id;
  const entries = Object.values(named.getFields())
    .filter((field) => field.name === name || isRequiredInputField(field))
    .map((field) => [field.name, field.name === name ? valueWith(field.type, rest, id) : good(field.name, field.type)]);
  return Object.fromEntries(entries);
}

function good(name: string, inputType: GraphQLInputType): string {
  const named = getNamedType(inputType);
  if (isEnumType(named)) return named.getValues()[0]?.name ?? "";
  if (named.name === "DateTime") return "2100-01-01T00:00:00Z";
  const type = types[name];
  return type === undefined ? "a text" : toGlobalId(type, 1);
}
