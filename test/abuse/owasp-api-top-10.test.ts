/** The OWASP API Security Top 10, 2023 (https://owasp.org/API-Security/editions/2023/en/0x11-t10/): attacks for each, by its name. */
import { readFileSync } from "node:fs";
import { buildSchema, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.js";
import { limitsWith } from "../harness/limits.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { createWebhook, look } from "../webhooks/owning.js";
import { startReceiver } from "../webhooks/receiver.js";
import { change, codesIn, startProduction } from "./production.js";

const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
let server: TestServer;
let ada: Account;
let mallory: Account;
let mine: { post: string; comment: string; webhook: string };
beforeAll(async () => {
  server = await startProduction({ config: { webhookSources: [{ name: "billing", kind: "standard", secret }] } });
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

  test("whether an address has an account cannot be told by signing in", async () => {
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
    expect(
      Object.values(schema.getTypeMap()).some((type) => isInputObjectType(type) && "role" in type.getFields()),
    ).toBe(false);
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
    for (const account of [undefined, mallory]) {
      const headers = {
        "content-type": "application/json",
        ...(account && { authorization: `Bearer ${account.token}` }),
      };
      const sent = { method: "POST", headers, body: JSON.stringify({ query }) };
      expect([401, 400]).toContain((await fetch(`${server.url}/graphql/stream`, sent)).status);
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

describe("API6:2023 Unrestricted Access to Sensitive Business Flows", () => {
  test("making accounts is bounded for each address", async () => {
    const limited = await startProduction({ config: { limits: limitsWith({ passwordsPerAddress: 3 }) } });
    const make = (n: number) =>
      change(limited, undefined, "signUp", {
        handle: `bot${n}`,
        name: "Bot",
        email: `bot${n}@example.org`,
        password: "a good password",
      });
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push(await make(n));
    expect(made.map((each) => (Array.isArray(each) ? each[0] : "made"))).toEqual([
      ...Array(3).fill("made"),
      "RATE_LIMITED",
      "RATE_LIMITED",
    ]);
    await limited.close();
  });

  test("liking and following count once, however often and however fast", async () => {
    const likes = Array.from({ length: 10 }, () =>
      change(server, mallory, "likePost", { postId: mine.post }, "post { id }"),
    );
    await Promise.all(likes);
    await Promise.all(
      Array.from({ length: 10 }, () => change(server, mallory, "followUser", { userId: ada.id }, "user { id }")),
    );
    const query = "query ($post: ID!, $user: ID!) { post(id: $post) { likeCount } user(id: $user) { followerCount } }";
    const { body } = await server.graphql(query, { post: mine.post, user: ada.id });
    expect(body.data).toEqual({ post: { likeCount: 1 }, user: { followerCount: 1 } });
  });
});

describe("API7:2023 Server Side Request Forgery", () => {
  const inside = [
    "https://10.0.0.1/",
    "https://[fd00::1]/",
    "https://100.64.0.1/",
    "https://017700000001/",
    "https://localhost./",
  ];

  test.each(inside)("a webhook does not go to %s, made or moved there", async (url) => {
    const subscription = "subscription { postCreated { id } }";
    const refused = [{ code: "INVALID", field: ["input", "url"] }];
    expect((await change(server, mallory, "createWebhook", { url, subscription })).userErrors).toEqual(refused);
    const moved = await change(server, ada, "updateWebhook", { webhookId: mine.webhook, url });
    expect(moved.userErrors).toEqual(refused);
  });

  test("nor does a delivery follow a redirect there", async () => {
    const [receiver, internal] = [await startReceiver(), await startReceiver()];
    receiver.behave((_, response) => void response.writeHead(302, { location: internal.url }).end());
    const own = await startTestServer({ config: { webhookAllowNetworks: ["127.0.0.0/8"] } });
    const owner = await own.signUp("owner");
    const { id } = await createWebhook(own, owner, receiver);
    await change(own, owner, "createPost", { title: "T", content: "C" });
    await receiver.received.first(1);
    const attempts = async () => (await look(own, owner, id)).deliveries.nodes[0]?.attempts.nodes ?? [];
    for (;;) if ((await attempts()).length > 0) break;
    expect((await attempts())[0].status).toBe(302);
    await Promise.all([own.close(), receiver.close(), internal.close()]);
  });
});

describe("API8:2023 Security Misconfiguration", () => {
  test("a start in production refuses secrets that are missing, weak or known to everybody", () => {
    const env = { NODE_ENV: "production", METRICS_TOKEN: "short", SECRETS_KEY: "0123" };
    const problems = (url: string) => {
      try {
        readConfig({ ...env, DATABASE_URL: url });
        return "";
      } catch (error) {
        return String(error);
      }
    };
    for (const password of ["", ":postgres", ":secret", ":parley123"]) {
      const told = problems(`postgresql://parley${password}@db.example.org/parley`);
      for (const name of ["DATABASE_URL", "METRICS_TOKEN", "SECRETS_KEY"]) expect(told).toContain(`${name} must be`);
    }
  });

  test("methods, headers and errors tell nothing", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "PROPFIND"]) {
      expect((await fetch(`${server.url}/graphql`, { method })).status).toBe(405);
    }
    const answer = await fetch(`${server.url}/nothing-here`);
    expect([answer.headers.get("server"), answer.headers.get("x-powered-by")]).toEqual([null, null]);
    expect(await answer.text()).not.toMatch(/node_modules|at .+\.js|parley\/(src|dist)/);
    const foreign = await fetch(`${server.url}/graphql?query={__typename}`, {
      headers: { origin: "https://evil.example.org", "apollo-require-preflight": "1" },
    });
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("API9:2023 Improper Inventory Management", () => {
  test("what there is beside GraphQL is in /openapi.json, and there is nothing else", async () => {
    const { paths } = JSON.parse(await (await fetch(`${server.url}/openapi.json`)).text());
    const described = Object.keys(paths);
    expect(described.length).toBeGreaterThan(4);
    for (const path of described.filter((each) => !each.includes("{"))) {
      expect([path, (await fetch(`${server.url}${path}`)).status]).not.toEqual([path, 404]);
    }
    const old = [
      "/v1/graphql",
      "/api",
      "/api/v1",
      "/graphql/v1",
      "/beta",
      "/internal",
      "/admin",
      "/swagger.json",
      "/openapi.yaml",
    ];
    for (const path of old) expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 404]);
  });
});

describe("API10:2023 Unsafe Consumption of APIs", () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${server.url}/webhooks/billing`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });

  function signed(body: string, at = new Date(), key = secret): Record<string, string> {
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const signature = new Webhook(key).sign("msg_1", at, body);
    return { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": signature };
  }

  test("a hook of another is taken when its source signed it, just now, and no byte was changed", async () => {
    const body = '{"type":"paid","note":"\'; DROP TABLE events; --"}';
    const foreign = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;
    expect((await post(body, {})).status).toBe(401);
    expect((await post(body, signed(body, new Date(), foreign))).status).toBe(401);
    expect((await post(body, signed(body, new Date(Date.now() - 3_600_000)))).status).toBe(401);
    expect((await post(body.replace("paid", "owed"), signed(body))).status).toBe(401);
    expect((await post(body, signed(body))).status).toBe(202);
    const stored = await server.database.prisma.event.count({ where: { type: "WebhookReceived" } });
    expect(stored).toBe(1);
  });

  test("of what a receiver answers no more is kept than can be shown, as text", async () => {
    const receiver = await startReceiver();
    receiver.behave((_, response) => void response.writeHead(500).end(`<script>${"x".repeat(5_000_000)}`));
    const own = await startTestServer({ config: { webhookAllowNetworks: ["127.0.0.0/8"] } });
    const owner = await own.signUp("owner");
    const { id } = await createWebhook(own, owner, receiver);
    await change(own, owner, "createPost", { title: "T", content: "C" });
    await receiver.received.first(1);
    const attempts = async () => (await look(own, owner, id)).deliveries.nodes[0]?.attempts.nodes ?? [];
    for (;;) if ((await attempts()).length > 0) break;
    const [attempt] = await attempts();
    expect([attempt.status, attempt.responseExcerpt.length]).toEqual([500, 1_000]);
    await Promise.all([own.close(), receiver.close()]);
  });
});
