/** The OWASP API Security Top 10, 2023 (https://owasp.org/API-Security/editions/2023/en/0x11-t10/): attacks for each, by its name. From the sixth on in owasp-api-top-10-from-6.test.ts. */
import { readFileSync } from "node:fs";
import { buildSchema, isInterfaceType, isObjectType } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import type { Account, TestServer } from "../harness/server.js";
import { change, codesIn, startProduction } from "./production.js";

let server: TestServer;
let ada: Account;
let mallory: Account;
let mine: { post: string; comment: string; webhook: string };
beforeAll(async () => {
  server = await startProduction();
  ada = await server.signUp("ada");
  mallory = await server.signUp("mallory");
  const { post } = await change(server, ada, "createPost", { title: "Hers", content: "Text" }, "post { id }");
  const { comment } = await change(server, ada, "createComment", { postId: post.id, text: "Hers" }, "comment { id }");
  const hook = { url: "https://hooks.example.org/", subscription: "subscription { postCreated { id } }" };
  const { webhook } = await change(server, ada, "createWebhook", hook, "webhook { id }");
  mine = { post: post.id, comment: comment.id, webhook: webhook.id };
});
afterAll(() => server.close());

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const notFound = { userErrors: [{ code: "NOT_FOUND", field: expect.anything() }] };

describe("API1:2023 Broken Object Level Authorization", () => {
  test.each([
    ["updatePost", () => ({ postId: mine.post, title: "Mine" })],
    ["deletePost", () => ({ postId: mine.post })],
    ["updateComment", () => ({ commentId: mine.comment, text: "Mine" })],
    ["deleteComment", () => ({ commentId: mine.comment })],
  ])("%s of what another wrote", async (name, input) => {
    expect(await change(server, mallory, name, input())).toEqual(["FORBIDDEN"]);
    expect(await change(server, undefined, name, input())).toEqual(["UNAUTHENTICATED"]);
  });

  test.each(["deleteWebhook", "pauseWebhook", "resumeWebhook", "rotateWebhookSecret", "testWebhook"])(
    "%s of another is as if it were not there",
    async (name) => {
      expect(await change(server, mallory, name, { webhookId: mine.webhook })).toMatchObject(notFound);
    },
  );

  test("what is another's alone is not found by its id", async () => {
    const query = "query ($id: ID!) { node(id: $id) { id } }";
    expect((await server.graphql(query, { id: mine.webhook }, mallory)).body.data).toEqual({ node: null });
  });
});

describe("API2:2023 Broken Authentication", () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("a token that nobody signed, that was changed, or of another kind is refused", async () => {
    const [head = "", payload = "", signature = ""] = ada.token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const forged = [
      `${part({ alg: "none", typ: "at+jwt" })}.${payload}.`,
      `${part({ alg: "HS256" })}.${payload}.${signature}`,
      `${head}.${part({ ...claims, sub: mallory.id })}.${signature}`,
      `${head}.${part({ ...claims, exp: 9_999_999_999 })}.${signature}`,
      ada.refreshToken,
      "",
    ];
    for (const token of forged) {
      const answer = await server.graphql("{ viewer { id } }", {}, { headers: { authorization: `Bearer ${token}` } });
      expect([answer.status, codesIn(answer)]).toEqual([401, ["UNAUTHENTICATED"]]);
    }
  });

  test("a refresh token that is used again ends its session", async () => {
    let clock = new Date();
    const own = await startProduction({ now: () => clock });
    const carol = await own.signUp("carol");
    const input = { refreshToken: carol.refreshToken };
    const { session } = await change(own, undefined, "refreshSession", input, "session { refreshToken }");
    clock = new Date(clock.getTime() + 60_000);
    const stolen = await change(own, undefined, "refreshSession", input, "session { refreshToken }");
    expect(stolen.userErrors[0].code).toBe("INVALID_REFRESH_TOKEN");
    const after = await change(own, undefined, "refreshSession", session, "session { refreshToken }");
    expect(after.userErrors[0].code).toBe("INVALID_REFRESH_TOKEN");
    await own.close();
  });

  test("whether an address has an account cannot be found out by signing in", async () => {
    const tell = (email: string) => change(server, undefined, "signIn", { email, password: "wrong" });
    expect(await tell(ada.email)).toEqual(await tell("nobody@example.org"));
  });
});

