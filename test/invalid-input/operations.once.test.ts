/** Documents and variables that the schema does not know, or that are too much. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { ask, codeOf, request } from "./refusals.js";

const responseJson = "application/graphql-response+json";
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("an operation the schema does not know", () => {
  it.each([
    ["does not parse", "{ viewer { id }", "GRAPHQL_PARSE_FAILED"],
    ["asks for an unknown field", "{ nobody }", "GRAPHQL_VALIDATION_FAILED"],
    ["gives an unknown argument", "{ viewer(of: 1) { id } }", "GRAPHQL_VALIDATION_FAILED"],
    ["gives an unknown input field", `{ posts(filter: { writer: "x" }) { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"],
    ["gives a literal of the wrong type", `{ posts(first: "1") { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"],
    ["leaves out a required argument", "{ post { id } }", "GRAPHQL_VALIDATION_FAILED"],
    ["asks for nothing of an object", "{ viewer }", "GRAPHQL_VALIDATION_FAILED"],
    ["spreads a fragment in itself", "{ viewer { ...F } } fragment F on User { ...F }", "GRAPHQL_VALIDATION_FAILED"],
    ["has two operations and no name", "query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"],
  ])("is refused when it %s", async (_, query, code) => {
    const plain = await ask(server, query);
    const own = await ask(server, query, {}, { headers: { accept: responseJson } });
    expect([codeOf(plain), plain.status, codeOf(own), own.status]).toEqual([code, 200, code, 400]);
  });

  it("is refused when its name is not in the document", async () => {
    const body = JSON.stringify({ query: "query A { __typename }", operationName: "B" });
    const { status, text } = await request(server, { body });
    const message = 'Unknown operation named "B".';
    expect([status, JSON.parse(text).errors[0]]).toMatchObject([
      200,
      { message, extensions: { code: "OPERATION_RESOLUTION_FAILURE" } },
    ]);
  });

  it("is refused when it is a subscription, which only a live transport answers", async () => {
    const answer = await ask(server, "subscription { postCreated { id } }");
    expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_REQUEST"]);
  });
});

describe("variables", () => {
  const create = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  it.each([
    ["are missing", create, {}],
    ["are of the wrong type", create, { input: "title" }],
    ["have an unknown field", create, { input: { title: "a", content: "b", author: "c" } }],
    ["have a number for a text", create, { input: { title: 1, content: "b" } }],
    ["have null for a text", create, { input: { title: null, content: "b" } }],
    ["have a fraction for a number", "query ($n: Int) { posts(first: $n) { totalCount } }", { n: 1.5 }],
    ["have a fraction for an id", "query ($n: ID!) { post(id: $n) { id } }", { n: 1.5 }],
  ])("are refused when they %s", async (_, query, variables) => {
    const plain = await ask(server, query, variables);
    const own = await ask(server, query, variables, { headers: { accept: responseJson } });
    expect([codeOf(plain), plain.status, codeOf(own), own.status]).toEqual([
      "BAD_USER_INPUT",
      200,
      "BAD_USER_INPUT",
      400,
    ]);
  });

  it("may be nested or many beyond all use, and are answered", async () => {
    const query = "query ($v: String) { user(handle: $v) { id } }";
    const deep = `{"query":${JSON.stringify(query)},"variables":{"v":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    const refused = await request(server, { body: deep });
    expect([refused.status, JSON.parse(refused.text).errors[0].extensions.code]).toEqual([200, "BAD_USER_INPUT"]);
    const headers = { "content-type": "application/json", "idempotency-key": "deep" };
    const withKey = await request(server, { body: deep, headers });
    expect([withKey.status, JSON.parse(withKey.text).errors[0].extensions.code]).toEqual([400, "BAD_REQUEST"]);
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`v${n}`, n]));
    expect((await ask(server, query, { ...many, v: "nobody" })).body).toEqual({ data: { user: null } });
  });
});

describe("a document that is too much", () => {
  const nested = (open: string, depth: number, close = "}") => `${open.repeat(depth)}id${close.repeat(depth)}`;
  const chain = (length: number, inner: (next: string) => string) =>
    Array.from({ length }, (_, n) => `fragment F${n} on User { ${inner(`...F${n + 1}`)} }`).join(" ");
  const twice = (next: string) => `${next} posts { nodes { author { ${next} } } }`;

  it.each([
    [
      "nests selections",
      `{ viewer { ${nested("posts { nodes { author { ", 2_500, "}}}")} } }`,
      /^(DOCUMENT_LIMIT_EXCEEDED|GRAPHQL_PARSE_FAILED)$/,
    ],
    [
      "nests values",
      `{ posts(filter: { search: ${"[".repeat(5_000)}${"]".repeat(5_000)} }) { totalCount } }`,
      /_FAILED$/,
    ],
    ["nests types", `query ($v: ${"[".repeat(5_000)}Int${"]".repeat(5_000)}) { __typename }`, /_FAILED$/],
    [
      "chains fragments",
      `{ viewer { ...F0 ...F1 } } ${chain(90, twice)} fragment F90 on User { id }`,
      /^DOCUMENT_LIMIT_EXCEEDED$/,
    ],
    [
      "has thousands of fields",
      `{ ${Array.from({ length: 5_000 }, (_, n) => `a${n}: __typename`).join(" ")} }`,
      /^GRAPHQL_PARSE_FAILED$/,
    ],
  ])("is refused when it %s", async (_, query, code) => {
    const answer = await ask(server, query);
    expect(codeOf(answer)).toMatch(code);
    expect(answer.body.errors?.[0]?.message).toMatch(/nested too deeply|tokens/);
    expect((await ask(server, "{ __typename }")).body).toEqual({ data: { __typename: "Query" } });
  });
});

it.each([
  ["of another document", 1, "0".repeat(64), /does not match/],
  ["of an unknown version", 2, "0".repeat(64), /version/],
])("refuses a persisted query %s", async (_, version, sha256Hash, reason) => {
  const body = JSON.stringify({ query: "{ __typename }", extensions: { persistedQuery: { version, sha256Hash } } });
  const { status, text } = await request(server, { body });
  const [{ message, extensions }] = JSON.parse(text).errors;
  expect([status, extensions.code, message]).toEqual([400, "BAD_REQUEST", expect.stringMatching(reason)]);
});
