/** Denial of service by document: the worst known ones are refused over every transport. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn, type TestSocket } from "../subscriptions/socket.js";
import { worstDocuments } from "./worst-documents.js";

let server: TestServer;
let socket: TestSocket;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer({ config: { bodyLimitBytes: 2_000_000 } });
  socket = await connectSocket(server.url);
  ada = await server.signUp("ada");
});
afterAll(async () => {
  await socket.close();
  await server.close();
});

test.each(worstDocuments)("$name is refused before it is validated, over HTTP", async ({ query, code, bound }) => {
  const { status, body } = await server.graphql(query);
  expect(body.errors).toHaveLength(1);
  expect(body.errors?.[0]?.extensions).toMatchObject({ code, ...(bound && { bound }) });
  expect(status).toBe(code === "GRAPHQL_PARSE_FAILED" ? 200 : 400);
});

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

const costly = `subscription { postCreated { post { comments(first: 100) { nodes { likedBy(first: 100) { nodes { id } } } } } } }`;

test.each([
  ...worstDocuments.filter(({ bound }) => bound !== undefined),
  { name: "a dear subscription", query: costly, bound: "too costly" },
])("$name is refused as a webhook's document", async ({ query, bound }) => {
  const create = `mutation ($input: CreateWebhookInput!) {
    createWebhook(input: $input) { webhook { id } userErrors { code message field } } }`;
  const input = { url: "https://hooks.example.org/", subscription: query };
  const { webhook, userErrors } = (await server.graphql(create, { input }, ada)).body.data.createWebhook;
  // Of the longest, the length says it all.
  const [{ code, message }] = userErrors;
  expect([webhook, userErrors.length, code === "TOO_LONG" || message.includes(bound?.replace(/s$/, ""))]).toEqual([
    null,
    1,
    true,
  ]);
});

test("the server answers as before", async () => {
  expect((await server.graphql("{ __typename }")).body).toEqual({ data: { __typename: "Query" } });
});
