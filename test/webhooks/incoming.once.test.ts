/** Inbound webhooks: verified over their raw body, stored once, sent to admins. */
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { listen } from "../subscriptions/listener.js";

const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
const gitHubSecret = "a secret shared with GitHub";

let server: TestServer;
let admin: Account;
beforeAll(async () => {
  server = await startTestServer({
    config: {
      bodyLimitBytes: 2_000,
      webhookSources: [
        { name: "billing", kind: "standard", secret },
        { name: "github", kind: "github", secret: gitHubSecret },
      ],
    },
  });
  admin = await server.signUp("the_admin");
  await server.database.prisma.user.updateMany({ data: { role: "ADMIN" } });
});
afterAll(() => server.close());

const json = { "content-type": "application/json" };

async function send(source: string, body: string | Buffer, headers: Record<string, string>) {
  const response = await fetch(`${server.url}/webhooks/${source}`, { method: "POST", body, headers });
  const answer = (await response.json()) as { status: unknown; detail?: string; requestId?: string };
  return { status: response.status, answer, requestId: response.headers.get("x-request-id") };
}

function signed(id: string, body: string, atMs = Date.now(), key = secret): Record<string, string> {
  const at = new Date(atMs);
  const seconds = String(Math.floor(atMs / 1_000));
  const signature = new Webhook(key).sign(id, at, body);
  return { ...json, "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature };
}

const countEvents = () => server.database.prisma.event.count({ where: { type: "WebhookReceived" } });

test("a good hook is one event, sent to admins alone; sent again it has no effect", async () => {
  const query = "subscription { webhookReceived { id source messageId body occurredAt } }";
  const all = await listen(server, { query }, admin.token);
  const others = await listen(
    server,
    { query: 'subscription { webhookReceived(source: "github") { source } }' },
    admin.token,
  );
  const body = JSON.stringify({ type: "invoice.paid", data: { amount: 12, note: "ünïcode \u0000" } });
  const headers = signed("msg_1", body);
  expect(await send("billing", body, headers)).toMatchObject({ status: 202, answer: { status: "accepted" } });
  expect(await send("billing", body, headers)).toMatchObject({ status: 200, answer: { status: "seen" } });
  const text = '{"action":"opened"}';
  const signature = `sha256=${createHmac("sha256", gitHubSecret).update(text).digest("hex")}`;
  const gitHub = { ...json, "x-hub-signature-256": signature, "x-github-delivery": "72d3162e" };
  expect(await send("github", text, gitHub)).toMatchObject({ status: 202 });
  expect(await send("github", text, { ...gitHub, "x-github-delivery": "another" })).toMatchObject({ status: 200 });
  const events = await all.events.first(2);
  expect(events).toMatchObject([
    { source: "billing", messageId: "msg_1", body },
    { source: "github", messageId: "72d3162e", body: text },
  ]);
  expect(await others.events.first(1)).toEqual([{ source: "github" }]);
  expect(all.events.all).toHaveLength(2);
  await all.close();
  await others.close();
});

test("a hook that comes twice at once is one event", async () => {
  const before = await countEvents();
  const headers = signed("msg_twice", "{}");
  const answers = await Promise.all([1, 2, 3, 4].map(() => send("billing", "{}", headers)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 202]);
  expect(await countEvents()).toBe(before + 1);
});

const body = '{"a":1}';
const minute = 60_000;
const gitHubSigned = (key: string) => ({
  ...json,
  "x-hub-signature-256": `sha256=${createHmac("sha256", key).update(body).digest("hex")}`,
  "x-github-delivery": "1",
});
const { "webhook-signature": _, ...unsigned } = signed("msg_2", body);

test.each<[string, string, string | Buffer, Record<string, string>, number]>([
  ["an unknown source", "nobody", body, signed("msg_2", body), 404],
  ["no source", "", body, signed("msg_2", body), 404],
  ["a changed byte", "billing", body.replace("1", "2"), signed("msg_2", body), 401],
  ["another id", "billing", body, { ...signed("msg_2", body), "webhook-id": "msg_3" }, 401],
  [
    "another secret",
    "billing",
    body,
    signed("msg_2", body, Date.now(), `whsec_${Buffer.alloc(32, 2).toString("base64")}`),
    401,
  ],
  ["no signature", "billing", body, unsigned, 401],
  [
    "a signature of another version",
    "billing",
    body,
    { ...signed("msg_2", body), "webhook-signature": "v2,AAAA" },
    401,
  ],
  ["an old timestamp, signed", "billing", body, signed("msg_2", body, Date.now() - 6 * minute), 400],
  ["a timestamp of the future, signed", "billing", body, signed("msg_2", body, Date.now() + 30 * minute), 400],
  ["a timestamp that is none", "billing", body, { ...signed("msg_2", body), "webhook-timestamp": "now" }, 400],
  ["too large a body", "billing", `"${"a".repeat(2_000)}"`, signed("msg_2", body), 413],
  ["the wrong type", "billing", body, { ...signed("msg_2", body), "content-type": "text/plain" }, 415],
  ["what is signed but is not JSON", "billing", "{", signed("msg_2", "{"), 400],
  ["GitHub with another secret", "github", body, gitHubSigned("not the secret of GitHub"), 401],
  ["GitHub without a signature", "github", body, { ...json, "x-github-delivery": "1" }, 401],
  ["a standard signature at GitHub's path", "github", body, signed("msg_2", body), 401],
])("%s is refused, with a problem that names the request", async (_name, source, sent, headers, status) => {
  const before = await countEvents();
  const refused = await send(source, sent, headers);
  expect(refused).toMatchObject({ status, answer: { type: "about:blank", status, requestId: refused.requestId } });
  expect(await countEvents()).toBe(before);
});

test("subscribing is forbidden to everyone but admins", async () => {
  await server.database.prisma.user.updateMany({ data: { role: "MODERATOR" } });
  const moderator = await server.signUp("moderator");
  const query = encodeURIComponent("subscription { webhookReceived { id } }");
  const headers = { authorization: `Bearer ${moderator.token}`, accept: "text/event-stream" };
  const refused = await fetch(`${server.url}/graphql/stream?query=${query}`, { headers });
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { errors: [{ extensions: { code: "FORBIDDEN" } }] },
  ]);
  expect((await fetch(`${server.url}/graphql/stream?query=${query}`)).status).toBe(401);
});
