/** Secrets through every door, well formed and badly, with everything logged: none of them is in a line. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { graphql } from "../harness/client.js";
import type { ServerProcess } from "../harness/process.js";
import { dataDirectory, emptyDirectory, launched, started } from "./started.js";

/** Every secret has this in it, and differs from the others in the rest. */
const mark = "s3cr3t";
const secret = (what: string) => `${mark}-${what}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const input = (type: string, field: string, selection: string) =>
  `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} userErrors { code message } } }`;
const signUp = input("SignUpInput", "signUp", "session { accessToken refreshToken }");
const signIn = input("SignInInput", "signIn", "session { accessToken refreshToken }");
const refresh = input("RefreshSessionInput", "refreshSession", "session { accessToken refreshToken }");
const change = input("ChangePasswordInput", "changePassword", "user { id }");
const createWebhook = input("CreateWebhookInput", "createWebhook", "webhook { id } secret");

/** What is done well. Gives the tokens and secrets that the server made. */
async function behave(url: string, receiver: string): Promise<string[]> {
  const password = secret("password");
  const email = `${secret("address")}@example.org`;
  const made = await graphql(url, signUp, { input: { handle: "ada", name: "Ada", email, password } });
  const first: Tokens = made.body.data.signUp.session;
  const again: Tokens = (await graphql(url, signIn, { input: { email, password } })).body.data.signIn.session;
  const headers = { "idempotency-key": secret("idempotency-key") };
  const next = await graphql(url, refresh, { input: { refreshToken: again.refreshToken } }, { headers });
  const rotated: Tokens = next.body.data.refreshSession.session;
  const sent = { token: first.accessToken };
  await graphql(url, change, { input: { currentPassword: password, newPassword: secret("new-password") } }, sent);
  const subscription = "subscription { postCreated { id } }";
  const hook = { url: `${receiver}/${secret("path-of-a-webhook")}`, subscription };
  const { secret: webhookSecret } = (await graphql(url, createWebhook, { input: hook }, sent)).body.data.createWebhook;
  const post = 'mutation { createPost(input: { title: "T", content: "C" }) { post { id } } }';
  await graphql(url, post, {}, sent);
  const tokens = [first, again, rotated].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
  return [...tokens, webhookSecret];
}

/** What is done badly over HTTP, each with secrets in it. */
async function misbehave(url: string): Promise<void> {
  const json = { "content-type": "application/json" };
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    fetch(`${url}${path}`, { method: "POST", headers, body });
  const literal = (text: string) => `mutation { signIn(input: { email: "a", password: "${secret(text)}" `;
  for (const path of ["/graphql", "/graphql/stream"]) {
    await post(path, `{"password":"${secret("broken-json")}"`);
    await post(path, JSON.stringify({ query: literal("cut-document") }));
    await post(
      path,
      JSON.stringify({ query: `${literal("unknown-field")}, ${secret("x").replaceAll("-", "_")}: 1 }) { nothing } }` }),
    );
    await post(path, JSON.stringify({ query: signIn, variables: { input: { password: [secret("list")] } } }));
    await post(path, JSON.stringify({ query: signIn, variables: { input: secret("input") } }));
    await post(
      path,
      JSON.stringify({
        query: change,
        variables: { input: { currentPassword: secret("visitor"), newPassword: secret("n") } },
      }),
    );
    await post(path, `password=${secret("form")}`, { "content-type": "application/x-www-form-urlencoded" });
    for (const value of [`Bearer ${secret("token")}`, `Basic ${base64(secret("basic"))}`, secret("bare-token")]) {
      await post(path, '{"query":"{ viewer { id } }"}', { ...json, authorization: value });
    }
    await fetch(`${url}${path}?query=${encodeURIComponent(literal("address"))}&token=${secret("parameter")}`);
    await post(
      path,
      JSON.stringify({ query: "{ a }", extensions: { persistedQuery: { sha256Hash: secret("hash") } } }),
    );
  }
  await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${secret("metrics")}` } });
  await fetch(`${url}/health/live?password=${secret("health")}`, {
    headers: { cookie: `session=${secret("cookie")}` },
  });
  await post("/webhooks/billing", JSON.stringify({ key: secret("hook") }), {
    ...json,
    "webhook-signature": secret("signature"),
  });
  await post("/webhooks/nobody", secret("unknown-source"));
}

