/** Response headers, CORS, compression, caching. */
import { request as open } from "node:http";
import { connect } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

const friend = "https://app.example.org";
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  const config = { allowedOrigins: [friend], trustedProxies: ["127.0.0.1"], publicCacheSeconds: 30 };
  server = await startTestServer({ config });
  ada = await server.signUp("ada");
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  await server.graphql(query, { input: { title: "Long", content: "word ".repeat(2_000) } }, { token: ada.token });
});
afterAll(() => server.close());

interface Reply {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** Past fetch, which sets headers of its own and unpacks answers. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = open(`${server.url}${path}`, { method, headers, agent: false }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(await answer.toArray()) });
    });
    sent.on("error", reject).end(body);
  });
}

const long = "{ posts { nodes { content } } }";
const json = { "content-type": "application/json" };
const ask = (query: string, headers: Record<string, string> = {}) =>
  send("POST", "/graphql", { ...json, ...headers }, JSON.stringify({ query }));
const get = (query: string, headers: Record<string, string> = {}) =>
  send("GET", `/graphql?query=${encodeURIComponent(query)}`, { "apollo-require-preflight": "1", ...headers });

describe("every answer", () => {
  test.each([
    ["of an operation", "POST", "/graphql"],
    ["that is an error", "GET", "/graphql"],
    ["about health", "GET", "/health/live"],
    ["about nothing", "GET", "/nothing"],
    ["to a wrong method", "DELETE", "/graphql"],
    ["of a stream that is refused", "GET", "/graphql/stream"],
  ])("%s tells browsers to do nothing with it", async (_, method, path) => {
    const { headers } = await send(method, path, json, method === "POST" ? '{"query":"{ __typename }"}' : "");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty("strict-transport-security");
    expect(headers.vary).toContain("origin");
  });

  test("over TLS, which a trusted proxy says it was, asks for TLS from then on", async () => {
    const { headers } = await ask("{ __typename }", { "x-forwarded-proto": "https" });
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });
});

describe("a page of another origin", () => {
  const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" };

  test("of the list may ask, and read the answer", async () => {
    const asked = await send("OPTIONS", "/graphql", { ...preflight, origin: friend });
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      "access-control-allow-origin": friend,
      "access-control-allow-methods": expect.stringContaining("POST"),
      "access-control-allow-headers": expect.stringContaining("authorization"),
    });
    const { headers } = await ask("{ __typename }", { origin: friend });
    expect(headers["access-control-allow-origin"]).toBe(friend);
    expect(headers["access-control-expose-headers"]).toContain("ratelimit");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test.each(["https://evil.example.org", "null", "https://app.example.org.evil.example", "http://app.example.org"])(
    "that is not on the list may not: %s",
    async (origin) => {
      const asked = await send("OPTIONS", "/graphql", { ...preflight, origin });
      expect(asked.status).toBe(403);
      const { headers } = await ask("{ __typename }", { origin });
      for (const answer of [asked.headers, headers]) expect(answer).not.toHaveProperty("access-control-allow-origin");
    },
  );
});

describe("compression", () => {
  test.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)("makes a long answer smaller for a client that takes %s", async (encoding, unpack) => {
    const { headers, body } = await ask(long, { "accept-encoding": encoding });
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers.vary).toContain("accept-encoding");
    expect(body.length).toBeLessThan(1_000);
    expect(JSON.parse(String(unpack(body))).data.posts.nodes[0].content).toHaveLength(10_000);
  });

  test("does not compress short answers, refused encodings and tokens", async () => {
    const accepting = { "accept-encoding": "gzip, br" };
    expect((await ask("{ __typename }", accepting)).headers).not.toHaveProperty("content-encoding");
    expect((await ask(long, { "accept-encoding": "identity, gzip;q=0" })).headers).not.toHaveProperty(
      "content-encoding",
    );
    const input = `{ refreshToken: "${ada.refreshToken}" }`;
    const refreshed = await ask(
      `mutation { refreshSession(input: ${input}) { session { accessToken refreshToken } user { posts { nodes { content } } } } }`,
      accepting,
    );
    expect(refreshed.body.length).toBeGreaterThan(5_000);
    expect(refreshed.headers).not.toHaveProperty("content-encoding");
    expect(refreshed.headers["cache-control"]).toBe("no-store");
  });
});

describe("caches", () => {
  test("may keep a visitor's answer to a GET for as long as the setting says", async () => {
    const { headers } = await get(long);
    expect(headers["cache-control"]).toBe("public, max-age=30");
    expect(headers.vary).toContain("authorization");
  });

  test("keep no user's answer for others, and no error, and no mutation", async () => {
    const { token } = ada;
    expect((await get("{ viewer { id } }", { authorization: `Bearer ${token}` })).headers["cache-control"]).toBe(
      "private, no-cache",
    );
    expect((await get("{ nothing }")).headers["cache-control"]).toBe("no-store");
    expect((await get('{ node(id: "nonsense") { id } }')).headers["cache-control"]).toBe("no-store");
    expect((await ask("{ __typename }")).headers["cache-control"]).toBe("no-cache");
  });

  test("that are answered already get 304 without a body", async () => {
    const first = await get(long);
    const etag = String(first.headers.etag);
    const again = await get(long, { "if-none-match": `"x", ${etag}` });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
    expect(again.headers).not.toHaveProperty("content-length");
    expect((await get(long, { "if-none-match": '"x"' })).status).toBe(200);
    const packed = await get(long, { "accept-encoding": "gzip" });
    expect([packed.headers.etag, packed.headers["content-encoding"]]).toEqual([etag, "gzip"]);
  });
});

test("a request with thousands of headers is refused, and the server goes on", async () => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`GET /health/live HTTP/1.1\r\nhost: parley\r\n${"x-a: b\r\n".repeat(5_000)}\r\n`);
  expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 431 /);
  expect((await send("GET", "/health/live")).status).toBe(200);
});
