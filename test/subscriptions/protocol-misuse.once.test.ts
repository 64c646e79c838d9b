/** Violations of the WebSocket protocol close the socket with its code, without effect on others. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { post } from "./acting.js";
import { until } from "./inbox.js";
import { type Listener, listen, setUp } from "./listener.js";
import { connectSocket, openSocket, runOn, type TestSocket } from "./socket.js";

const query = "subscription { postCreated { post { title } } }";
const subscribe = (id: string, text = query) => ({ id, type: "subscribe", payload: { query: text } });

let server: TestServer;
let ada: Account;
let bystander: Listener;
let posts = 0;
beforeAll(async () => {
  const bounds = { subscriptionsPerConnection: 5, connectionsPerUser: 4 };
  server = await startTestServer({ config: { ...bounds, allowedOrigins: ["https://spa.example"] } });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());
beforeEach(async () => {
  bystander = await listen(server, { query });
});
/** The server is unmoved: somebody else still gets what happens, and nothing is left of the one who broke the rules. */
afterEach(async () => {
  posts += 1;
  await post(server.url, ada, `Post ${posts}`);
  const [event] = await bystander.events.first(1);
  expect(event).toEqual({ post: { title: `Post ${posts}` } });
  await bystander.close();
  await until(() => server.live.engine.size.listeners === 0 && server.live.connections.size === 0);
});

const init = { type: "connection_init" };
const abuses: [name: string, code: number, messages: (string | Buffer | object)[]][] = [
  ["subscribes before it has initialised", 4401, [subscribe("1")]],
  ["initialises twice", 4429, [init, init]],
  ["uses an id twice", 4409, [init, subscribe("1"), subscribe("1")]],
  ["sends bad JSON", 4400, ["{"]],
  ["sends nothing", 4400, [""]],
  ["sends JSON that is no message", 4400, ["null"]],
  ["sends a list", 4400, ["[]"]],
  ["sends an unknown type", 4400, [init, { type: "unknown" }]],
  ["sends what only servers send", 4400, [init, { id: "1", type: "next" }]],
  ["sends what only servers send, in good form", 4400, [init, { id: "1", type: "next", payload: {} }]],
  ["subscribes without an id", 4400, [init, { type: "subscribe", payload: { query } }]],
  ["subscribes without a query", 4400, [init, { id: "1", type: "subscribe", payload: {} }]],
  ["sends variables that are a list", 4400, [init, { id: "1", type: "subscribe", payload: { query, variables: [] } }]],
  ["initialises with a payload that is no object", 4400, [{ type: "connection_init", payload: "token" }]],
  ["sends 10 MB", 1009, [init, `"${"x".repeat(10_000_000)}"`]],
  ["sends 10 MB without having initialised", 1009, [Buffer.alloc(10_000_000)]],
  ["sends binary garbage", 4400, [init, randomBytes(1_000)]],
  ["sends bytes of 0", 4400, [Buffer.alloc(1_000)]],
];

test.each(abuses)("a client that %s is closed with %i", async (_, code, messages) => {
  const { send, closing, messages: received } = await openSocket(server.url);
  for (const [index, message] of messages.entries()) {
    send(message);
    const following = messages[index + 1];
    if (message === init && following !== undefined && following !== init) await received.first(1);
  }
  expect((await closing).code).toBe(code);
});

test("a client that uses an id again before what it stood for was set up is closed with 4409", async () => {
  const begin = server.live.engine.listen.bind(server.live.engine);
  let setUp: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    setUp = resolve;
  });
  const listen = vi.spyOn(server.live.engine, "listen").mockImplementation(async (...args) => {
    await held;
    return begin(...args);
  });
  for (const between of [[], [{ id: "1", type: "complete" }]]) {
    const { send, closing } = await connectSocket(server.url, ada.token);
    for (const message of [subscribe("1"), ...between, subscribe("1")]) send(message);
    expect(await closing).toEqual({ code: 4409, reason: "Subscriber for 1 already exists" });
  }
  // A token is verified beside the event loop: on a busy machine the socket is closed before.
  await until(() => listen.mock.calls.length === 2);
  listen.mockRestore();
  setUp();
  // What was set up after all is let go: afterEach looks.
});

