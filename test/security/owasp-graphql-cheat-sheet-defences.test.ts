/**
 * The OWASP GraphQL cheat sheet, continued: preventing denial of service, access control, batching attacks, configuration. A
 * test for each of its items, in its order and of its name.
 */
import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import type { Account, TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { Random } from "../paging/random.js";
import { ValueWriter } from "./generated-values.js";
import { change, codesIn, openScene, sendBytes, startProduction } from "./production.js";

let server: TestServer;
let ada: Account;
let mallory: Account;
let postId: string;
beforeAll(async () => {
  ({ server, ada, mallory, postId } = await openScene());
});
afterAll(() => server.close());

describe("DoS Prevention", () => {
  test("Query Limiting (Depth & Amount)", async () => {
    const deep = `{ posts { ${"nodes { author { posts { ".repeat(8)} totalCount ${"} } }".repeat(8)} } }`;
    expect((await server.graphql(deep)).body.errors?.[0]?.extensions).toMatchObject({
      code: "DOCUMENT_LIMIT_EXCEEDED",
      bound: "depth",
      limit: 15,
    });
    const many = await server.graphql("{ posts(first: 99999999) { nodes { id } } }");
    expect([codesIn(many), many.body.data ?? null]).toEqual([["BAD_USER_INPUT"], null]);
    expect(codesIn(await server.graphql("{ posts(first: 1, offset: 99999999) { nodes { id } } }"))).toEqual([
      "BAD_USER_INPUT",
    ]);
    const ids = Array.from({ length: 101 }, () => postId);
    expect(codesIn(await server.graphql("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids }))).toEqual([
      "BAD_USER_INPUT",
    ]);
  });

  test("Timeouts: a request that takes too long is given up", async () => {
    const hurried = await startProduction({ config: { deadlineMs: 200 } });
    let end: () => void = () => undefined;
    // Others write, on all connections there are, and take their time.
    const taken = new Promise<void>((resolve) => {
      end = resolve;
    });
    const busy = Promise.all(Array.from({ length: 10 }, () => hurried.database.writes.run(() => taken)));
    const input = { handle: "carol", name: "Carol", email: "carol@example.org", password: "a good password" };
    expect(await change(hurried, undefined, "signUp", input)).toEqual(["DEADLINE_EXCEEDED"]);
    end();
    await busy;
    await hurried.close();
  });

  test("Timeouts: so is one that takes too long to come", async () => {
    const { http } = limitsWith({});
    const limits = { ...limitsWith({ isOn: false }), http: { ...http, headersTimeoutMs: 200, requestTimeoutMs: 200 } };
    const hurried = await startProduction({ config: { limits } });
    const head = "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    expect(await sendBytes(hurried.url, head)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await sendBytes(hurried.url, `${head}content-length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 408 /);
    await hurried.close();
  });

  test("Query Cost Analysis: pages multiply, and the cost and its limit are reported", async () => {
    const query =
      "{ posts(first: 100) { nodes { comments(first: 100) { nodes { replies(first: 100) { nodes { id } } } } } } }";
    const [error] = (await server.graphql(query)).body.errors ?? [];
    expect(error?.extensions).toEqual({ code: "COST_LIMIT_EXCEEDED", cost: 1_030_302, limit: 10_000 });
  });

  test("Rate Limiting: by what is asked for, not by the number of requests", async () => {
    const limited = await startProduction({ config: { limits: limitsWith({ visitorPoints: 250 }, { cost: 250 }) } });
    const page = "{ users(first: 98) { nodes { id } } }";
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await limited.graphql(page)).status);
    const cheap = await limited.graphql("{ __typename }");
    expect([statuses, cheap.status]).toEqual([[200, 200, 429], 200]);
    await limited.close();
  });

  test("Server-side Batching and Caching: as many statements for one item as for many", async () => {
    for (let n = 0; n < 5; n += 1) await change(server, ada, "createPost", { title: `${n}`, content: "c" });
    const count = async (first: number) => {
      const query = `{ posts(first: ${first}) { nodes { author { name posts(first: 2) { nodes { author { handle } } } } } } }`;
      return (await recordStatements(() => server.graphql(query))).statements.length;
    };
    expect(await count(5)).toBe(await count(1));
  });

  test("System Resource Management: bodies, headers and what waits in line are bounded", async () => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query: " ".repeat(1_100_000) });
    const { status } = await fetch(`${server.url}/graphql`, { method: "POST", headers, body });
    expect(status).toBe(413);
    // Node counts what is in names and values.
    const many = `GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${"x-abc: d\r\n".repeat(5_000)}\r\n`;
    expect(await sendBytes(server.url, many)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("Access Control", () => {
  test("General Data Access: whoever has an id has not got what it stands for", async () => {
    const url = "https://hooks.example.org/";
    const subscription = "subscription { postCreated { id } }";
    const { webhook } = await change(server, ada, "createWebhook", { url, subscription }, "webhook { id }");
    const query = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
    for (const account of [undefined, mallory]) {
      const { body } = await server.graphql(query, { id: webhook.id }, account);
      expect(body.data).toEqual({ node: null, nodes: [null] });
    }
    expect((await server.graphql(query, { id: webhook.id }, ada)).body.data.node).toEqual({ id: webhook.id });
  });

  test("General Data Access: on edges and on nodes alike", async () => {
    const query = "{ users { edges { node { email } } nodes { email } } }";
    const { edges, nodes } = (await server.graphql(query, {}, mallory)).body.data.users;
    const emails = (users: { email: string | null }[]) => users.flatMap(({ email }) => email ?? []);
    expect(emails(edges.map(({ node }: { node: { email: string | null } }) => node))).toEqual([mallory.email]);
    expect(emails(nodes)).toEqual([mallory.email]);
  });

  test("Query Access (Data Fetching): a field is for whom it is for, wherever it is selected", async () => {
    const query = "{ posts { nodes { author { email } likedBy { nodes { email } } } } }";
    expect(JSON.stringify((await server.graphql(query, {}, mallory)).body)).not.toContain(ada.email);
    expect(JSON.stringify((await server.graphql(query)).body)).not.toContain("@");
  });

  test("Mutation Access (Data Manipulation): every mutation but those to come in needs a viewer", async () => {
    const open = ["signUp", "signIn", "refreshSession"];
    const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
    const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(fields.length).toBeGreaterThan(20);
    const random = new ValueWriter(new Random(1), [postId]);
    for (const { name, args } of fields.filter((field) => !open.includes(field.name))) {
      const input = args[0] && random.fitting(args[0].type);
      expect([name, await change(server, undefined, name, Object(input))]).toEqual([name, ["UNAUTHENTICATED"]]);
    }
  });
});

describe("Batching Attacks", () => {
  test("Mitigating Batching Attacks: one request is one operation", async () => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify([{ query: "{ __typename }" }, { query: "{ __typename }" }]);
    const answer = await fetch(`${server.url}/graphql`, { method: "POST", headers, body });
    expect([answer.status, (await answer.text()).includes("Query")]).toEqual([400, false]);
  });

  test("Mitigating Batching Attacks: aliases are counted, and cost what they ask for", async () => {
    const aliased = (count: number) =>
      `{ ${Array.from({ length: count }, (_, n) => `a${n}: user(handle: "user${n}") { id }`).join(" ")} }`;
    expect(codesIn(await server.graphql(aliased(21)))).toEqual(["DOCUMENT_LIMIT_EXCEEDED"]);
    const cost = async (count: number) => {
      const headers = { "x-graphql-cost": "report" };
      const { body } = await server.graphql(aliased(count), {}, { headers });
      return body.extensions?.cost?.cost;
    };
    expect([await cost(1), await cost(10)]).toEqual([2, 20]);
  });

  test("Mitigating Batching Attacks: passwords are tried a few times, in however many requests", async () => {
    const limited = await startProduction({ config: { limits: limitsWith({ passwordsPerAccount: 3 }) } });
    const codes = [];
    for (let n = 0; n < 5; n += 1)
      codes.push(await change(limited, undefined, "signIn", { email: "a@b.org", password: `${n}` }));
    const wrong = { userErrors: [{ code: "WRONG_CREDENTIALS", field: null }] };
    expect(codes.map((each) => (Array.isArray(each) ? each[0] : each.userErrors[0].code))).toEqual([
      ...Array(3).fill(wrong.userErrors[0]?.code),
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
    await limited.close();
  });
});

describe("Secure Configurations", () => {
  test("Introspection + GraphiQL: neither, and no suggestions in their place", async () => {
    const texts = [
      "{ __schema { types { name } } }",
      '{ __type(name: "User") { name } }',
      "{ viewe { id } }",
      "{ viewer { emial } }",
    ];
    for (const query of texts) {
      const answer = await server.graphql(query, {}, ada);
      expect(answer.body.data).toBeUndefined();
      expect(JSON.stringify(answer.body)).not.toMatch(/did you mean|"types"/i);
    }
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: "text/html" } });
    expect(await page.text()).not.toMatch(/<html|graphiql/i);
  });

  test("Don't Return Excessive Errors: what breaks inside stays inside", async () => {
    const { prisma } = server.database;
    await prisma.$executeRawUnsafe("ALTER TABLE comments RENAME TO gone");
    const answer = await server.graphql("query ($id: ID!) { post(id: $id) { comments { nodes { text } } } }", {
      id: postId,
    });
    await prisma.$executeRawUnsafe("ALTER TABLE gone RENAME TO comments");
    expect(codesIn(answer)).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(answer.body.errors?.[0]?.message).toBe("Internal server error");
    expect(JSON.stringify(answer.body)).not.toMatch(/comments" does not exist|relation|node_modules|\.ts:|\.js:|stack/);
  });
});
