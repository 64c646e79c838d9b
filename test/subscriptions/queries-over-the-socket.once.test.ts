/** Queries and mutations over WebSocket, and their errors, as over HTTP. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn, type TestSocket } from "./socket.js";

let server: TestServer;
let ada: Account;
let socket: TestSocket;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  socket = await connectSocket(server.url, ada.token);
});
afterAll(async () => {
  await socket.close();
  await server.close();
});

let lastId = 0;
async function run(query: string, variables?: object, operationName?: string) {
  lastId += 1;
  return runOn(socket, String(lastId), {
    query,
    ...(variables && { variables }),
    ...(operationName && { operationName }),
  });
}

test("a query has one result and completes, and knows who asks", async () => {
  const query = "query ($handle: String) { viewer { handle email } user(handle: $handle) { name } }";
  const [next, complete, ...rest] = await run(query, { handle: "ada" });
  const data = { viewer: { handle: "ada", email: ada.email }, user: { name: "ada" } };
  expect(next?.payload).toEqual({ data });
  expect(complete?.type).toBe("complete");
  expect(rest).toEqual([]);
});

test("a mutation changes, and a second one in the same document sees it", async () => {
  const query = `mutation ($input: CreatePostInput!) {
    a: createPost(input: $input) { post { title author { posts { totalCount } } } }
    b: createPost(input: $input) { post { author { posts { totalCount } } } userErrors { code } } }`;
  const [next] = await run(query, { input: { title: "Over the socket", content: "Hello" } });
  expect(next?.payload.data).toEqual({
    a: { post: { title: "Over the socket", author: { posts: { totalCount: 1 } } } },
    b: { post: { author: { posts: { totalCount: 2 } } }, userErrors: [] },
  });
});

const wrong: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ["of syntax", "query {"],
  ["of a field that is not there", "{ nothing }"],
  ["of a variable", "query ($id: ID!) { node(id: $id) { id } }", {}],
  ["of an identifier", '{ node(id: "nonsense") { id } }'],
  ["of permission", "mutation { signOut(input: {}) { endedSessionCount } a: nothing }"],
  ["of a NUL in a variable", "query ($h: String) { user(handle: $h) { id } }", { h: "\u0000" }],
  ["of a list's bounds", "{ posts(first: 1000) { nodes { id } } }"],
];

test.each(wrong)("an error %s is what it is over HTTP", async (_, query, variables) => {
  const [message] = await run(query, variables);
  const { body } = await server.graphql(query, variables, { token: ada.token });
  const errors = message?.type === "error" ? message.payload : message?.payload.errors;
  expect(errors.map(strip)).toEqual(body.errors?.map(strip));
  expect(errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
});

/** A client looks at the code, the path and the message. */
function strip({
  message,
  path,
  extensions: { code },
}: {
  message: string;
  path?: unknown;
  extensions: { code: string };
}) {
  return { message, path, code };
}

const wrongSubscriptions: [query: string, code: string, variables?: object][] = [
  ["subscription {", "GRAPHQL_PARSE_FAILED"],
  ["subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"],
  ["subscription { postCreated { id } postLiked { id } }", "GRAPHQL_VALIDATION_FAILED"],
  ["subscription { postCreated { nothing } }", "GRAPHQL_VALIDATION_FAILED"],
  ["subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"],
  ["subscription ($after: String!) { events(after: $after) { id } }", "BAD_USER_INPUT"],
  ["subscription ($after: String) { events(after: $after) { id } }", "BAD_USER_INPUT", { after: { a: 1 } }],
  ["subscription ($types: [EventType!]) { events(types: $types) { id } }", "BAD_USER_INPUT", { types: ["NOTHING"] }],
  ['subscription { postLiked(postId: "nonsense") { id } }', "BAD_ID"],
  ["subscription ($id: ID) { postLiked(postId: $id) { id } }", "BAD_USER_INPUT", { id: "\u0000" }],
];

test("a subscription that is nested thousands deep is refused, and the socket stays", async () => {
  for (const opening of ["post { author { posts { nodes { ", "post { "]) {
    const [message] = await run(`subscription { postCreated { ${opening.repeat(3_000)}`);
    expect(message).toMatchObject({ type: "error", payload: [{ extensions: { code: "GRAPHQL_PARSE_FAILED" } }] });
  }
  const fragments = Array.from(
    { length: 2_000 },
    (_, index) => `fragment f${index} on PostCreated { ...f${index + 1} }`,
  );
  const chain = `subscription { postCreated { ...f0 } } ${fragments.join(" ")} fragment f2000 on PostCreated { id }`;
  const [message] = await run(chain);
  expect(message).toMatchObject({
    type: "error",
    payload: [{ extensions: { code: expect.stringMatching(/^GRAPHQL_/) } }],
  });
  expect((await run("{ viewer { handle } }"))[0]?.payload).toEqual({ data: { viewer: { handle: "ada" } } });
});

test.each(wrongSubscriptions)("%s is refused with %s, and the socket stays", async (query, code, variables) => {
  const messages = await run(query, variables);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ type: "error" });
  expect(messages[0]?.payload[0].extensions.code).toBe(code);
  expect(messages[0]?.payload[0].message).not.toContain("Internal");
});

test("an operation that is not in the document is refused with the code it has over HTTP", async () => {
  const query = "query A { viewer { id } } subscription B { postCreated { id } }";
  for (const name of ["C", undefined]) {
    const [message] = await run(query, undefined, name);
    expect(message).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "OPERATION_RESOLUTION_FAILURE" } }],
    });
  }
  expect((await run(query, undefined, "A"))[0]?.payload).toEqual({ data: { viewer: { id: ada.id } } });
});

test("ping is answered with pong and its payload", async () => {
  socket.send({ type: "ping", payload: { time: 5 } });
  expect(await socket.messages.find(({ type }) => type === "pong")).toEqual({ type: "pong", payload: { time: 5 } });
  socket.send({ type: "pong" });
  expect((await run("{ viewer { handle } }"))[0]?.payload).toEqual({ data: { viewer: { handle: "ada" } } });
});
