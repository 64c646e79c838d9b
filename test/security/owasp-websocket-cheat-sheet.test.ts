/**
 * The OWASP WebSocket security cheat sheet
 * (https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html): a test for each of its items, in its
 * order and of its name.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as openRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import type { Account, TestServer } from "../harness/server.js";
import { openTestLog } from "../invalid-input/log-lines.js";
import { until } from "../subscriptions/inbox.js";
import { connectSocket, openSocket, runOn } from "../subscriptions/socket.js";
import { change, sendBytes, startProduction } from "./production.js";

const { log, lines, text } = openTestLog();
const spa = "https://app.example.org";
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  const bounds = { connectionsPerUser: 5, subscriptionsPerConnection: 3, bodyLimitBytes: 65_536 };
  server = await startProduction({ log, config: { ...bounds, allowedOrigins: [spa], trustedProxies: ["127.0.0.1"] } });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

const deletions = "subscription { postDeleted { id } }";
const handshake = (headers: Record<string, string>) => {
  const all = { host: "parley", connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const key = randomBytes(16).toString("base64");
  const lines = Object.entries({ ...all, "sec-websocket-key": key, ...headers });
  return `GET /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`;
};

describe("Transport Security", () => {
  test("Always Use WSS: who came over TLS once comes over TLS from then on, sockets included", async () => {
    const { headers } = await fetch(`${server.url}/health/live`, { headers: { "x-forwarded-proto": "https" } });
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  test.each([["0"], ["7"], ["8"], ["hybi-00"]])(
    "WebSocket Protocol Configuration: no version but 13: %s",
    async (version) => {
      const answer = await sendBytes(server.url, handshake({ "sec-websocket-version": version }));
      expect(answer).toMatch(/^HTTP\/1\.1 426 [\s\S]*\r\nsec-websocket-version: 13\r\n/);
    },
  );

  test("WebSocket Protocol Configuration: no subprotocol but graphql-transport-ws", async () => {
    const { closing } = await openSocket(server.url, { protocol: "graphql-ws" }).catch(() => ({
      closing: { code: 4406 },
    }));
    expect((await closing).code).toBe(4406);
  });

  test("WebSocket Protocol Configuration: no compression, which would tell secrets by their length", async () => {
    const { socket, close } = await openSocket(server.url, { perMessageDeflate: true });
    expect(socket.extensions).toBe("");
    await close();
  });

  test("Infrastructure Configuration: behind a proxy, who asks is who the proxy says", async () => {
    const headers = { "x-forwarded-for": "203.0.113.77" };
    const { close } = await connectSocket(server.url, undefined, { headers });
    expect(lines()).toContainEqual(expect.objectContaining({ msg: "WebSocket opened", address: "203.0.113.77" }));
    await close();
  });
});

describe("Authentication and Authorization", () => {
  test.each([
    "https://evil.example.org",
    "https://app.example.org.evil.example",
    "https://evil.example/?https://app.example.org",
    "http://app.example.org",
    "https://app.example.org:8443",
    "null",
  ])("Origin Header Validation: %s is refused", async (origin) => {
    await expect(openSocket(server.url, { origin })).rejects.toThrow("403");
  });

  test("Origin Header Validation: an origin of the list, and the server's own, are let in", async () => {
    for (const origin of [spa, server.url]) await (await connectSocket(server.url, undefined, { origin })).close();
  });

  test("Additional CSWSH Protections: nothing that a browser sends by itself makes a socket somebody's", async () => {
    const headers = { cookie: `authorization=${ada.token}; token=${ada.token}`, authorization: `Bearer ${ada.token}` };
    const socket = await connectSocket(server.url, undefined, { headers });
    const [next] = await runOn(socket, "1", { query: "{ viewer { id } }" });
    expect(next?.payload).toEqual({ data: { viewer: null } });
    await socket.close();
  });

  test("Session Management: when users log out, their sockets close at once", async () => {
    const carol = await server.signUp("carol");
    const { closing } = await connectSocket(server.url, carol.token);
    await change(server, carol, "signOut", {}, "endedSessionCount");
    expect(await closing).toEqual({ code: 4403, reason: "The session has ended" });
    await expect(connectSocket(server.url, carol.token)).rejects.toThrow("4403");
  });

  test("Session Management: a socket closes when its token expires (token refresh)", async () => {
    const short = await startProduction({ config: { accessTokenSeconds: 1 } });
    const dora = await short.signUp("dora");
    const { closing } = await connectSocket(short.url, dora.token);
    expect(await closing).toEqual({ code: 4403, reason: "The access token has expired" });
    await short.close();
  });

  test("Session Management: token-based authentication, in a message, never in an address", async () => {
    const query = new URLSearchParams({
      authorization: `Bearer ${ada.token}`,
      token: ada.token,
      access_token: ada.token,
    });
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = openRequest(`${server.url}/graphql?${query}&query={viewer{id}}`, {
        headers: { "apollo-require-preflight": "1" },
      });
      sent.on("error", reject).on("response", async (got) => resolve(Buffer.concat(await got.toArray()).toString()));
      sent.end();
    });
    expect(JSON.parse(answer)).toEqual({ data: { viewer: null } });
    expect(text()).not.toContain(ada.token);
  });

  test("Message-Level Authorization: for each operation anew", async () => {
    const socket = await connectSocket(server.url, ada.token);
    const [refused] = await runOn(socket, "1", { query: "subscription { webhookReceived { id } }" });
    expect(refused).toMatchObject({ type: "error", payload: [{ extensions: { code: "FORBIDDEN" } }] });
    const visitor = await connectSocket(server.url);
    const query = 'mutation { createPost(input: { title: "t", content: "c" }) { post { id } } }';
    const [next] = await runOn(visitor, "1", { query });
    expect(next?.payload.errors[0].extensions.code).toBe("UNAUTHENTICATED");
    await Promise.all([socket.close(), visitor.close()]);
  });
});

describe("Input Validation", () => {
  test.each([
    ["no JSON", "{", 4400],
    ["code in the place of JSON", "process.exit(1)", 4400],
    ["a message of no known type", { type: "exec", payload: "ls" }, 4400],
    ["__proto__", '{"type":"subscribe","id":"1","payload":{"query":5},"__proto__":{"admin":true}}', 4400],
    ["binary data", randomBytes(64), 4400],
    ["a message over the limit", `"${"x".repeat(70_000)}"`, 1009],
  ])("message structure and content: %s closes the socket", async (_, message, code) => {
    const { send, closing } = await connectSocket(server.url);
    send(message);
    expect((await closing).code).toBe(code);
  });

  test("injection payloads are texts like others", async () => {
    const socket = await connectSocket(server.url, ada.token);
    const query =
      "query ($text: String!) { user(handle: $text) { id } posts(filter: { search: $text }) { totalCount } }";
    for (const [index, value] of ["'; DROP TABLE users; --", "<script>alert(1)</script>", "$(id)"].entries()) {
      const [next] = await runOn(socket, `${index}`, Object.assign({ query }, { variables: { text: value } }));
      expect(next?.payload).toMatchObject({ data: { user: null, posts: { totalCount: 0 } } });
    }
    await socket.close();
  });
});

test("Service Tunneling Risks: a socket leads nowhere but to GraphQL", async () => {
  for (const path of ["/", "/ws", "/tunnel", "/graphql/stream", "/metrics"]) {
    const answer = await sendBytes(server.url, handshake({}).replace("/graphql", path));
    expect([path, answer.split("\r\n")[0]]).toEqual([path, "HTTP/1.1 404 Not Found"]);
  }
  const connect = await sendBytes(server.url, "CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: 127.0.0.1:22\r\n\r\n");
  expect(connect).not.toMatch(/^HTTP\/1\.1 2/);
});

describe("Denial-of-Service Protection", () => {
  test("Limit connections and resources: of one user", async () => {
    const erin = await server.signUp("erin");
    const sockets = [];
    for (let n = 0; n < 5; n += 1) sockets.push(await connectSocket(server.url, erin.token));
    await expect(connectSocket(server.url, erin.token)).rejects.toThrow("4403");
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test("Limit connections and resources: operations of one connection", async () => {
    const socket = await connectSocket(server.url);
    for (let n = 0; n < 4; n += 1) socket.send({ id: `${n}`, type: "subscribe", payload: { query: deletions } });
    const refused = await socket.messages.find(({ type }) => type === "error");
    expect(refused.payload[0].extensions.code).toBe("TOO_MANY_SUBSCRIPTIONS");
    await socket.close();
  });

  test("message size limits", async () => {
    const { send, closing } = await openSocket(server.url);
    send(Buffer.alloc(65_537));
    expect((await closing).code).toBe(1009);
  });

  test("rate limiting, of messages and of handshakes", async () => {
    const limits = limitsWith({ visitorPoints: 100 }, { cost: 100 });
    const limited = await startProduction({ log, config: { limits } });
    const socket = await connectSocket(limited.url);
    const errors = [];
    for (let n = 0; n < 12; n += 1) {
      const [result] = await runOn(socket, `${n}`, { query: "{ nothing }" });
      errors.push(...(result?.payload.errors ?? result?.payload ?? []));
    }
    expect(errors.at(0).extensions).toMatchObject({ code: "GRAPHQL_VALIDATION_FAILED" });
    const limit = { code: "RATE_LIMITED", limit: 100, retryAfterSeconds: expect.any(Number) };
    expect(errors.at(-1).extensions).toMatchObject(limit);
    const refused = await sendBytes(limited.url, handshake({}));
    expect(refused).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused).toMatch(/\r\nretry-after: \d+\r\n/);
    await socket.close();
    await limited.close();
  });

  test("Handle idle and dead connections: one that does not begin is closed with 4408", async () => {
    const { closing } = await openSocket(server.url);
    expect((await closing).code).toBe(4408);
  });

  test("Backpressure controls: one that does not read is cut off", async () => {
    const small = await startProduction({ config: { backlogBytes: 20_000 } });
    const frank = await small.signUp("frank");
    const socket = await connectSocket(small.url, frank.token);
    socket.socket.pause();
    const content = "word ".repeat(7_000);
    await change(small, frank, "createPost", { title: "Long", content });
    const query = "{ posts { nodes { content } } }";
    for (let n = 0; n < 300; n += 1) socket.send({ id: `${n}`, type: "subscribe", payload: { query } });
    await until(() => small.live.connections.size === 0);
    socket.socket.resume();
    expect([4413, 1006]).toContain((await socket.closing).code);
    await small.close();
  });
});

describe("Security Monitoring and Logging", () => {
  test("Log WebSocket events: who came from where, what was refused, how it ended", async () => {
    const requestId = "socket-of-the-log";
    const socket = await connectSocket(server.url, ada.token, { origin: spa, headers: { "x-request-id": requestId } });
    await runOn(socket, "1", { query: "subscription { webhookReceived { id } }" });
    await socket.close();
    await expect(openSocket(server.url, { origin: "https://evil.example.org" })).rejects.toThrow();
    const ofSocket = lines().filter((line) => line.requestId === requestId);
    expect(ofSocket).toEqual([
      expect.objectContaining({ msg: "WebSocket opened", address: "127.0.0.1", origin: spa }),
      expect.objectContaining({ msg: "operation refused", code: "FORBIDDEN" }),
      expect.objectContaining({ msg: "WebSocket closed", code: 1005, userId: expect.any(Number) }),
    ]);
    const refused = { msg: "WebSocket upgrade rejected", status: "403 Forbidden", origin: "https://evil.example.org" };
    expect(lines()).toContainEqual(expect.objectContaining(refused));
  });

  test("Avoid logging sensitive data: no token, no message, no password", async () => {
    const socket = await connectSocket(server.url, ada.token);
    const query = `mutation { signIn(input: { email: "${ada.email}", password: "a secret word" }) { userErrors { code } } }`;
    await runOn(socket, "1", { query });
    socket.send("not JSON, with a secret word");
    await socket.closing;
    for (const secret of [ada.token, "a secret word", ada.email]) expect(text()).not.toContain(secret);
  });
});

test("Keep Dependencies Updated: ws is of a release without known holes", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../node_modules/ws/package.json", import.meta.url), "utf8"));
  const [major, minor] = String(version).split(".").map(Number);
  // CVE-2024-37890 (too many headers) was mended in 8.17.1.
  expect(major === 8 && Number(minor) > 17).toBe(true);
});
