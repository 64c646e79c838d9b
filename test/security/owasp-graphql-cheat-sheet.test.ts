/**
 * The OWASP GraphQL cheat sheet (https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html): a test for each of
 * its items, in its order and of its name. Here attacks and input; the rest in owasp-graphql-cheat-sheet-defences.test.ts.
 */
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Account, TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { change, codesIn, openScene, sendBytes } from "./production.js";

let server: TestServer;
let ada: Account;
let mallory: Account;
let postId: string;
beforeAll(async () => {
  ({ server, ada, mallory, postId } = await openScene());
});
afterAll(() => server.close());

const sql = ["'; DROP TABLE posts; --", "' OR '1'='1", '{"$gt": ""}', "1) UNION SELECT password_hash FROM users --"];

describe("Common Attacks", () => {
  test.each(sql)("Injection: SQL and NoSQL injection: %s", async (text) => {
    const query = `query ($text: String!, $id: ID!) { user(handle: $text) { id } node(id: $id) { id }
      posts(filter: { search: $text }, after: null) { totalCount } users(after: $text) { nodes { id } } }`;
    const answer = await server.graphql(query, { text, id: text });
    expect(answer.body.data?.user ?? null).toBeNull();
    expect(codesIn(answer).every((code) => code === "BAD_ID" || code === "BAD_CURSOR")).toBe(true);
    // Stored and given back as it is, and nothing else has come of it.
    const { post } = await change(server, ada, "createPost", { title: text, content: text }, "post { title content }");
    expect(post).toEqual({ title: text, content: text });
    expect(JSON.stringify((await server.graphql("{ posts { nodes { title } } }")).body)).toContain("Hers");
  });

  test("Injection: NoSQL operators in the place of text", async () => {
    const input = { email: { $ne: null }, password: { $ne: null } };
    expect(await change(server, undefined, "signIn", input)).toEqual(["BAD_USER_INPUT", "BAD_USER_INPUT"]);
  });

  test("Injection: OS Command injection", async () => {
    const mark = `parley-was-here-${process.pid}`;
    for (const text of [
      `$(touch ${tmpdir()}/${mark})`,
      `\`touch ${tmpdir()}/${mark}\``,
      `; touch ${tmpdir()}/${mark}`,
    ]) {
      await change(server, ada, "createPost", { title: text, content: text });
      await server.graphql("query ($text: String!) { user(handle: $text) { id } }", { text });
    }
    expect((await readdir(tmpdir())).includes(mark)).toBe(false);
  });

  test.each([
    "https://127.0.0.1/",
    "https://localhost/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::ffff:10.0.0.1]/",
    "https://0x7f000001/",
    "https://2130706433/",
    "http://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "https://example.org:6379/",
  ])("Injection: SSRF: %s", async (url) => {
    const subscription = "subscription { postCreated { id } }";
    const refused = await change(server, mallory, "createWebhook", { url, subscription }, "webhook { id }");
    expect(refused).toEqual({ webhook: null, userErrors: [{ code: "INVALID", field: ["input", "url"] }] });
  });

  test("Injection: CRLF injection and Request Smuggling", async () => {
    const answer = await fetch(`${server.url}/graphql?query=%7B__typename%7D%0d%0aset-cookie:%20a=b`, {
      headers: { "apollo-require-preflight": "1", "x-request-id": "a b" },
    });
    expect([answer.headers.get("set-cookie"), answer.headers.get("x-request-id") === "a b"]).toEqual([null, false]);
    const smuggled = "GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n";
    const lengths = `content-length: ${smuggled.length}\r\ntransfer-encoding: chunked\r\n`;
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${lengths}\r\n`;
    const text = await sendBytes(server.url, `${head}0\r\n\r\n${smuggled}`);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
    const obfuscated = `POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\ncontent-length: 3\r\n\r\n0\r\n`;
    expect(await sendBytes(server.url, obfuscated)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("DoS (Denial of Service)", async () => {
    const bomb = Array.from({ length: 30 }, (_, n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`).join(" ");
    const answer = await server.graphql(`{ viewer { ...F0 } } ${bomb} fragment F30 on User { id }`);
    expect(codesIn(answer)).toEqual(["DOCUMENT_LIMIT_EXCEEDED"]);
  });

  test("Abuse of broken authorization: improper access, IDOR", async () => {
    expect(await change(server, mallory, "updatePost", { postId, title: "Mine" })).toEqual(["FORBIDDEN"]);
    expect(await change(server, mallory, "deletePost", { postId })).toEqual(["FORBIDDEN"]);
    expect(await change(server, undefined, "deletePost", { postId })).toEqual(["UNAUTHENTICATED"]);
  });

  test("Abuse of broken authorization: excessive access", async () => {
    const { body } = await server.graphql("{ users { nodes { email webhooks { totalCount } } } }", {}, mallory);
    expect(body.data.users.nodes.filter((user: { email: string | null }) => user.email !== null)).toEqual([
      { email: mallory.email, webhooks: { totalCount: 0 } },
    ]);
  });

  test("Batching Attacks", async () => {
    const tries = (n: number) =>
      `t${n}: signIn(input: { email: "${ada.email}", password: "guess ${n}" }) { userErrors { code } }`;
    const aliased = await server.graphql(`mutation { ${[1, 2, 3].map(tries).join(" ")} }`);
    expect([codesIn(aliased), aliased.body.data]).toEqual([["DOCUMENT_LIMIT_EXCEEDED"], undefined]);
    const spread = await server.graphql(
      `mutation { ...A ...B } fragment A on Mutation { ${tries(1)} } fragment B on Mutation { ${tries(2)} }`,
    );
    expect(codesIn(spread)).toEqual(["DOCUMENT_LIMIT_EXCEEDED"]);
  });

  test("Abuse of insecure default configurations", async () => {
    for (const path of ["/graphiql", "/playground", "/altair", "/voyager", "/.env", "/metrics", "/debug"]) {
      const { status } = await fetch(`${server.url}${path}`);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
  });
});

