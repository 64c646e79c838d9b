/** `connection_init` comes before anybody is known: it is small, and nothing but the credential is kept of it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, openSocket } from "../subscriptions/socket.js";

const limit = 4_096;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { connectionInitBytes: limit } });
});
afterAll(() => server.close());

/** A message of so many bytes. */
function init(bytes: number): string {
  const text = (ballast: string) => JSON.stringify({ type: "connection_init", payload: { ballast } });
  return text("x".repeat(bytes - text("").length));
}

test.each([1_000, limit - 1, limit])("of %i bytes is acknowledged", async (bytes) => {
  const { send, close, messages } = await openSocket(server.url);
  send(init(bytes));
  expect(await messages.find(({ type }) => type === "connection_ack")).toBeDefined();
  await close();
});

test.each([limit + 1, limit * 2, 900_000])("of %i bytes closes the socket and names the setting", async (bytes) => {
  const { send, closing } = await openSocket(server.url);
  send(init(bytes));
  const reason = `connection_init must be at most ${limit} bytes (CONNECTION_INIT_LIMIT_BYTES)`;
  expect(await closing).toMatchObject({ code: 4400, reason });
});

test("what comes after it may be larger", async () => {
  const socket = await connectSocket(server.url);
  socket.send({ id: "1", type: "subscribe", payload: { query: `{ __typename } # ${"x".repeat(limit)}` } });
  expect((await socket.messages.find(({ type }) => type === "next")).payload.data).toEqual({ __typename: "Query" });
  await socket.close();
});

test("what waits in a socket is the credential alone", async () => {
  const ada = await server.signUp("ada");
  const socket = await openSocket(server.url);
  const payload = { authorization: `Bearer ${ada.token}`, ballast: "x".repeat(1_000) };
  socket.send({ type: "connection_init", payload });
  await socket.messages.find(({ type }) => type === "connection_ack");
  for (const id of ["1", "2"]) {
    socket.send({ id, type: "subscribe", payload: { query: "{ viewer { handle } }" } });
    const next = await socket.messages.find((message) => message.type === "next" && message.id === id);
    expect(next.payload.data).toEqual({ viewer: { handle: "ada" } });
  }
  await socket.close();
});
