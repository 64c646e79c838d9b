/** Idle connections: one address cannot have them all, and a rejection names its reason. */
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config.js";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { until } from "../subscriptions/inbox.js";
import { connectSocket, openSocket } from "../subscriptions/socket.js";
import { sendBytes } from "./production.js";

const perAddress = 5;
const inAll = 8;
let server: TestServer;
const held: { destroy(): void }[] = [];
afterEach(async () => {
  for (const each of held.splice(0)) each.destroy();
  await server.close();
});

async function start(config: Partial<Config> = {}): Promise<void> {
  const limits = limitsWith({ isOn: false });
  const http = { ...limits.http, connections: inAll, connectionsPerAddress: perAddress };
  server = await startTestServer({ config: { limits: { ...limits, http }, ...config } });
}

const health = "GET /health/live HTTP/1.1\r\nhost: parley\r\n";
const last = "connection: close\r\n\r\n";
const ask = () => sendBytes(server.url, `GET /openapi.json HTTP/1.1\r\nhost: parley\r\n${last}`);

/** A connection that was served once, so the server has counted it, and stays. */
async function hold(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined).write(`${health}\r\n`);
  held.push(socket);
  const [head] = await once(socket, "data");
  expect(String(head)).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
}

async function holdMany(count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) sockets.push(await hold());
  return sockets;
}

describe("an address", () => {
  test("with all its connections is refused one more, with the setting's name; health is still answered", async () => {
    await start();
    const [first] = await holdMany(perAddress);
    const refused = await ask();
    expect(refused).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused).toMatch(/\r\nretry-after: \d+\r\n/i);
    expect(refused).toContain("Your address has reached its limit of 5 connections (HTTP_CONNECTIONS_PER_ADDRESS).");
    expect(await sendBytes(server.url, `${health}${last}`)).toMatch(/^HTTP\/1\.1 200 /);
    await expect(openSocket(server.url)).rejects.toThrow("429");
    first?.destroy();
    await until(async () => (await ask()).startsWith("HTTP/1.1 200 "));
  });

  test("may have more WebSockets and streams than that, which count for their user", async () => {
    await start({
      limits: { ...limitsWith({ isOn: false }), http: { ...limitsWith({}).http, connectionsPerAddress: perAddress } },
    });
    for (let n = 0; n < perAddress * 2; n += 1) held.push((await connectSocket(server.url)).socket as never);
    for (let n = 0; n < perAddress * 2; n += 1) held.push(await openStream());
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    for (const each of held.splice(0)) "terminate" in each ? (each.terminate as () => void)() : each.destroy();
  });

  test("may not have more WebSockets that say nothing", async () => {
    await start();
    const sockets = [];
    for (let n = 0; n < perAddress; n += 1) sockets.push(await openSocket(server.url));
    expect(await ask()).toMatch(/^HTTP\/1\.1 429 /);
    // What is initialised now is counted elsewhere.
    sockets[0]?.send({ type: "connection_init" });
    await sockets[0]?.messages.find(({ type }) => type === "connection_ack");
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of sockets) socket.terminate();
  });

  test("counts again with a stream that has ended", async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    held.push(agent);
    const streams: IncomingMessage[] = [];
    for (let n = 0; n < perAddress; n += 1) streams.push(await openStream(agent));
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    server.live.engine.expireAll();
    // The connections stay: for the next request.
    await Promise.all(streams.map((stream) => stream.toArray()));
    await until(async () => (await ask()).startsWith("HTTP/1.1 429 "));
  });
});

/** A subscription over Server-Sent Events. */
async function openStream(agent: Agent | false = false): Promise<IncomingMessage> {
  const query = encodeURIComponent("subscription { postCreated { cursor } }");
  const sent = request(`${server.url}/graphql/stream?query=${query}`, { agent }).on("error", () => undefined);
  sent.end();
  const [response]: IncomingMessage[] = await once(sent, "response");
  if (response === undefined) throw new Error("a request has a response");
  expect(response.statusCode).toBe(200);
  response.on("error", () => undefined);
  held.push(response);
  return response;
}

test("a trusted proxy has the connections of many, up to those of all, and then 503", async () => {
  await start({ trustedProxies: ["127.0.0.1"] });
  await holdMany(inAll);
  const refused = await ask();
  expect(refused).toMatch(/^HTTP\/1\.1 503 /);
  expect(refused).toMatch(/\r\nretry-after: \d+\r\n/i);
  expect(refused).toContain("The server has reached its limit of 8 connections (HTTP_CONNECTION_LIMIT).");
  await expect(openSocket(server.url)).rejects.toThrow("503");
});

test("500 connections on top are closed, those that were there are served meanwhile, and metrics tell of it", async () => {
  await start();
  const [first] = await holdMany(perAddress);
  const flood = Array.from({ length: 500 }, () => connect(Number(new URL(server.url).port), "127.0.0.1"));
  const closed = flood.map((socket) => once(socket.on("error", () => undefined).resume(), "close"));
  first?.write("GET /metrics HTTP/1.1\r\nhost: parley\r\n\r\n");
  await Promise.all(closed);
  let metrics = "";
  first?.on("data", (chunk) => (metrics += chunk));
  first?.write(`GET /metrics HTTP/1.1\r\nhost: parley\r\n\r\n`);
  const counted = 'parley_http_connections_refused_total{setting="HTTP_CONNECTIONS_PER_ADDRESS"} 500';
  await until(() => metrics.includes(counted));
  expect(metrics).toContain("\nparley_http_connections 5\n");
});