test("an id that is used again at once after its completion is served, or the socket closed with 4409", async () => {
  const { socket, send, closing, messages } = await connectSocket(server.url, ada.token);
  send(subscribe("1"));
  await until(() => server.live.engine.size.listeners === 2);
  // Side by side, so that the server reads both in one turn.
  const completed = JSON.stringify({ id: "1", type: "complete" });
  socket.send(completed);
  socket.send(JSON.stringify(subscribe("1")));
  socket.send(JSON.stringify({ type: "ping" }));
  const isServed = messages
    .find(({ type }) => type === "pong")
    .then(
      async () => {
        await until(() => server.live.engine.size.listeners === 2);
        socket.close();
        return 1005;
      },
      () => 4409,
    );
  expect((await closing).code).toBe(await isServed);
  expect(messages.all.map(({ type }) => type)).not.toContain("complete");
});

test("a client that does not initialise in time is closed with 4408", async () => {
  const { closing } = await openSocket(server.url);
  expect(await closing).toEqual({ code: 4408, reason: "Connection initialisation timeout" });
});

test.each(["graphql-ws", "soap", undefined])("a client of the subprotocol %s is closed with 4406", async (protocol) => {
  // On the bare socket: the clients of ws and of browsers give up by themselves when their protocol is not chosen.
  const { port, hostname } = new URL(server.url);
  const socket = connectTcp(Number(port), hostname);
  socket.write(upgradeTo("/graphql", hostname, protocol));
  let received = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  await until(() => received.indexOf("Subprotocol not acceptable") > 0);
  expect(String(received)).toMatch(/^HTTP\/1\.1 101 /);
  expect(String(received)).not.toMatch(/sec-websocket-protocol/i);
  // A close frame: its code stands before the reason (RFC 6455, 5.5.1).
  expect(received.readUInt16BE(received.indexOf("Subprotocol not acceptable") - 2)).toBe(4406);
  socket.destroy();
});

