/** Bodies of requests that are no GraphQL request. */
import { Agent, type IncomingMessage, request as open } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { request } from "./refusals.js";

const bodyLimitBytes = 4_096;
const query = JSON.stringify({ query: "{ __typename }" });
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { bodyLimitBytes } });
});
afterAll(() => server.close());

describe("a body that is no request", () => {
  const notUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);
  it.each([
    ["is malformed JSON", '{"query":', "must be JSON in UTF-8"],
    ["is not UTF-8", notUtf8, "must be JSON in UTF-8"],
    ["is empty", "", "must be JSON in UTF-8"],
    ["is an array, which would be a batch", `[${query}]`, "batching disabled"],
    ["is null", "null", "POST body missing"],
    ["is a text", '"{ __typename }"', "POST body missing"],
    ["is an empty object", "{}", "POST body missing"],
    ["has no query", '{"variables":{}}', "non-empty `query`"],
    ["has null for a query", '{"query":null}', "non-empty `query`"],
    ["has a number for a query", '{"query":5}', "must be strings"],
    ["has an object for a query", '{"query":{"kind":"Field"}}', "must be strings"],
    ["has a text for variables", '{"query":"{ __typename }","variables":"{}"}', "`variables`"],
    ["has an array for variables", '{"query":"{ __typename }","variables":[]}', "`variables`"],
    ["has a number for an operation name", '{"query":"{ __typename }","operationName":5}', "`operationName`"],
    ["has an array for extensions", '{"query":"{ __typename }","extensions":[]}', "`extensions`"],
  ])("is refused when it %s", async (_, body, reason) => {
    const { status, headers, text } = await request(server, { body });
    const { errors } = JSON.parse(text);
    expect(status).toBe(400);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(errors).toEqual([{ message: expect.stringContaining(reason), extensions: { code: "BAD_REQUEST" } }]);
  });
});

describe("the content type", () => {
  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/json; charset=latin1"])(
    "is refused when it is %s",
    async (type) => {
      const { status, text } = await request(server, { headers: { "content-type": type }, body: query });
      expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([415, "BAD_REQUEST"]);
    },
  );

  it("is refused when there is none", async () => {
    const { status, text } = await request(server, { headers: {}, body: new TextEncoder().encode(query) });
    expect([status, JSON.parse(text).errors[0].message]).toEqual([415, expect.stringContaining('got ""')]);
  });

  it.each(["application/json", "Application/JSON;charset=UTF-8", 'application/json; charset="utf-8"; v=1'])(
    "is taken when it is %s",
    async (type) => {
      expect((await request(server, { headers: { "content-type": type }, body: query })).status).toBe(200);
    },
  );
});

describe("a body that is too large", () => {
  const tooLarge = {
    errors: [
      {
        message: "The request body must be at most 4096 bytes (BODY_LIMIT_BYTES).",
        extensions: { code: "BAD_REQUEST" },
      },
    ],
  };

  it("is taken up to the limit and refused one byte above it", async () => {
    expect((await request(server, { body: query.padEnd(bodyLimitBytes) })).status).toBe(200);
    const { status, text } = await request(server, { body: query.padEnd(bodyLimitBytes + 1) });
    expect([status, JSON.parse(text)]).toEqual([413, tooLarge]);
  });

  it("is refused when it comes in chunks that do not say how many", async () => {
    const chunks = ReadableStream.from(Array.from({ length: 200 }, () => new Uint8Array(65_536).fill(32)));
    const { status, text } = await request(server, { body: chunks });
    expect([status, JSON.parse(text)]).toEqual([413, tooLarge]);
  });

  it.each([
    ["with a length", `content-length: ${80 * 65_536}`, (chunk: string) => chunk],
    ["in chunks", "transfer-encoding: chunked", (chunk: string) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`],
  ])("is answered to a client that sends all of it before it reads, %s", async (_, header, frame) => {
    const head = `POST /graphql HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\n${header}\r\n\r\n`;
    const answer = await overSocket([head, ...Array<string>(80).fill(frame(" ".repeat(65_536))), frame("")]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain(JSON.stringify(tooLarge));
  });
});

it("leaves the connection usable after a refusal, where all of the body was read", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [refused, answered] = [await postOn(agent, "{"), await postOn(agent, query)];
  agent.destroy();
  expect([refused.status, answered]).toEqual([
    400,
    { status: 200, isReused: true, text: '{"data":{"__typename":"Query"}}' },
  ]);
});

function postOn(agent: Agent, body: string): Promise<{ status: number | undefined; isReused: boolean; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = open(`${server.url}/graphql`, { agent, method: "POST", headers }, async (answer: IncomingMessage) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode, isReused: sent.reusedSocket, text });
    });
    sent.on("error", reject).end(body);
  });
}

/** Writes everything, reads what comes until the server closes. Rejects when the connection is reset. */
function overSocket(parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("close", () => resolve(text)).on("error", reject);
    for (const part of parts) socket.write(part);
  });
}
