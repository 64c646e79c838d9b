/**
 * The thirteen checks of graphql-cop (https://github.com/dolevf/graphql-cop), each a test of its name, sent as it sends
 * them. To a server with the settings of production, as far as they bear on GraphQL.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { production: true, introspection: false, playground: false } });
});
afterAll(() => server.close());

interface Reply {
  readonly status: number;
  readonly text: string;
  // What comes back depends on what was sent: each check says what it looks for.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

async function send(init: RequestInit, search = ""): Promise<Reply> {
  const response = await fetch(`${server.url}/graphql${search}`, init);
  const text = await response.text();
  expect(response.status).toBeLessThan(500);
  return { status: response.status, text, body: text.startsWith("{") ? JSON.parse(text) : undefined };
}

const post = (body: unknown) =>
  send({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const codes = ({ body }: Reply): string[] =>
  (body?.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code);

test("Alias Overloading", async () => {
  const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}:__typename`).join(" \n");
  const reply = await post({ query: `query cop { ${aliases} }`, operationName: "cop" });
  expect([codes(reply), reply.body.data]).toEqual([["DOCUMENT_LIMIT_EXCEEDED"], undefined]);
});

test("Array-based Query Batching", async () => {
  const reply = await post(
    Array.from({ length: 10 }, () => ({ query: "query cop { __typename }", operationName: "cop" })),
  );
  expect([reply.status, codes(reply), reply.text.includes("__typename")]).toEqual([400, ["BAD_REQUEST"], false]);
});

test("Directive Overloading", async () => {
  const few = await post({ query: `query cop { __typename ${"@aa".repeat(10)} }`, operationName: "cop" });
  // It counts ten errors: each would be work.
  expect(codes(few).length).toBeLessThan(10);
  const many = await post({ query: `query cop { __typename ${"@aa".repeat(51)} }`, operationName: "cop" });
  expect(codes(many)).toEqual(["DOCUMENT_LIMIT_EXCEEDED"]);
});

test("Field Duplication", async () => {
  const reply = await post({ query: `query cop { ${"__typename \n".repeat(500)} }`, operationName: "cop" });
  expect([codes(reply), reply.body.data]).toEqual([["DOCUMENT_LIMIT_EXCEEDED"], undefined]);
});

const circular =
  "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";

test("Introspection-based Circular Query", async () => {
  const reply = await post({ query: circular, operationName: "cop" });
  expect(codes(reply).length).toBeGreaterThan(0);
  expect(reply.body.data).toBeUndefined();
});

test("Introspection-based Circular Query, where introspection is on", async () => {
  const open = await startTestServer({ config: { introspection: true } });
  const { body } = await open.graphql(circular);
  expect(body.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  await open.close();
});

test("Introspection", async () => {
  const reply = await post({
    query: "query cop { __schema { types { name fields { name } } } }",
    operationName: "cop",
  });
  expect(codes(reply)).toContain("GRAPHQL_VALIDATION_FAILED");
  expect(reply.text).not.toContain('"types"');
  const byType = await post({ query: '{ __type(name: "User") { fields { name } } }' });
  expect(byType.text).not.toContain("viewerCanEdit");
});

test("Field Suggestions", async () => {
  for (const query of [
    "query cop { __schema { directive } }",
    "{ viewe { id } }",
    "{ viewer { handl } }",
    "{ posts(firs: 1) { totalCount } }",
  ]) {
    expect((await post({ query })).text).not.toMatch(/did you mean/i);
  }
});

test("GraphiQL or Playground", async () => {
  for (const path of ["/graphql", "/graphiql", "/playground", "/console", "/", "/graphql/assets/"]) {
    const response = await fetch(`${server.url}${path}`, { headers: { accept: "text/html" } });
    expect([path, response.status < 500, /graphiql|playground/i.test(await response.text())]).toEqual([
      path,
      true,
      false,
    ]);
  }
});

test("GET Method Query Support", async () => {
  // A query may come by GET, but from no page of another origin: not without a header that asks for a preflight.
  const search = `?query=${encodeURIComponent("query cop { __typename }")}`;
  const reply = await send({}, search);
  expect([reply.status, reply.body.data]).toEqual([400, undefined]);
  expect(reply.text).toContain("CSRF");
});

test("GET Method Mutation Support", async () => {
  const search = `?query=${encodeURIComponent("mutation { signOut(input: {}) { endedSessionCount } }")}`;
  for (const headers of [{}, { "apollo-require-preflight": "1" }]) {
    const reply = await send({ headers }, search);
    expect([reply.status >= 400, reply.body.data]).toEqual([true, undefined]);
  }
});

test("POST based url-encoded query (possible CSRF)", async () => {
  const body = new URLSearchParams({ query: "query cop { __typename }" });
  const reply = await send({ method: "POST", body });
  expect([reply.status, reply.body.data]).toEqual([415, undefined]);
  const plain = await send({
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: '{"query":"{ __typename }"}',
  });
  expect(plain.status).toBe(415);
});

test("Trace Mode", async () => {
  const reply = await post({ query: "query cop { __typename }", operationName: "cop" });
  expect(reply.body).toEqual({ data: { __typename: "Query" } });
  const asked = await send({
    method: "POST",
    headers: { "content-type": "application/json", "apollo-federation-include-trace": "ftv1", "x-apollo-tracing": "1" },
    body: '{"query":"query cop { __typename }"}',
  });
  expect(asked.body).not.toHaveProperty("extensions");
});

test("Unhandled Errors Detection", async () => {
  for (const body of [
    { query: "qwerty cop { abc }" },
    { query: "query cop { __typename }", variables: { a: [[[{}]]] } },
    {},
  ]) {
    expect((await post(body)).text).not.toMatch(/exception|stack|node_modules|\.js:\d/i);
  }
});
