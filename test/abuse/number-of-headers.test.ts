/** Headers beyond the limit: refused, for to drop them would drop what a proxy appended, the client's address among it. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";

const limit = 30;
let server: TestServer;
beforeAll(async () => {
  const limits = limitsWith({ isOn: false });
  const config = { trustedProxies: ["127.0.0.1"], limits: { ...limits, http: { ...limits.http, headers: limit } } };
  server = await startTestServer({ config });
});
afterAll(() => server.close());

/** Sends a request with so many headers in all, the address of the client in the last. Resolves with the response. */
async function send(target: string, first: readonly string[], count: number): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const padding = Array.from({ length: count - first.length - 1 }, (_, n) => `x-${n}: a`);
  const lines = [`GET ${target} HTTP/1.1`, ...first, ...padding, "x-forwarded-for: 192.0.2.7"];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [head] = await socket.take(1).toArray();
  socket.destroy();
  return String(head);
}

const plain = ["host: parley"];
const upgrade = [
  ...plain,
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-protocol: graphql-transport-ws",
];

describe.each([
  ["a request", "/health/live", plain, /^HTTP\/1\.1 200 /],
  ["a request for an upgrade", "/graphql", upgrade, /^HTTP\/1\.1 101 /],
])("%s", (_, target, headers, served) => {
  test.each([limit - 1, limit])("with %i headers is served", async (count) => {
    expect(await send(target, headers, count)).toMatch(served);
  });

  test.each([limit + 1, limit + 20, 500])("with %i headers is refused", async (count) => {
    expect(await send(target, headers, count)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

test("the refusal names the setting", async () => {
  expect(await send("/health/live", plain, limit + 1)).toContain(
    "A request may have at most 30 headers (HEADER_LIMIT).",
  );
});

test("a client that resets a refused upgrade does not end the server", async () => {
  const lines = ["GET /graphql HTTP/1.1", ...upgrade, ...Array.from({ length: limit }, (_, n) => `x-${n}: a`)];
  for (let n = 0; n < 20; n += 1) {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    // Node keeps what follows an upgrade out of its own hands: more data, then a reset.
    socket.write("x".repeat(100_000));
    socket.resetAndDestroy();
    await once(socket, "close");
  }
  expect(await send("/health/live", plain, limit)).toMatch(/^HTTP\/1\.1 200 /);
});
