/** Headers beyond the limit: refused, for to drop them would drop what a proxy appended, the client's address among it. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
const limit = 30;
let server: TestServer;
beforeAll(async () => {
  const limits = limitsWith({ isOn: false });
  const config = { trustedProxies: ["127.0.0.1"], limits: { ...limits, http: { ...limits.http, headers: limit } } };
  server = await startTestServer({ config });
});
afterAll(() => server.close());

/** Sends bytes on a connection of its own. Resolves with the first piece of what comes back. */
async function exchange(text: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined).write(text);
  const [head] = await socket.take(1).toArray();
  socket.destroy();
  return String(head);
}

/** Sends a request with so many headers in all, the address of the client in the last. Resolves with the response. */
async function send(target: string, first: readonly string[], count: number): Promise<string> {
  const padding = Array.from({ length: count - first.length - 1 }, (_, n) => `x-${n}: a`);
  const lines = [`GET ${target} HTTP/1.1`, ...first, ...padding, "x-forwarded-for: 192.0.2.7"];
  return exchange(`${lines.join("\r\n")}\r\n\r\n`);
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

/** A request with `count` headers, some of them the same over and over, of a length that fits into Node's 16 KiB. */
function written(random: Random, count: number): string {
  const [line, first] = random.pick([
    ["GET /health/live", plain],
    ["GET /nothing", plain],
    ["GET /graphql?query={__typename}", [...plain, "apollo-require-preflight: 1"]],
    [`GET /graphql/stream?query=${encodeURIComponent("subscription{postCreated{cursor}}")}`, plain],
    ["GET /graphql", upgrade],
    ["POST /graphql", [...plain, "content-type: application/json", "transfer-encoding: chunked"]],
    ["POST /graphql/stream", [...plain, "content-type: application/json", "transfer-encoding: chunked"]],
    ["OPTIONS /graphql", [...plain, "origin: https://app.example.org", "access-control-request-method: POST"]],
  ] as const);
  const lines: string[] = [...first];
  while (lines.length < count - 1) {
    const name = random.pick(["x-a", "cookie", "accept-language", "via", "X-Forwarded-For", `x-${lines.length}`]);
    lines.push(`${name}: ${random.pick(["", "a", "192.0.2.1", "a".repeat(50)])}`);
  }
  lines.push("x-forwarded-for: 192.0.2.7");
  const body = '{"query":"{ __typename }"}';
  // Trailers are no headers: those of a request that is served are read past, however many.
  const trailers = Array.from({ length: random.integer(0, 60) }, (_, n) => `x-trailer-${n}: a\r\n`).join("");
  const sent = line.startsWith("POST") ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n` : "";
  return `${line} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${sent}`;
}

test(`400 requests with any number of headers, repeated ones and trailers among them, seed ${seed}`, async () => {
  const statuses = new Map<string, number>();
  for (let n = 0; n < 400; n += 1) {
    const random = new Random(seed + n);
    const count = random.isTrue(0.5) ? random.integer(limit - 1, limit + 2) : random.integer(12, 200);
    const text = written(random, count);
    const status = (await exchange(text)).slice(9, 12);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect(status === "431", `${count} headers, ${status}: ${text}`).toBe(count > limit);
  }
  for (const status of ["101", "200", "404", "431"]) expect(statuses.get(status), status).toBeGreaterThan(5);
});

test("a trailer is not taken for a header", async () => {
  const head = ["POST /graphql HTTP/1.1", ...plain, "content-type: application/json", "transfer-encoding: chunked"];
  const body = '{"query":"{ viewer { id } }"}';
  const trailers = "authorization: Bearer nonsense\r\nidempotency-key: \r\n";
  const sent = `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n`;
  expect(await exchange(`${head.join("\r\n")}\r\n\r\n${sent}`)).toContain('{"data":{"viewer":null}}');
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
