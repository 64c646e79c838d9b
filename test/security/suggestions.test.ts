/**
 * Where the schema cannot be asked for, errors do not tell it either: valid operations whose names were changed a little,
 * over every transport, with the schema closed and, to see that something was there to be hidden, open.
 */
import {
  coerceInputValue,
  type GraphQLSchema,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  type NameNode,
  parse,
  typeFromAST,
  validate,
  visit,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { type Operation, openTransports, type Transports } from "./every-transport.js";
import { OperationWriter } from "./generated-operations.js";
import { startProduction } from "./production.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
const count = 400;

const schema = await loadSchema();
const names = namesOf(schema);

let servers: TestServer[];
let closed: Transports;
let open: Transports;
beforeAll(async () => {
  servers = [await startProduction(), await startTestServer({ config: { worker: "off" } })];
  const transports = servers.map(async (server) => openTransports(server, await server.signUp("mallory")));
  [closed, open] = (await Promise.all(transports)) as [Transports, Transports];
});
afterAll(async () => {
  await Promise.all([closed.close(), open.close()]);
  await Promise.all(servers.map((server) => server.close()));
});

/** Of each place where a name of the schema may stand, at least one; the others are random. */
const bases: readonly Operation[] = [
  {
    query: "query ($order: PostOrder, $filter: PostFilter) { posts(orderBy: $order, filter: $filter) { totalCount } }",
    variables: { order: { field: "CREATED_AT", direction: "DESC" }, filter: { search: "a", createdAfter: null } },
  },
  {
    query: "subscription ($types: [EventType!]) { events(types: $types) { cursor } }",
    variables: { types: ["USER_CREATED"] },
  },
  {
    query:
      "subscription { events(types: [POST_CREATED, COMMENT_ADDED]) { cursor ...F } } fragment F on PostCreated { post { title } }",
  },
  {
    query: 'query ($with: Boolean!) { posts(filter: { search: "a" }) { nodes { id @include(if: $with) } } }',
    variables: { with: true },
  },
  {
    query: "subscription ($id: ID) { commentAdded(postId: $id) { comment { author { handle } } } }",
    variables: { id: null },
  },
];

/** An operation in which one to three names are no longer right; undefined when it is still good. */
function mistyped(random: Random): Operation | undefined {
  const written = new OperationWriter({ schema, random, ids: ["UG9zdDox"] }).write();
  const { query, variables = {} } = random.isTrue(0.5) ? random.pick(bases) : written;
  if (!isGood({ query, variables })) return undefined;
  const inVariables = Object.keys(variables).length > 0 && random.isTrue(0.5);
  const operation = inVariables
    ? { query, variables: mistypedValue(variables, random, 0) as Record<string, unknown> }
    : { query: mistypedDocument(query, random), variables };
  return isGood(operation) ? undefined : operation;
}

function mistypedDocument(query: string, random: Random): string {
  const found: NameNode[] = [];
  // Those that the client chooses are no secret: of variables, aliases, fragments and operations.
  const own = new Set<unknown>();
  visit(parse(query), {
    enter(node) {
      if (node.kind === "Variable" || node.kind === "FragmentSpread" || node.kind === "OperationDefinition")
        own.add(node.name);
      if (node.kind === "FragmentDefinition") own.add(node.name);
      if (node.kind === "Field") own.add(node.alias);
      if (node.kind === "Name" && !own.has(node)) found.push(node);
      if (node.kind === "EnumValue") found.push({ ...node, kind: "Name" } as unknown as NameNode);
    },
  });
  let text = query;
  const chosen = Array.from({ length: random.integer(1, 3) }, () => random.pick(found));
  // From the end: what comes before stays where it is.
  const places = [...new Set(chosen)].map(({ loc }) => loc?.start ?? 0).sort((a, b) => b - a);
  for (const start of new Set(places)) {
    const name = /^\w+/.exec(text.slice(start))?.[0] ?? "";
    text = text.slice(0, start) + mistypedName(name, random) + text.slice(start + name.length);
  }
  return text;
}

/** Keys and words below the names of variables themselves. */
function mistypedValue(value: unknown, random: Random, depth: number): unknown {
  if (typeof value === "string") return /^\w+$/.test(value) && random.isTrue(0.6) ? mistypedName(value, random) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => mistypedValue(each, random, depth + 1));
  const key = (name: string) => (depth > 0 && random.isTrue(0.4) ? mistypedName(name, random) : name);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [key(name), mistypedValue(each, random, depth + 1)]),
  );
}