function upgradeTo(path: string, host: string, protocol?: string): string {
  const headers = [
    `host: ${host}`,
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(protocol === undefined ? [] : [`sec-websocket-protocol: ${protocol}`]),
  ];
  return `GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
}

/** Frames of a client are masked (RFC 6455, 5.1): by zeros, their bytes are as they are. */
const mask = [0, 0, 0, 0];
const brokenFrames: [name: string, code: number, bytes: number[]][] = [
  ["has reserved bits", 1002, [0xf1, 0x80, ...mask]],
  ["has a reserved opcode", 1002, [0x83, 0x80, ...mask]],
  ["is not masked", 1002, [0x81, 0x01, 0x61]],
  ["continues nothing", 1002, [0x80, 0x80, ...mask]],
  ["is a part of a ping", 1002, [0x09, 0x80, ...mask]],
  ["is a ping of more than 125 bytes", 1002, [0x89, 0xfe, 0x00, 0x7e, ...mask]],
  ["closes with a code that is never sent", 1002, [0x88, 0x82, ...mask, 0x03, 0xed]],
  ["is a text that is not UTF-8", 1007, [0x81, 0x82, ...mask, 0xff, 0xff]],
  ["is longer than a number", 1009, [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mask]],
];

test.each(brokenFrames)("a frame that %s ends the socket with %i, and nothing else", async (_, code, bytes) => {
  const socket = await openSocket(server.url);
  // biome-ignore lint/complexity/useLiteralKeys: a private field of the client, for bytes no client would send
  (socket.socket as unknown as Record<string, NodeJS.WritableStream>)["_socket"]?.write(Buffer.from(bytes));
  expect((await socket.closing).code).toBe(code);
});

test.each([
  ["is not JSON in its authorization", { authorization: { token: "x" } }],
  ["has a token that is none", { authorization: "Bearer nonsense" }],
  ["has another scheme", { authorization: "Basic YWRhOmFkYQ==" }],
])("a client that %s is closed with 4403 and a reason", async (_, payload) => {
  const { send, closing } = await openSocket(server.url);
  send({ type: "connection_init", payload });
  const { code, reason } = await closing;
  expect(code).toBe(4403);
  expect(reason).toMatch(/Bearer|token/);
});

test("a user, and visitors of one address, have so many connections and no more", async () => {
  // The bystander is one of the visitors.
  for (const [token, most] of [
    [ada.token, 4],
    [undefined, 3],
  ] as const) {
    const open: TestSocket[] = [];
    while (open.length < most) open.push(await connectSocket(server.url, token));
    const { send, closing } = await openSocket(server.url);
    send({ type: "connection_init", ...(token && { payload: { authorization: `Bearer ${token}` } }) });
    expect(await closing).toEqual({ code: 4403, reason: "Too many connections (CONNECTIONS_PER_USER)" });
    await open[0]?.close();
    await until(() => server.live.connections.size === most);
    const again = await connectSocket(server.url, token);
    await Promise.all([...open, again].map((socket) => socket.close()));
    await until(() => server.live.connections.size === 1);
  }
});

test("a connection has so many subscriptions: one more is an error of that one alone", async () => {
  const socket = await connectSocket(server.url, ada.token);
  for (const id of ["1", "2", "3", "4", "5"]) socket.send(subscribe(id));
  await until(() => server.live.engine.size.listeners === 6);
  const [refused] = await runOn(socket, "6", { query });
  expect(refused).toMatchObject({ type: "error", payload: [{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS" } }] });
  socket.send({ id: "1", type: "complete" });
  await until(() => server.live.engine.size.listeners === 5);
  socket.send(subscribe("6"));
  await until(() => server.live.engine.size.listeners === 6);
  await socket.close();
});

test("completing what is not there, what has completed, or what is not yet set up changes nothing", async () => {
  const socket = await connectSocket(server.url, ada.token);
  socket.send({ id: "unknown", type: "complete" });
  socket.send(subscribe("1"));
  socket.send({ id: "1", type: "complete" });
  socket.send({ id: "1", type: "complete" });
  socket.send(subscribe("2"));
  // The first is set up after all, and then let go.
  await setUp({ socket, id: "1" }, { socket, id: "2" });
  await until(() => server.live.engine.size.listeners === 2);
  socket.send({ id: "2", type: "complete" });
  await until(() => server.live.engine.size.listeners === 1);
  // An id that is free again may be used again.
  socket.send(subscribe("2"));
  await until(() => server.live.engine.size.listeners === 2);
  expect(socket.messages.all.map(({ type }) => type)).not.toContain("error");
  await socket.close();
});

test("sockets that are cut at every stage leave nothing behind", async () => {
  for (const stage of [0, 1, 2, 3]) {
    for (const delay of [0, 1, 5]) {
      const { socket, send, closing } = await openSocket(server.url);
      if (stage > 0) send({ type: "connection_init", payload: { authorization: `Bearer ${ada.token}` } });
      if (stage > 1) await new Promise((resolve) => socket.once("message", resolve));
      if (stage > 1) send(subscribe("1"));
      if (stage > 2) await until(() => server.live.engine.size.listeners > 1);
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      socket.terminate();
      await closing;
    }
  }
  // The check is in afterEach.
});

test("a request to upgrade elsewhere, or that is reset at once, is refused and harms nothing", async () => {
  const { port, hostname } = new URL(server.url);
  const elsewhere = connectTcp(Number(port), hostname);
  elsewhere.write(upgradeTo("/elsewhere", hostname));
  const [answer] = await once(elsewhere, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
  await once(elsewhere, "close");
  for (const path of ["/elsewhere", "/graphql", "/graphql?x", "/elsewhere"]) {
    const socket = connectTcp(Number(port), hostname);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(upgradeTo(path, hostname), () => socket.resetAndDestroy());
    await once(socket, "close");
  }
});

test.each([
  ["from another site", "https://evil.example", 403],
  ["from nowhere", "null", 403],
  ["from this site", "self", 101],
  ["from an origin that is allowed", "https://spa.example", 101],
  ["from no browser", undefined, 101],
])("a page %s is answered as it should: origin %s, status %i", async (_, origin, status) => {
  const own = origin === "self" ? server.url : origin;
  const opening = openSocket(server.url, own === undefined ? {} : { origin: own });
  if (status === 101) await (await opening).close();
  else await expect(opening).rejects.toThrow(`Unexpected server response: ${status}`);
});
