/** Operations generated from Parley's schema: every field alone, and every refusal. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
} from "graphql";
import { toGlobalId } from "../../../src/db/global-id.js";
import { objectTypes } from "../../sql/lookups.js";
import type { OperationRequest } from "../answers.js";

export interface ParleyOperation extends OperationRequest {
  /** The event that a subscription tells. */
  readonly rootValue?: unknown;
}

const [user, post, comment] = [toGlobalId("User", 1), toGlobalId("Post", 1), toGlobalId("Comment", 1)];
const gone = { User: toGlobalId("User", 99), Post: toGlobalId("Post", 99), Comment: toGlobalId("Comment", 99) };

/** Where an object of a type is found. */
const placeOf: Readonly<Record<string, string>> = {
  Query: "…",
  User: `node(id: "${user}") { ... on User { … } }`,
  Post: `node(id: "${post}") { __typename ... on Post { … } id }`,
  Comment: `comment(id: "${comment}") { … }`,
  UserConnection: "users(first: 2) { … }",
  UserEdge: "users(first: 2) { edges { … } }",
  PostConnection: "posts(first: 2) { … }",
  PostEdge: `user(id: "${user}") { posts(last: 1) { edges { … } } }`,
  CommentConnection: `post(id: "${post}") { comments(first: 2) { … } }`,
  CommentEdge: `user(handle: "ADA") { comments(first: 2) { edges { … } } }`,
  Report: "reports(first: 2) { nodes { … } }",
  ReportConnection: "reports(first: 2) { … }",
  ReportEdge: "reports(state: OPEN, last: 1) { edges { … } }",
  AuditEntry: "auditLog(first: 2) { nodes { … } }",
  AuditEntryConnection: "auditLog(first: 2) { … }",
  AuditEntryEdge: "auditLog(last: 1) { edges { … } }",
  PageInfo: "posts(first: 1) { pageInfo { … } }",
};

const argumentsOf: Readonly<Record<string, string>> = {
  "Query.node": `id: "${comment}"`,
  "Query.nodes": `ids: ["${user}", "${gone.Post}", "${comment}"]`,
  "Query.user": 'handle: "dan"',
  "Query.post": `id: "${post}"`,
  "Query.comment": `id: "${comment}"`,
};

/** The field with the least that can be selected of it. */
function selected(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
  const given = argumentsOf[`${parent.name}.${field.name}`];
  const call = given === undefined ? field.name : `${field.name}(${given})`;
  return isLeafType(getNamedType(field.type)) ? call : `${call} { ${minOf(getNamedType(field.type))} }`;
}

function minOf(type: unknown): string {
  if (!isObjectType(type)) return "__typename id";
  const leaves = Object.values(type.getFields()).filter((each) => isLeafType(getNamedType(each.type)));
  return ["__typename", ...leaves.map(({ name }) => name)].join(" ");
}

/** Each field of each type that a query reaches, alone; `__typename` too. */
export function everyField(schema: GraphQLSchema): OperationRequest[] {
  return objectTypes(schema).flatMap((type) => {
    const place = placeOf[type.name];
    if (place === undefined) return [];
    const selections = Object.values(type.getFields()).map((field) => selected(type, field));
    return ["__typename", ...selections].map((selection) => ({ query: `{ ${place.replace("…", selection)} }` }));
  });
}

/** Types that no query reaches: mutations and events have operations of their own. */
export function isReached(type: GraphQLObjectType): boolean {
  return placeOf[type.name] !== undefined;
}

const feed = `posts(first: 3) { nodes { title author { handle viewerIsFollowing } viewerHasLiked comments(first: 2) { totalCount
  nodes { text author { name } replies { nodes { text parent { id } post { title } } } } } } pageInfo { hasNextPage endCursor } }`;

export const reads: readonly OperationRequest[] = [
  { query: `{ ${feed} }` },
  {
    query: `query ($deep: Boolean!) { viewer { ...U } ${feed} } fragment U on User { handle email posts @include(if: $deep) { nodes { author { handle } } } }`,
    variables: { deep: true },
  },
  {
    query: `query ($deep: Boolean!) { viewer { handle followers @skip(if: $deep) { totalCount nodes { following { nodes { name } } } } } }`,
    variables: { deep: true },
  },
  {
    query:
      '{ a: users(orderBy: {field: FOLLOWER_COUNT, direction: DESC}) { nodes { name role } } b: posts(filter: {search: "first"}) { totalCount nodes { contentHtml } } }',
  },
  {
    query: "query ($after: DateTime) { posts(filter: {createdAfter: $after}) { nodes { title createdAt } } }",
    variables: { after: "2024-01-02T09:00:00Z" },
  },
  { query: "{ __schema { types { name fields { name args { name } } } } }" },
  { query: '{ __type(name: "Post") { fields { name type { kind name ofType { name } } } } }' },
  { query: "query One { viewer { id } } query Two { users { totalCount } }", operationName: "Two" },
];

const nodeFields = [
  "node(id: $id) { id }",
  "nodes(ids: [$id]) { id }",
  "user(id: $id) { id }",
  "post(id: $id) { id }",
  "comment(id: $id) { id }",
];

const pages = [
  "first: 0",
  "first: 101",
  "first: 1, last: 1",
  "last: -1",
  "offset: 10001",
  "last: 1, offset: 1",
  'after: "x"',
  'before: ""',
];

export const failingReads: readonly OperationRequest[] = [
  ...nodeFields.flatMap((field) => [
    { query: `query ($id: ID!) { ${field} }`, variables: { id: "nonsense" } },
    { query: `query ($id: ID!) { ${field} users { totalCount } }`, variables: { id: gone.Post } },
    { query: `query ($id: ID!) { ${field} }` },
  ]),
  ...pages.flatMap((page) => [
    { query: `{ viewer { id } posts(${page}) { nodes { id } } }` },
    { query: `{ users { totalCount nodes { posts(${page}) { nodes { id } } handle } } }` },
  ]),
  { query: "{ user { id } }" },
  { query: `{ user(id: "${user}", handle: "ada") { id } }` },
  {
    query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`,
    variables: { ids: Array.from({ length: 101 }, () => user) },
  },
  { query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, variables: { ids: [null] } },
  {
    query: "query ($at: DateTime!) { posts(filter: {createdBefore: $at}) { nodes { id } } }",
    variables: { at: "yesterday" },
  },
  { query: "query ($s: String) { posts(filter: {search: $s}) { nodes { id } } }", variables: { s: " " } },
  { query: "query ($o: PostOrder) { posts(orderBy: $o) { nodes { id } } }", variables: { o: { field: "TITLE" } } },
  { query: "query ($n: Int = 1) { posts(first: $n) { nodes { id } } }", variables: { n: null } },
  { query: "query One { viewer { id } } query Two { users { totalCount } }" },
  { query: "query One { viewer { id } } query Two { users { totalCount } }", operationName: "Three" },
];