function mistypedName(name: string, random: Random): string {
  const at = random.integer(0, name.length - 1);
  const letter = name[at] ?? "";
  const put = random.pick(["", letter + letter, `${letter}x`]);
  const changed = name.slice(0, at) + put + name.slice(at + 1);
  return /^[_A-Za-z]\w*$/.test(changed) ? changed : `${name}x`;
}

function isGood({ query, variables = {} }: Operation): boolean {
  const document = parse(query);
  if (validate(schema, document).length > 0) return false;
  return (getOperationAST(document)?.variableDefinitions ?? []).every((definition) => {
    const type = typeFromAST(schema, definition.type as never);
    if (!isInputType(type)) return false;
    try {
      coerceInputValue(variables[definition.variable.name.value] ?? null, type);
      return true;
    } catch {
      return false;
    }
  });
}

/** Fields, arguments, types, enum values, input fields and directives. */
function namesOf(of: GraphQLSchema): ReadonlySet<string> {
  const all = new Set(of.getDirectives().flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)]));
  for (const type of Object.values(of.getTypeMap())) {
    all.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) all.add(name);
    else if (isInputObjectType(type)) for (const name of Object.keys(type.getFields())) all.add(name);
    else if ("getFields" in type) {
      for (const { name, args } of Object.values(type.getFields()))
        for (const each of [name, ...args.map((arg) => arg.name)]) all.add(each);
    }
  }
  return all;
}

/**
 * Names of the schema that a message discloses and the request did not have. The type at a place may be named (`… on type
 * "Post"`, `"Post.titel"`), and what must be given and was not: whoever sends the operation has to know.
 */
function disclosedIn(message: string, { query, variables }: Operation): string[] {
  if (/was not provided\.|not to be null/.test(message)) return [];
  const sent = new Set(`${query} ${JSON.stringify(variables)}`.match(/\w+/g));
  const rest = message
    .replace(/\b(type|types|enum|Enum|name) "[^"]*"/g, "")
    .replace(/"[A-Z]\w*(?=\.)/g, '"')
    .replace(/"\w+" enum/g, "");
  const quoted = rest.match(/"[^"]*"/g) ?? [];
  return quoted.flatMap((each) => each.match(/\w+/g) ?? []).filter((word) => names.has(word) && !sent.has(word));
}

const kinds = ["http", "sse", "websocket", "webhook"] as const;
const operations = Array.from({ length: count }, (_, n) => mistyped(new Random(seed + n))).filter(
  (each) => each !== undefined,
);
const isSubscription = ({ query }: Operation) => query.startsWith("subscription");

describe.each(kinds)("over %s", (kind) => {
  const theirs = operations.filter((each) => kind !== "webhook" || (isSubscription(each) && !/\$/.test(each.query)));

  test(`no error of ${theirs.length} mistyped operations tells a name that was not sent, seed ${seed}`, async () => {
    let suggestions = 0;
    for (const operation of theirs) {
      const context = `${operation.query} ${JSON.stringify(operation.variables)}`;
      for (const { message } of await closed[kind](operation)) {
        expect(message, context).not.toContain('Did you mean "');
        expect(disclosedIn(message, operation), `${message}: ${context}`).toEqual([]);
      }
      const errors = await open[kind](operation);
      suggestions += errors.filter(({ message }) => message.includes("Did you mean")).length;
    }
    expect(suggestions).toBeGreaterThan(theirs.length / 4);
  });
});
