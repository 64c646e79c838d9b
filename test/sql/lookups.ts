/** Every field of the schema that needs a lookup, found in the schema. */
import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isLeafType, isObjectType } from "graphql";

/** A field of an object that is a list or another object. */
export interface Lookup {
  /** Such as `User.posts`. */
  readonly name: string;
  readonly type: string;
  readonly field: string;
  readonly isConnection: boolean;
  /** Type of the objects found. */
  readonly target: string;
}

/**
 * What is for one user alone, or for moderators, cannot be asked for of a hundred: test/webhooks/statements.once.test.ts and
 * test/moderation ask for it.
 */
export const ofOneUser: readonly string[] = [
  "Webhook",
  "WebhookDelivery",
  "WebhookAttempt",
  "ApiKey",
  "UserSession",
  "Report",
  "AuditEntry",
];
const lookupsOfOneUser: readonly string[] = ["User.blockedUsers"];

/** Types that a global id names, and anybody may see. */
export function nodeTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const node = schema.getType("Node");
  const nodes = objectTypes(schema).filter((type) => type.getInterfaces().some((each) => each === node));
  return nodes.filter(({ name }) => !ofOneUser.includes(name));
}

/** Types a query does not look up from: they are a page, or the one object that a mutation or an event tells of. */
export function isPartOfAnAnswer(type: GraphQLObjectType): boolean {
  if (type.getInterfaces().some(({ name }) => name === "Event")) return true;
  return /^(Mutation|Subscription|PageInfo|Session|UserError)$|(Connection|Edge|Payload)$/.test(type.name);
}

export function objectTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types.filter(({ name }) => !name.startsWith("__"));
}

export function lookupsOf(type: GraphQLObjectType): Lookup[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const target = getNamedType(field.type);
    const isConnection = target.name.endsWith("Connection");
    if (isLeafType(target) || ofOneUser.includes(isConnection ? nodeOf(target) : target.name)) return [];
    if (lookupsOfOneUser.includes(`${type.name}.${field.name}`)) return [];
    const found = { name: `${type.name}.${field.name}`, type: type.name, field: field.name, isConnection };
    return [{ ...found, target: isConnection ? nodeOf(target) : target.name }];
  });
}

function nodeOf(connection: unknown): string {
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  if (nodes === undefined) throw new Error(`${connection} has no field nodes`);
  return getNamedType(nodes.type).name;
}

/** Selects the field with `first` items, or the object, and `inner` of each found. */
export function select({ field, isConnection }: Lookup, inner: string, extra = ""): string {
  return isConnection ? `${field}(first: $first) { nodes { ${inner} } ${extra} }` : `${field} { ${inner} }`;
}

/** Names of the fields without selections, without arguments, that `fits`. */
export function leavesOf(type: GraphQLObjectType, fits: (name: string) => boolean): string[] {
  const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return leaves.map(({ name }) => name).filter(fits);
}