describe("API3:2023 Broken Object Property Level Authorization", () => {
  test("excessive data exposure: what is personal is null to others", async () => {
    const query = "query ($id: ID!) { user(id: $id) { email webhooks { totalCount } } }";
    const { body } = await server.graphql(query, { id: ada.id }, mallory);
    expect(body.data.user).toEqual({ email: null, webhooks: null });
  });

  test("mass assignment: a property that is not in the input cannot be set", async () => {
    for (const property of ["role", "email", "passwordHash", "id", "followerCount", "createdAt"]) {
      const input = { name: "Mallory", [property]: "ADMIN" };
      expect(await change(server, mallory, "updateProfile", input)).toEqual(["BAD_USER_INPUT"]);
    }
    const signUp = { handle: "eve", name: "Eve", email: "eve@example.org", password: "a good password", role: "ADMIN" };
    expect(await change(server, undefined, "signUp", signUp)).toEqual(["BAD_USER_INPUT"]);
  });

  test("secrets are in no type: a password's hash, a sealed secret, a token's hash have no field", () => {
    const outputs = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
    const names = outputs.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    const telling = names.filter(
      (name) => !name.startsWith("__") && /password|hash|sealed|privateKey/i.test(name.split(".")[1] ?? ""),
    );
    expect(telling.filter((name) => !/^Mutation\.changePassword$/.test(name))).toEqual([]);
  });
});

describe("API4:2023 Unrestricted Resource Consumption", () => {
  test("one request, one page, one text and one body are bounded", async () => {
    const costly =
      "{ posts(first: 100) { nodes { likedBy(first: 100) { nodes { posts(first: 100) { nodes { id } } } } } } }";
    expect(codesIn(await server.graphql(costly))).toEqual(["COST_LIMIT_EXCEEDED"]);
    const content = "x".repeat(40_001);
    const { userErrors } = await change(server, mallory, "createPost", { title: "T", content });
    expect(userErrors).toEqual([{ code: "TOO_LONG", field: ["input", "content"] }]);
    const body = `{"query":"{ __typename }","extensions":{"a":"${"x".repeat(1_100_000)}"}}`;
    const headers = { "content-type": "application/json" };
    expect((await fetch(`${server.url}/graphql`, { method: "POST", headers, body })).status).toBe(413);
  });

  test("many requests are", async () => {
    const limited = await startProduction({ config: { limits: limitsWith({ visitorPoints: 100 }, { cost: 100 }) } });
    const statuses = [];
    for (let n = 0; n < 60; n += 1) statuses.push((await limited.graphql("{ users(first: 1) { totalCount } }")).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
    await limited.close();
  });
});

describe("API5:2023 Broken Function Level Authorization", () => {
  test("what is for moderators and admins is not for users, whatever the method or the way", async () => {
    expect(await change(server, mallory, "deletePost", { postId: mine.post })).toEqual(["FORBIDDEN"]);
    const query = "subscription { webhookReceived { id } }";
    for (const [account, status] of [
      [undefined, 401],
      [mallory, 403],
    ] as const) {
      const headers = {
        "content-type": "application/json",
        ...(account && { authorization: `Bearer ${account.token}` }),
      };
      const sent = { method: "POST", headers, body: JSON.stringify({ query }) };
      expect((await fetch(`${server.url}/graphql/stream`, sent)).status).toBe(status);
    }
    for (const method of ["GET", "POST", "PUT"]) {
      expect([403, 404, 405]).toContain((await fetch(`${server.url}/metrics`, { method })).status);
    }
  });

  test("a role is not taken from a token: one that was an admin is none from the next request on", async () => {
    const own = await startProduction();
    const admin = await own.signUp("the_admin");
    const { prisma } = own.database;
    const bob = await own.signUp("bob");
    await prisma.user.updateMany({ where: { handle: "the_admin" }, data: { role: "ADMIN" } });
    const query = "query ($id: ID!) { user(id: $id) { email } }";
    const seen = async () => (await own.graphql(query, { id: bob.id }, admin)).body.data.user.email;
    expect(await seen()).toBe(bob.email);
    await own.close();
  });
});
