/** Builds queries from schema coordinates, and classifies the answers. */
import { type GraphQLSchema, getNamedType, isObjectType } from "graphql";
import { type GraphQLBody, graphql } from "../harness/client.js";
import { type Coordinate, isConnection, isNode, readCoordinates } from "./coordinates.js";
import type { Example, Examples } from "./examples.js";

/** A field with one of the ways to ask for it. */
export interface Question {
  readonly coordinate: Coordinate;
  readonly example: Example;
  readonly place: Place;
}

/** Where the object that has the field is found. */
interface Place {
  readonly open: string;
  readonly close: string;
  /** Names of the fields that lead there. */
  readonly keys: readonly string[];
  /** Global id of the object that the way there begins with. */
  readonly from?: string;
}

/** Every field that a query leads to, each way. */
export function allQuestions(schema: GraphQLSchema, examples: Examples): readonly Question[] {
  const coordinates = readCoordinates(schema);

  function placeOf({ parent }: Coordinate, { from }: Example): Place {
    if (parent.name === "Query") return { open: "{", close: "}", keys: [] };
    if (from !== undefined)
      return { open: `{ node(id: "${from}") { ... on ${parent.name} {`, close: "} } }", keys: ["node"], from };
    const ways = coordinates.filter(({ target }) => target === parent);
    const way = ways.find(({ parent }) => parent.name === "Query" || isNode(parent)) ?? ways[0];
    const [example] = way === undefined ? [] : examples.of(way);
    if (way === undefined || example === undefined) throw new Error(`nothing leads to ${parent.name}`);
    const before = placeOf(way, example);
    const open = `${before.open} ${callOf(way, example)} {`;
    return { ...before, open, close: `} ${before.close}`, keys: [...before.keys, way.field.name] };
  }

  return coordinates.flatMap((coordinate) =>
    examples.of(coordinate).map((example) => ({ coordinate, example, place: placeOf(coordinate, example) })),
  );
}

function callOf({ field, target }: Coordinate, { args }: Example): string {
  const all = [args, target && isConnection(target) ? "first: 100" : undefined].filter((each) => each !== undefined);
  return all.length === 0 ? field.name : `${field.name}(${all.join(", ")})`;
}

function selectionOf({ target }: Coordinate): string {
  if (target === undefined) return "";
  if (isNode(target)) return `{ __typename ... on ${target.name} { id } }`;
  if (!isConnection(target)) return "{ __typename }";
  const items = target.getFields().nodes;
  const item = items !== undefined && "id" in fieldsOf(getNamedType(items.type)) ? "id" : "__typename";
  return `{ totalCount nodes { ${item} } edges { node { ${item} } } }`;
}

function fieldsOf(type: unknown): object {
  return isObjectType(type) ? type.getFields() : {};
}

/** Asks all in as few requests as there are places; what met with an error anywhere is asked for again, alone. */
export async function askAll(
  url: string,
  questions: readonly Question[],
  token: string | undefined,
): Promise<ReadonlyMap<Question, string>> {
  const met = new Map<Question, string>();
  for (const open of new Set(questions.map(({ place }) => place.open))) {
    const together = questions.filter(({ place }) => place.open === open);
    const body = await ask(url, together, token);
    const isClean = body.errors === undefined || together.length === 1;
    for (const [index, question] of together.entries()) {
      const answer = isClean ? { body, index } : { body: await ask(url, [question], token), index: 0 };
      met.set(question, observe(question, answer.body, `f${answer.index}`));
    }
  }
  return met;
}

async function ask(url: string, questions: readonly Question[], token: string | undefined): Promise<GraphQLBody> {
  const [first] = questions;
  const fields = questions.map(
    ({ coordinate, example }, index) => `f${index}: ${callOf(coordinate, example)} ${selectionOf(coordinate)}`,
  );
  const query = `${first?.place.open} ${fields.join("\n")} ${first?.place.close}`;
  const { body } = await graphql(url, query, {}, token === undefined ? {} : { token });
  return body;
}

function observe({ place, example }: Question, { data, errors }: GraphQLBody, alias: string): string {
  const [error] = errors ?? [];
  if (error !== undefined) return error.extensions.code;
  let parent: unknown = data;
  for (const key of place.keys) parent = first(propertyOf(parent, key));
  return parent === null || parent === undefined ? "unreachable" : readingOf(propertyOf(parent, alias), example.to);
}

/** What a value shows. `to`: the id that must be in it. */
export function readingOf(value: unknown, to: string | undefined): string {
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "unlisted" : readingOf(first(value), to);
  if (typeof value === "object" && value !== null && "totalCount" in value) return pageReadingOf(value, to);
  if (value === null || value === undefined) return String(value);
  return to === undefined || propertyOf(value, "id") === to ? "shown" : "another";
}

function pageReadingOf(page: object, to: string | undefined): string {
  const [nodes, edges] = [propertyOf(page, "nodes"), propertyOf(page, "edges")];
  if (!Array.isArray(nodes) || !Array.isArray(edges)) return "no page";
  const ids = nodes.map((node) => propertyOf(node, "id"));
  const idsOfEdges = edges.map((edge) => propertyOf(propertyOf(edge, "node"), "id"));
  if (JSON.stringify(ids) !== JSON.stringify(idsOfEdges)) return "edges unlike nodes";
  if (propertyOf(page, "totalCount") !== ids.length) return "counts what it does not list";
  return (to === undefined ? ids.length > 0 : ids.includes(to)) ? "shown" : "unlisted";
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