/** … and over WebSockets. */
async function misbehaveOnSockets(url: string): Promise<void> {
  const address = `${url.replace("http", "ws")}/graphql?token=${secret("socket-address")}`;
  const subscribe = {
    id: "1",
    type: "subscribe",
    payload: { query: `mutation { signIn(input: { password: "${secret("socket")}" ` },
  };
  const init = (payload: object) => JSON.stringify({ type: "connection_init", payload });
  const good = init({});
  for (const messages of [
    [init({ authorization: `Bearer ${secret("init-token")}` })],
    [init({ authorization: { password: secret("init-object") } })],
    [`{"type":"connection_init","payload":"${secret("init-text")}"`],
    [good, JSON.stringify(subscribe), `not JSON: ${secret("message")}`],
    [good, JSON.stringify({ type: secret("type") })],
  ]) {
    const socket = new WebSocket(address, "graphql-transport-ws", { headers: { cookie: secret("socket-cookie") } });
    await once(socket, "open");
    const closed = once(socket, "close");
    for (const message of messages) {
      socket.send(message);
      if (message === good) await once(socket, "message");
    }
    await closed;
  }
}

async function log(server: ServerProcess): Promise<string> {
  server.kill("SIGTERM");
  await server.exit;
  return server.output.join("\n") + server.errors();
}

test("of what clients send and are sent", async () => {
  const receiver = createServer((_, response) => void response.writeHead(500).end(secret("answer-of-a-receiver")));
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  const settings = {
    METRICS_TOKEN: secret("metrics-token"),
    SECRETS_KEY: Buffer.alloc(32, 9).toString("base64"),
    WEBHOOK_SOURCES: `billing=whsec_${base64(secret("source-of-hooks").padEnd(32, "x"))}`,
    WEBHOOK_ALLOW_NETWORKS: "127.0.0.0/8",
  };
  const server = await started({ DATA_DIR: await dataDirectory(), DEMO: "off", LOG_LEVEL: "trace", ...settings });
  const { port } = receiver.address() as AddressInfo;
  const attempted = server.line("delivery attempted");
  const made = await behave(server.url, `http://127.0.0.1:${port}`);
  await misbehave(server.url);
  await misbehaveOnSockets(server.url);
  await attempted;
  const text = await log(server);
  expect(server.log.filter(({ msg }) => msg === "request").length).toBeGreaterThan(30);
  expect(text).toContain("WebSocket closed");
  expect(text.split("\n").filter((line) => line.includes(mark))).toEqual([]);
  for (const each of [...made, ...Object.values(settings).slice(0, 3)]) expect(text.includes(each)).toBe(false);
  for (const part of made.flatMap((token) => token.split(".")))
    expect(part.length < 20 || !text.includes(part)).toBe(true);
});

test.each([
  ["a database that does not answer", { DATABASE_URL: `postgresql://parley:${mark}-database@127.0.0.1:1/parley` }],
  ["a Redis that does not answer", { REDIS_URL: `redis://:${mark}-redis@127.0.0.1:1` }],
  [
    "an address that is none",
    { DATABASE_URL: `postgresql//parley:${mark}-malformed@host`, REDIS_URL: `redis:/${mark}` },
  ],
  [
    "secrets that will not do",
    { METRICS_TOKEN: `${mark}-short`, SECRETS_KEY: `${mark}-key`, WEBHOOK_SOURCES: `a=${mark}-source` },
  ],
  [
    "passwords that everybody could guess",
    { NODE_ENV: "production", DATABASE_URL: `postgresql://parley:${mark}@db.example.org/parley` },
  ],
])("of settings, when the start is refused: %s", async (_, settings) => {
  const server = launched({ LOG_LEVEL: "trace", ...settings, DATA_DIR: await emptyDirectory() });
  const { code } = await server.exit;
  const text = server.output.join("\n") + server.errors();
  expect([code, text.length > 0]).toEqual([1, true]);
  expect(text.split("\n").filter((line) => line.includes(mark))).toEqual([]);
});
