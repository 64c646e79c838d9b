/** Methods, paths and headers that are not those of a GraphQL request. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { countRows, request } from "./refusals.js";

const jsonType = { "content-type": "application/json" };
const search = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const viewerQuery = search("{ viewer { id } }");
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("GET", () => {
  it.each([{ "apollo-require-preflight": "1" }, { "x-apollo-operation-name": "x" }, jsonType])(
    "answers a query with a header that only our own pages can send: %o",
    async (headers) => {
      const { status, text } = await request(server, { method: "GET", path: viewerQuery, headers });
      expect([status, JSON.parse(text)]).toEqual([200, { data: { viewer: null } }]);
    },
  );

  it.each([{}, { "apollo-require-preflight": "" }, { "content-type": "text/plain" }, { accept: "application/json" }])(
    "refuses a query that a page of another site could send: %o",
    async (headers) => {
      const { status, text } = await request(server, { method: "GET", path: viewerQuery, headers });
      const [error] = JSON.parse(text).errors;
      expect([status, error.extensions.code]).toEqual([400, "BAD_REQUEST"]);
      expect(error.message).toContain("Cross-Site Request Forgery");
    },
  );

  it("refuses a mutation, and says what to send instead", async () => {
    const input = `{ handle: "ada", name: "Ada", email: "ada@example.org", password: "12345678" }`;
    const path = search(`mutation { signUp(input: ${input}) { user { id } } }`);
    const before = await countRows(server.database);
    const { status, headers, text } = await request(server, { method: "GET", path, headers: jsonType });
    expect([status, headers.get("allow"), JSON.parse(text).errors[0].extensions.code]).toEqual([
      405,
      "POST",
      "BAD_REQUEST",
    ]);
    expect(await countRows(server.database)).toEqual(before);
  });

  it.each([
    ["without a query", "/graphql", "non-empty `query`"],
    ["with two queries", `${viewerQuery}&query=x`, "only be specified once"],
    ["with variables that are no JSON", `${viewerQuery}&variables={`, "invalid JSON"],
    ["with variables that are no object", `${viewerQuery}&variables=[1]`, "JSON-encoded object"],
  ])("refuses a request %s", async (_, path, reason) => {
    const { status, text } = await request(server, { method: "GET", path, headers: jsonType });
    const [error] = JSON.parse(text).errors;
    expect([status, error.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    expect(error.message).toContain(reason);
  });
});

describe("HEAD", () => {
  it("answers as GET does, without the content", async () => {
    const get = await request(server, { method: "GET", path: viewerQuery, headers: jsonType });
    const head = await request(server, { method: "HEAD", path: viewerQuery, headers: jsonType });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(get.text)));
  });

  it("does not run a mutation", async () => {
    const path = search("mutation { signOut(input: {}) { endedSessionCount } }");
    expect((await request(server, { method: "HEAD", path, headers: jsonType })).status).toBe(405);
  });
});

describe("other methods", () => {
  it.each(["PUT", "PATCH", "DELETE"])("are refused with those that are allowed: %s", async (method) => {
    const { status, headers, text } = await request(server, { method, body: "{}" });
    expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(JSON.parse(text)).toMatchObject({ title: "Method Not Allowed", status: 405 });
    expect(JSON.parse(text).detail).toContain(`got ${method}`);
  });

  it("are listed by OPTIONS, without content and without a length", async () => {
    const { status, headers, text } = await request(server, { method: "OPTIONS", headers: {} });
    expect([status, headers.get("allow"), text]).toEqual([204, "GET, HEAD, POST, OPTIONS", ""]);
    expect(headers.get("content-length")).toBeNull();
  });

  it("are refused where only GET is", async () => {
    const { status, headers } = await request(server, { path: "/.well-known/jwks.json", body: "{}" });
    expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
});

describe("a path where nothing is", () => {
  it.each(["/", "/graphq", "/graphql/", "//graphql", "/health", "/%2e%2e/etc/passwd"])("is 404: %s", async (path) => {
    const { status, headers, text } = await request(server, { method: "GET", path, headers: jsonType });
    expect([status, headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(JSON.parse(text)).toMatchObject({ type: "about:blank", title: "Not Found", status: 404 });
  });
});

it("refuses to answer in a type that GraphQL has not", async () => {
  const body = JSON.stringify({ query: "{ __typename }" });
  const { status, text } = await request(server, { headers: { ...jsonType, accept: "text/csv" }, body });
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([406, "BAD_REQUEST"]);
});