describe("Input Validation", () => {
  test("General Practices: only valid values, by type, length and characters; refusals say no more than which field", async () => {
    const input = { handle: "Ada Lovelace!", name: "", email: "nobody", password: "short" };
    const { userErrors } = await change(server, undefined, "signUp", input);
    expect(userErrors.map(({ field }: { field: string[] }) => field.join(".")).sort()).toEqual([
      "input.email",
      "input.handle",
      "input.name",
      "input.password",
    ]);
    const wrong = await server.graphql(
      "query ($n: Int) { posts(first: $n, orderBy: { field: SECRET }) { totalCount } }",
      {
        n: "1; --",
      },
    );
    expect(codesIn(wrong)).toContain("GRAPHQL_VALIDATION_FAILED");
  });

  test("General Practices: one character encoding", async () => {
    for (const title of ["a\0b", "half \ud800"]) {
      expect(await change(server, ada, "createPost", { title, content: "c" })).toEqual(["BAD_USER_INPUT"]);
    }
    const latin1 = Buffer.from('{"query":"{ user(handle: \\"\xe9\\") { id } }"}', "latin1");
    const headers = { "content-type": "application/json" };
    const { status } = await fetch(`${server.url}/graphql`, { method: "POST", headers, body: latin1 });
    expect(status).toBe(400);
  });

  test("Injection Prevention: what is handed to the database is a parameter, never part of a statement", async () => {
    const text = "'; SELECT pg_sleep(10); --";
    const query =
      "query ($text: String!) { user(handle: $text) { id } posts(filter: { search: $text }) { totalCount } }";
    const { statements } = await recordStatements(() => server.graphql(query, { text }));
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((statement) => statement.text.includes("pg_sleep"))).toEqual([]);
    expect(statements.flatMap(({ values }) => values).join()).toContain("pg_sleep");
  });

  test("Injection Prevention: Markdown becomes HTML that runs nothing", async () => {
    const hostile = [
      "<script>alert(1)</script>",
      "[x](javascript:alert(1))",
      '<img src=x onerror="alert(1)">',
      "<svg onload=alert(1)></svg>",
      '<a href="&#106;avascript:alert(1)">x</a>',
    ];
    const content = hostile.join("\n\n");
    const { post } = await change(server, ada, "createPost", { title: "XSS", content }, "post { contentHtml }");
    expect(post.contentHtml).toContain("<a>x</a>");
    expect(post.contentHtml).not.toMatch(/<script|javascript:|onerror|onload|<svg/i);
  });

  test("Process Validation: a client's text decides on no host, file or document that the server asks for", async () => {
    const avatarUrl = `${server.url}/health/live`;
    const before = (await server.graphql("{ __typename }")).status;
    const { userErrors } = await change(server, mallory, "updateProfile", { avatarUrl }, "user { avatarUrl }");
    // Taken as text, for a client to show: the server itself never fetches it.
    expect([before, userErrors]).toEqual([200, []]);
    const traversal = await fetch(`${server.url}/graphql/assets/..%2f..%2f..%2fpackage.json`);
    expect(traversal.status).toBe(404);
  });
});
