/** Denial of service by document: the worst ones known are refused, by the right guard, over every transport. */
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn, type TestSocket } from "../live/socket.js";
import { worstDocuments } from "./worst-documents.js";

let server: TestServer;
let socket: TestSocket;
const table: string[] = [];
beforeAll(async () => {
  server = await startTestServer({ config: { bodyLimitBytes: 2_000_000 } });
  socket = await connectSocket(server.url);
  // The first requests of a process take longer, whatever they ask for.
  for (let n = 0; n < 50; n += 1) await server.graphql(`{ __typename a${n}: nothing }`);
});
afterAll(async () => {
  process.stdout.write(`\nms to refusal, CPU ms (client and server, one process)\n${table.join("\n")}\n`);
  await socket.close();
  await server.close();
});

test.each(worstDocuments)(
  "$name is refused before it is validated, over HTTP",
  async ({ name, query, code, bound }) => {
    const beganAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const { status, body } = await server.graphql(query);
    const { user, system } = process.cpuUsage(cpuBefore);
    const ms = (performance.now() - beganAt).toFixed(1);
    table.push(`  ${name.padEnd(26)} ${ms.padStart(7)} ${((user + system) / 1_000).toFixed(1).padStart(7)}`);
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code, ...(bound && { bound }) });
    expect(status).toBe(code === "GRAPHQL_PARSE_FAILED" ? 200 : 400);
  },
);

test.each(worstDocuments)(
  "$name is refused over a WebSocket, which stays open",
  async ({ name, query, code, bound }) => {
    const [message] = await runOn(socket, name, { query });
    const [error] = message?.type === "error" ? message.payload : (message?.payload.errors ?? []);
    expect(error.extensions).toMatchObject({ code, ...(bound && { bound }) });
  },
);

test.each(worstDocuments)("$name is refused as an event stream", async ({ query, code, bound }) => {
  const response = await fetch(`${server.url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  const [error] = JSON.parse(text.replace(/^event: next\ndata: /, "").split("\n\n")[0] ?? "").errors;
  expect(error.extensions).toMatchObject({ code, ...(bound && { bound }) });
});

test("the server answers as before", async () => {
  expect((await server.graphql("{ __typename }")).body).toEqual({ data: { __typename: "Query" } });
});
