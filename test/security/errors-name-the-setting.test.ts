/** Limits that are exceeded, over each transport: the error names the setting, so an operator knows what to change. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { createRateLimiter } from "../../src/rate-limit/rate-limit.js";
import { createMemoryBuckets } from "../../src/rate-limit/token-bucket.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, openSocket } from "../subscriptions/socket.js";
import { openTransports, type Transports } from "./every-transport.js";

const document = {
  characters: 3_000,
  tokens: 200,
  definitions: 3,
  variables: 3,
  depth: 4,
  fields: 20,
  rootFields: 5,
  aliases: 4,
  directives: 3,
  repeats: 3,
  cost: 300,
};

let server: TestServer;
let ada: Account;
let transports: Transports;
beforeAll(async () => {
  const limits = { ...readConfig({}).limits, document };
  const bounds = {
    bodyLimitBytes: 4_096,
    connectionsPerUser: 2,
    subscriptionsPerConnection: 1,
    apiKeysPerUser: 0,
    webhooksPerUser: 0,
  };
  server = await startTestServer({
    config: { limits: { ...limits, rate: { ...limits.rate, isOn: false } }, ...bounds },
  });
  ada = await server.signUp("ada");
  transports = await openTransports(server, await server.signUp("bob"));
});
afterAll(async () => {
  await transports.close();
  await server.close();
});

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(" ");
const fragment = (n: number) => `fragment F${n} on Query { __typename }`;
const documents: Record<string, string> = {
  DOCUMENT_LIMIT_CHARACTERS: `{ __typename } # ${"a".repeat(3_000)}`,
  TOKEN_LIMIT: `{ ${times(250, () => "id")} }`,
  DEFINITION_LIMIT: `{ ${times(3, (n) => `...F${n}`)} } ${times(3, fragment)}`,
  VARIABLE_LIMIT: `query (${times(4, (n) => `$v${n}: Int`)}) { __typename }`,
  DEPTH_LIMIT: "{ posts { nodes { author { posts { totalCount } } } } }",
  FIELD_LIMIT: `{ ${times(6, () => "posts { nodes { id title } totalCount }")} }`,
  ROOT_FIELD_LIMIT: `{ ${times(6, () => "__typename")} }`,
  ALIAS_LIMIT: `{ posts { ${times(5, (n) => `a${n}: totalCount`)} } }`,
  DIRECTIVE_LIMIT: `{ __typename ${times(4, () => "@include(if: true)")} }`,
  REPEAT_LIMIT: `{ posts { ${times(4, () => "totalCount")} } }`,
  COST_LIMIT: "{ posts(first: 100) { nodes { title comments(first: 10) { totalCount } } } }",
};

describe.each(["http", "sse", "websocket"] as const)("over %s", (transport) => {
  test.each(Object.entries(documents))("%s", async (setting, query) => {
    const [error] = await transports[transport]({ query });
    expect(error?.message).toContain(`(${setting})`);
  });
});

test.each(["/graphql", "/graphql/stream"])("BODY_LIMIT_BYTES at %s", async (path) => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(server.url + path, { method: "POST", headers, body: "a".repeat(5_000) });
  expect([response.status, await response.text()]).toEqual([413, expect.stringContaining("(BODY_LIMIT_BYTES)")]);
});

test("CONNECTIONS_PER_USER", async () => {
  const sockets = [await connectSocket(server.url, ada.token), await connectSocket(server.url, ada.token)];
  const third = await openSocket(server.url);
  third.send({ type: "connection_init", payload: { authorization: `Bearer ${ada.token}` } });
  expect((await third.closing).reason).toContain("(CONNECTIONS_PER_USER)");
  const query = encodeURIComponent("subscription { postCreated { id } }");
  const headers = { authorization: `Bearer ${ada.token}` };
  const stream = await fetch(`${server.url}/graphql/stream?query=${query}`, { headers });
  expect([stream.status, await stream.text()]).toEqual([429, expect.stringContaining("(CONNECTIONS_PER_USER)")]);
  await Promise.all(sockets.map((socket) => socket.close()));
});

test("SUBSCRIPTIONS_PER_CONNECTION", async () => {
  const socket = await connectSocket(server.url);
  const payload = { query: "subscription { postCreated { id } }" };
  socket.send({ id: "1", type: "subscribe", payload });
  socket.send({ id: "2", type: "subscribe", payload });
  const { payload: errors } = await socket.messages.find(({ type }) => type === "error");
  expect(errors[0].message).toContain("(SUBSCRIPTIONS_PER_CONNECTION)");
  await socket.close();
});

test.each([
  ["API_KEYS_PER_USER", "createApiKey", "CreateApiKeyInput", { name: "a", scopes: ["READ"] }],
  [
    "WEBHOOKS_PER_USER",
    "createWebhook",
    "CreateWebhookInput",
    { url: "https://example.org/", subscription: "subscription { postCreated { id } }" },
  ],
])("%s", async (setting, field, type, input) => {
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code message } } }`;
  const { body } = await server.graphql(query, { input }, { token: ada.token });
  expect(body.data[field].userErrors).toEqual([{ code: "TOO_MANY", message: expect.stringContaining(`(${setting})`) }]);
});

describe("rate limits", () => {
  const rate = {
    ...readConfig({}).limits.rate,
    visitorPoints: 1,
    userPoints: 1,
    staffPoints: 1,
    keyPoints: 1,
    passwordsPerAccount: 1,
    passwordsPerAddress: 2,
  };
  const limiter = createRateLimiter({ limits: rate, maxCost: 1, buckets: createMemoryBuckets(() => new Date(0)) });
  const viewer = { id: 1, sessionId: null, tokenExpiresAt: new Date(0), blockedIds: [], hasHidden: false };
  const address = "192.0.2.1";

  test.each([
    ["RATE_LIMIT_VISITOR", { viewer: null, address }],
    ["RATE_LIMIT_USER", { viewer: { ...viewer, role: "USER" as const }, address }],
    ["RATE_LIMIT_STAFF", { viewer: { ...viewer, id: 2, role: "MODERATOR" as const }, address }],
    [
      "RATE_LIMIT_KEY",
      { viewer: { ...viewer, role: "USER" as const, apiKey: { id: 1, scopes: new Set([]) } }, address },
    ],
  ])("%s", (setting, caller) => {
    expect(() => limiter.charge(caller, 2)).toThrow(`(${setting})`);
  });

  test.each([
    ["PASSWORDS_PER_ACCOUNT", 2, () => "ada@example.org"],
    ["PASSWORDS_PER_ADDRESS", 3, (n: number) => `${n}@example.org`],
  ])("%s", async (setting, count, account) => {
    const caller = { viewer: null, address: setting };
    const attempts = Array.from({ length: count }, (_, n) => limiter.checkPassword(caller, account(n)));
    await expect(Promise.all(attempts)).rejects.toThrow(`(${setting})`);
  });
});
