/** 5,000 messages that were once good, over HTTP and WebSocket: none breaks the server, and what is answered is well formed. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { broken } from "./generated-operations.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);
const atOnce = 20;

let server: TestServer;
/** Its limits of time are the usual ones: a machine that is busy for half a second is no reason to refuse a handshake. */
let patient: TestServer;
beforeAll(async () => {
  // What does not end is cut off soon.
  const http = {
    ...limitsWith({ isOn: false }).http,
    headersTimeoutMs: 500,
    requestTimeoutMs: 500,
    keepAliveTimeoutMs: 500,
  };
  server = await startTestServer({ config: { limits: { ...limitsWith({ isOn: false }), http } } });
  patient = await startTestServer({ config: { limits: limitsWith({ isOn: false }) } });
});
afterAll(() => Promise.all([server.close(), patient.close()]));

const bodies = [
  {
    query: "query Q($n: Int) { posts(first: $n) { nodes { id author { id } } } }",
    variables: { n: 3 },
    operationName: "Q",
  },
  { query: "{ __typename }", extensions: { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } } },
  { query: 'mutation { likePost(input: { postId: "UG9zdDox" }) { userErrors { code } } }' },
].map((body) => JSON.stringify(body));

function post(body: string, path = "/graphql"): string {
  const head = `POST ${path} HTTP/1.1\r\nhost: parley\r\nconnection: close\r\ncontent-type: application/json\r\naccept: application/json`;
  return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const search = "/graphql?query=%7Bposts%7BtotalCount%7D%7D&variables=%7B%22a%22%3A1%7D&extensions=%7B%7D";
const get = `GET ${search} HTTP/1.1\r\nhost: parley\r\nconnection: close\r\napollo-require-preflight: 1\r\naccept-encoding: br, gzip\r\nif-none-match: "a"\r\nx-forwarded-for: 1.2.3.4\r\n\r\n`;

/** Half of the requests with a broken body, which arrives whole; half broken anywhere, in the head too. */
function request(random: Random): string {
  const body = random.pick(bodies);
  const path = random.pick(["/graphql", "/graphql", "/graphql/stream"]);
  if (random.isTrue(0.5)) return post(broken(body, random), path);
  return broken(random.pick([post(body, path), get]), random);
}

/** Sends the bytes and gives what comes back until the server closes. */
async function exchange(text: string): Promise<string> {
  const socket: Socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(text);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

const statuses = new Map<number, number>();

function check(text: string): void {
  for (const answer of text.split(/(?=HTTP\/1\.1 \d)/).filter((each) => each !== "")) {
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect(status).toBeGreaterThanOrEqual(100);
    expect(status).toBeLessThan(500);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    if (!/content-type: application\/[\w+-]*json/i.test(head) || /content-encoding/i.test(head) || body === "")
      continue;
    const parsed: unknown = JSON.parse(body);
    expect(parsed).toBeTypeOf("object");
    expect(body).not.toContain("INTERNAL_SERVER_ERROR");
  }
}

test("2,500 requests over HTTP", { timeout: 120_000 }, async () => {
  const numbers = Array.from({ length: 2_500 }, (_, n) => n).values();
  const worker = async () => {
    for (const n of numbers) {
      const text = request(new Random(seed + n));
      try {
        check(await exchange(text));
      } catch (cause) {
        throw new Error(`request ${n} of seed ${seed}: ${JSON.stringify(text)}`, { cause });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  process.stdout.write(`\nHTTP: ${[...statuses].map(([status, times]) => `${status} ${times}`).join(", ")}\n`);
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(statuses.get(400)).toBeGreaterThan(500);
  expect((await server.graphql("{ __typename }")).body).toEqual({ data: { __typename: "Query" } });
});

const messages = [
  { type: "connection_init", payload: {} },
  { type: "ping", payload: { a: 1 } },
  { type: "subscribe", id: "1", payload: { query: "{ posts { totalCount } }", variables: {}, operationName: null } },
  { type: "subscribe", id: "2", payload: { query: "subscription { postCreated { id cursor } }", extensions: {} } },
  { type: "complete", id: "2" },
  { type: "next", id: "1", payload: {} },
].map((message) => JSON.stringify(message));

/** Most often only the document in it is broken, or a good message comes out of turn: what breaks the form ends the socket. */
function message(random: Random): string {
  if (random.isTrue(0.1)) return broken(random.pick(messages), random);
  if (random.isTrue(0.3)) return random.pick(messages);
  const query = random.pick(["{ posts { totalCount } }", "subscription { postCreated { id cursor } }"]);
  const payload = { query: broken(query, random), variables: random.pick([null, {}, { a: [{}] }]) };
  return JSON.stringify({ type: "subscribe", id: String(random.integer(1, 1_000_000)), payload });
}

/** Sends the messages on a connection of its own; gives what came, and the code it closed with. */
async function talk(texts: readonly string[]): Promise<{ code: number; received: string[] }> {
  const socket = new WebSocket(`${patient.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  const received: string[] = [];
  socket.on("message", (data) => received.push(String(data)));
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await once(socket, "open");
  socket.send(messages[0] ?? "");
  await once(socket, "message");
  for (const text of texts) socket.send(text);
  // Every message before it has been taken when this is answered, if the socket still stands.
  socket.ping();
  socket.once("pong", () => socket.close(1000));
  const code = await closed;
  return { code, received };
}

test("2,500 messages over WebSockets", { timeout: 120_000 }, async () => {
  const codes = new Map<number, number>();
  const numbers = Array.from({ length: 500 }, (_, n) => n).values();
  const worker = async () => {
    for (const n of numbers) {
      const random = new Random(seed + n);
      const texts = Array.from({ length: 5 }, () => message(random));
      const { code, received } = await talk(texts);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      const context = `messages ${n} of seed ${seed}: ${JSON.stringify(texts)}`;
      expect(code, context).not.toBe(4500);
      expect(code, context).not.toBe(1006);
      for (const text of received) {
        expect(JSON.parse(text), context).toMatchObject({
          type: expect.stringMatching(/^(connection_ack|ping|pong|next|error|complete)$/),
        });
        expect(text, context).not.toContain("INTERNAL_SERVER_ERROR");
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  process.stdout.write(`\nWebSocket: ${[...codes].map(([code, times]) => `${code} ${times}`).join(", ")}\n`);
  expect(codes.get(4400)).toBeGreaterThan(50);
  expect(codes.get(1000)).toBeGreaterThan(100);
  expect((await patient.graphql("{ __typename }")).body).toEqual({ data: { __typename: "Query" } });
  expect(patient.live.connections.size).toBeLessThanOrEqual(atOnce);
});
