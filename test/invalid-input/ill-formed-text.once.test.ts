/** Text that PostgreSQL cannot store (NUL) or UTF-8 cannot carry (half of a surrogate pair), wherever text can stand. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { ask, codeOf, countRows, request } from "./refusals.js";

const jsonType = { "content-type": "application/json" };
const illFormed = ["\0", "a\0b", "\ud800", "a\udc00b", "\ude00\ud83d"];
let server: TestServer;
let ada: Account;
let before: Record<string, number>;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  before = await countRows(server.database);
});
afterAll(async () => {
  expect(await countRows(server.database)).toEqual(before);
  await server.close();
});

const createPost = "mutation ($input: CreatePostInput!) { createPost(input: $input) { userErrors { code } } }";
const signIn = "mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
const places: [place: string, query: string, variables: (text: string) => Record<string, unknown>][] = [
  ["in the title of a post", createPost, (title) => ({ input: { title, content: "A content" } })],
  ["in the content of a post", createPost, (content) => ({ input: { title: "A title", content } })],
  ["in an e-mail address", signIn, (email) => ({ input: { email, password: "12345678" } })],
  ["in a password", signIn, (password) => ({ input: { email: "ada@example.org", password } })],
  ["in the handle of a user", "query ($h: String) { user(handle: $h) { id } }", (h) => ({ h })],
  ["in an identifier", "query ($id: ID!) { node(id: $id) { id } }", (id) => ({ id })],
  ["in one of many identifiers", "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", (id) => ({ ids: ["a", id] })],
  ["in a cursor", "query ($c: String) { posts(after: $c) { totalCount } }", (c) => ({ c })],
  ["in a search", "query ($f: PostFilter) { posts(filter: $f) { totalCount } }", (search) => ({ f: { search } })],
  ["in a moment", "query ($t: DateTime) { posts(filter: { createdAfter: $t }) { totalCount } }", (t) => ({ t })],
  ["in a variable nobody declared", "{ __typename }", (unused) => ({ unused })],
  ["in the name of a field", "{ __typename }", (name) => ({ unused: { deep: [{ [name]: 1 }] } })],
];

describe("a variable", () => {
  it.each(places)("is refused with half a character or NUL %s", async (_, query, variables) => {
    for (const text of illFormed) {
      const answer = await ask(server, query, variables(text), { token: ada.token });
      expect([answer.status, codeOf(answer)]).toEqual([200, "BAD_USER_INPUT"]);
      expect(answer.body.errors?.[0]?.message).toMatch(/must not contain NUL or an unpaired surrogate|RFC 3339/);
    }
  });

  it.each(places)("is taken with characters outside the basic plane %s", async (_, query, variables) => {
    const { body } = await ask(server, query, variables("\u{1f600}"));
    expect(JSON.stringify(body)).not.toContain("surrogate");
  });
});

describe("a literal", () => {
  const literals = [
    ["NUL as an escape", '"a\\u0000"'],
    ["NUL as a long escape", '"a\\u{0}"'],
    ["NUL as it is", '"a\0"'],
    ["NUL in a block text", '"""a\0"""'],
    ["half a pair as an escape", '"a\\ud800"'],
    ["half a pair as a long escape", '"a\\u{d800}"'],
    ["half a pair as it is", '"a\ud800"'],
  ] as const;

  it.each(literals)("is refused with %s", async (_, literal) => {
    for (const query of [
      `{ user(handle: ${literal}) { id } }`,
      `{ posts(filter: { search: ${literal} }) { totalCount } }`,
      `{ nodes(ids: ["a", ${literal}]) { id } }`,
      `query ($h: String = ${literal}) { user(handle: $h) { id } }`,
      `mutation { createPost(input: { title: "A title", content: ${literal} }) { userErrors { code } } }`,
    ]) {
      const { body, status } = await ask(server, query, {}, { token: ada.token });
      expect([status, body.data ?? null]).toEqual([200, null]);
      expect(body.errors?.[0]?.extensions.code).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
    }
  });
});

describe("a query string", () => {
  const query = encodeURIComponent("query ($h: String) { user(handle: $h) { id } }");
  it.each([
    ["NUL in the document", `query=${query}%00`, "GRAPHQL_PARSE_FAILED"],
    ["half a pair in the document", `query=${query}%ED%A0%80`, "GRAPHQL_PARSE_FAILED"],
    ["NUL in a variable", `query=${query}&variables=${encodeURIComponent('{"h":"a\\u0000"}')}`, "BAD_USER_INPUT"],
    [
      "half a pair in a variable",
      `query=${query}&variables=${encodeURIComponent('{"h":"\\ud800"}')}`,
      "BAD_USER_INPUT",
    ],
    ["NUL in the operation's name", `query=${query}&operationName=%00`, "OPERATION_RESOLUTION_FAILURE"],
  ])("is refused with %s", async (_, search, code) => {
    const { status, text } = await request(server, { method: "GET", path: `/graphql?${search}`, headers: jsonType });
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([200, code]);
  });
});

it.each(["a b", "a\tb", "é", "\u00ff", "", "a".repeat(256)])("refuses the Idempotency-Key %j", async (key) => {
  const variables = { input: { title: "A title", content: "A content" } };
  const sent = { token: ada.token, headers: { "idempotency-key": key } };
  const answer = await ask(server, createPost, variables, sent);
  expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_REQUEST"]);
  expect(answer.body.errors?.[0]?.message).toContain("1–255 visible ASCII characters");
});
