/** The OWASP API Security Top 10, 2023 (https://owasp.org/API-Security/editions/2023/en/0x11-t10/): attacks for each, by its name. Here the sixth to the tenth. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { limitsWith } from "../harness/limits.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { until } from "../subscriptions/inbox.js";
import { createWebhook, look } from "../webhooks/owning.js";
import { startReceiver } from "../webhooks/receiver.js";
import { change, startProduction } from "./production.js";

const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
let server: TestServer;
let ada: Account;
let mallory: Account;
let mine: { post: string; webhook: string };
beforeAll(async () => {
  server = await startProduction({
    config: { webhookSources: [{ name: "billing", kind: "standard", secret }], metricsToken: "a token for metrics" },
  });
  ada = await server.signUp("ada");
  mallory = await server.signUp("mallory");
  const { post } = await change(server, ada, "createPost", { title: "Hers", content: "Text" }, "post { id }");
  const hook = { url: "https://hooks.example.org/", subscription: "subscription { postCreated { id } }" };
  const { webhook } = await change(server, ada, "createWebhook", hook, "webhook { id }");
  mine = { post: post.id, webhook: webhook.id };
});
afterAll(() => server.close());

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

/** The first attempt to deliver to a receiver of this machine, as its owner sees it: a server of its own may send there. */
async function attemptAt(receiver: Awaited<ReturnType<typeof startReceiver>>) {
  const own = await startTestServer({ config: { webhookAllowNetworks: ["127.0.0.0/8"] } });
  const owner = await own.signUp("owner");
  const { id } = await createWebhook(own, owner, receiver);
  await change(own, owner, "createPost", { title: "T", content: "C" });
  await receiver.received.first(1);
  const attempt = async () => (await look(own, owner, id)).deliveries.nodes[0]?.attempts.nodes[0];
  // It is written down when the receiver has answered.
  await until(async () => (await attempt()) !== undefined);
  const first = await attempt();
  await own.close();
  return first;
}

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
    expect((await attemptAt(receiver)).status).toBe(302);
    await Promise.all([receiver.close(), internal.close()]);
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
      const reported = problems(`postgresql://parley${password}@db.example.org/parley`);
      for (const name of ["DATABASE_URL", "METRICS_TOKEN", "SECRETS_KEY"])
        expect(reported).toContain(`${name} must be`);
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
    expect((await post(body, signed(body, new Date(Date.now() - 3_600_000)))).status).toBe(400);
    expect((await post(body.replace("paid", "owed"), signed(body))).status).toBe(401);
    expect((await post(body, signed(body))).status).toBe(202);
    const stored = await server.database.prisma.event.count({ where: { type: "WebhookReceived" } });
    expect(stored).toBe(1);
  });

  test("of what a receiver answers no more is kept than can be shown, as text", async () => {
    const receiver = await startReceiver();
    receiver.behave((_, response) => void response.writeHead(500).end(`<script>${"x".repeat(5_000_000)}`));
    const attempt = await attemptAt(receiver);
    expect([attempt.status, attempt.responseExcerpt.length]).toEqual([500, 1_000]);
    await receiver.close();
  });
});
