/** The HTTP listener on its own. */
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import type { HttpLimits } from "../../src/config/limits.js";
import { createClientOf } from "../../src/http/client-address.js";
import { ConnectionCount } from "../../src/http/connection-count.js";
import { type Handler, listen } from "../../src/http/listener.js";
import { UnreadBytes } from "../../src/http/unread-bytes.js";
import { openLog } from "../../src/log.js";

function open(handle: Handler, limits: Partial<HttpLimits> = {}) {
  const upgrade = () => undefined;
  const isProxy = () => false;
  const log = openLog("silent");
  const elapsedMs = () => 0;
  const http = { ...readConfig({}).limits.http, ...limits };
  return listen({
    host: "127.0.0.1",
    port: 0,
    limits: http,
    log,
    elapsedMs,
    clientOf: createClientOf(isProxy),
    connectionCount: new ConnectionCount({ limits: http, isProxy, log, elapsedMs, onRefused: () => undefined }),
    isAlwaysServed: () => false,
    unread: new UnreadBytes(134_217_728, log),
    handle,
    upgrade,
    onServed: () => undefined,
  });
}

it("does not wait, when it stops, for a client that hung up in the middle of a request", async () => {
  const listener = await open(async ({ request }) => {
    socket.destroy();
    await once(request.socket, "close");
    return { status: 200, headers: {}, body: "too late" };
  });
  const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: parley\r\n\r\n");
  await once(socket, "close");
  await listener.close(600_000);
});

it("cuts off, when it stops, what takes longer than it may", async () => {
  const asked = new EventEmitter();
  const listener = await open(() => {
    asked.emit("begun");
    return new Promise(() => undefined);
  });
  const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: parley\r\n\r\n");
  const closed = once(socket, "close");
  await once(asked, "begun");
  await listener.close(1);
  await closed;
  expect(socket.bytesRead).toBe(0);
});

it("takes a path in absolute form, and gives a caller's request id back", async () => {
  const listener = await open(({ path, search }) => ({ status: 200, headers: {}, body: `${path} ${search}` }));
  const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
  socket.write(
    "GET http://parley.example/a/b?c=d HTTP/1.1\r\nhost: parley\r\nx-request-id: me-1\r\nconnection: close\r\n\r\n",
  );
  const answer = Buffer.concat(await socket.toArray()).toString();
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nx-request-id: me-1\r\n/);
  expect(answer).toMatch(/\r\n\r\n\/a\/b \?c=d$/);
  await listener.close(1_000);
});

it("gives a new request id for one that is not harmless to repeat", async () => {
  const listener = await open(() => ({ status: 204, headers: {}, body: "" }));
  const answer = await fetch(listener.url, { headers: { "x-request-id": 'a"b' } });
  expect(answer.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  expect(answer.headers.get("content-length")).toBeNull();
  await listener.close(1_000);
});

describe("a client that is slow on purpose", () => {
  const answer = () => ({ status: 200, headers: {}, body: "done" });

  it("is cut off with 408 when the head of its request does not end", async () => {
    const listener = await open(answer, { headersTimeoutMs: 200 });
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: parley\r\n");
    const drip = setInterval(() => socket.write("x-slow: loris\r\n"), 20);
    socket.on("error", () => undefined);
    const text = Buffer.concat(await socket.toArray()).toString();
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    await listener.close(1_000);
  });

  it("is cut off when its body does not end", async () => {
    const read: Handler = async ({ request }) => {
      await request.toArray();
      return answer();
    };
    const listener = await open(read, { requestTimeoutMs: 200 });
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: parley\r\ncontent-length: 1000\r\n\r\n");
    const drip = setInterval(() => socket.write("."), 20);
    socket.on("error", () => undefined);
    const text = Buffer.concat(await socket.toArray()).toString();
    clearInterval(drip);
    expect(text).not.toContain("200 OK");
    await listener.close(1_000);
  });

  it("is cut off when it reads nothing of its answer", async () => {
    const large = { status: 200, headers: {}, body: Buffer.alloc(50_000_000) };
    const listener = await open(() => large, { answerTimeoutMs: 200 });
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write("GET / HTTP/1.1\r\nhost: parley\r\n\r\n");
    await once(socket, "connect");
    await once(socket, "readable");
    // It waits for answers in flight, and this one does not end by itself.
    await listener.close(600_000);
    socket.destroy();
  });

  it("is cut off with 408 when it sends nothing at all", async () => {
    const listener = await open(answer, { headersTimeoutMs: 200 });
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 408 /);
    await listener.close(1_000);
  });

  it("is let go when it asks for nothing more", async () => {
    const listener = await open(answer, { keepAliveTimeoutMs: 100 });
    const socket = connect(Number(new URL(listener.url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: parley\r\n\r\n");
    expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 200 /);
    await listener.close(1_000);
  });
});
