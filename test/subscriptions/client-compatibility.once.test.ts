/** Popular clients, used as documented, receive an event end to end. */
import { ApolloClient, gql as apolloGql, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { cacheExchange, fetchExchange, subscriptionExchange, Client as UrqlClient } from "@urql/core";
import { EventSource } from "eventsource";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, post } from "./acting.js";
import { Inbox, until } from "./inbox.js";
import { positionOf, range, settledHead, write } from "./log.js";
import { startProxy } from "./proxy.js";

const query = "subscription OfPosts { postCreated { cursor post { title viewerCanEdit author { handle } } } }";

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

const socketClient = () =>
  createSocketClient({
    url: `${server.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${ada.token}` }),
  });
const sseClient = () =>
  createSseClient({
    url: `${server.url}/graphql/stream`,
    singleConnection: false,
    headers: async () => ({ authorization: `Bearer ${ada.token}` }),
  });

type Data = { postCreated: { post: { title: string; viewerCanEdit: boolean; author: { handle: string } } } };

/** Makes a post once the listener is there, and returns the event it should receive. */
async function postWhenHeard(title: string): Promise<unknown> {
  await until(() => server.live.engine.size.listeners === 1);
  await post(server.url, ada, title);
  return { title, viewerCanEdit: true, author: { handle: "ada" } };
}

async function allGone(): Promise<void> {
  await until(() => server.live.engine.size.listeners === 0 && server.live.connections.size === 0);
}

test("graphql-ws", async () => {
  const client = socketClient();
  const results = client.iterate<Data>({ query });
  const next = results.next();
  const expected = await postWhenHeard("graphql-ws");
  expect((await next).value.data.postCreated.post).toEqual(expected);
  await results.return?.();
  const { value } = await client.iterate({ query: "{ viewer { handle } }" }).next();
  expect(value.data).toEqual({ viewer: { handle: "ada" } });
  await client.dispose();
  await allGone();
});

test("Apollo Client with GraphQLWsLink", async () => {
  const links = socketClient();
  const client = new ApolloClient({ link: new GraphQLWsLink(links), cache: new InMemoryCache() });
  const events = new Inbox<unknown>();
  const subscription = client.subscribe<Data>({ query: apolloGql(query) }).subscribe({
    next: ({ data }) => events.push(data?.postCreated.post),
    error: (error: Error) => events.fail(error),
  });
  const expected = await postWhenHeard("Apollo Client");
  expect(await events.first(1)).toMatchObject([expected]);
  subscription.unsubscribe();
  const { data } = await client.query({ query: apolloGql("{ viewer { handle } }") });
  expect(data).toMatchObject({ viewer: { handle: "ada" } });
  client.stop();
  await links.dispose();
  await allGone();
});

test("urql with its subscription exchange", async () => {
  const links = socketClient();
  const client = new UrqlClient({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          // As urql's documentation shows it; only the two libraries' types for a result differ.
          subscribe: (sink) => ({
            unsubscribe: links.subscribe(
              { ...request, query: request.query ?? "" },
              sink as Parameters<typeof links.subscribe>[1],
            ),
          }),
        }),
      }),
    ],
  });
  const events = new Inbox<unknown>();
  const { unsubscribe } = client.subscription<Data>(query, {}).subscribe(({ data, error }) => {
    if (error) events.fail(error);
    else events.push(data?.postCreated.post);
  });
  const expected = await postWhenHeard("urql");
  expect(await events.first(1)).toMatchObject([expected]);
  unsubscribe();
  const read = await client.query("{ posts(first: 1) { nodes { title } } }", {});
  expect(read.data).toMatchObject({ posts: { nodes: [{ title: "urql" }] } });
  await links.dispose();
  await allGone();
});

test("graphql-sse, for a subscription, a query and a mutation", async () => {
  const client = sseClient();
  const results = client.iterate<Data>({ query });
  const next = results.next();
  const expected = await postWhenHeard("graphql-sse");
  expect((await next).value.data.postCreated.post).toEqual(expected);
  await results.return?.();
  const all = async (text: string) => {
    const found = [];
    for await (const result of client.iterate({ query: text })) found.push(result);
    return found;
  };
  expect(await all("{ viewer { handle } }")).toEqual([{ data: { viewer: { handle: "ada" } } }]);
  const mutation = 'mutation { createPost(input: { title: "SSE", content: "Hello" }) { post { title } } }';
  expect(await all(mutation)).toEqual([{ data: { createPost: { post: { title: "SSE" } } } }]);
  expect(await all("{ nothing }")).toMatchObject([{ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }]);
  client.dispose();
  await allGone();
});

test("EventSource, which comes back by itself with its Last-Event-ID and misses nothing", async () => {
  const { hostname, port } = new URL(server.url);
  const proxy = await startProxy({ host: hostname, port: Number(port) });
  const search = new URLSearchParams({ query: "subscription { events { cursor } }" });
  const source = new EventSource(`http://127.0.0.1:${proxy.port}/graphql/stream?${search}`, {
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${ada.token}` } }),
  });
  const positions = new Inbox<number>();
  const errors = new Inbox<unknown>();
  source.addEventListener("next", ({ data, lastEventId }) => {
    expect(JSON.parse(data).data.events.cursor).toBe(lastEventId);
    positions.push(positionOf(lastEventId));
  });
  source.addEventListener("error", (error) => errors.push(error));
  await until(() => server.live.engine.size.listeners === 1);
  const begin = await settledHead(server);
  await write(server.database, begin + 1, 5);
  await positions.first(5);
  // First the network breaks, then the server ends the stream.
  for (const [index, end] of [() => proxy.drop(), () => server.live.connections.endAll(0, 1_000)].entries()) {
    await end();
    await write(server.database, begin + 6 + index * 5, 5);
    await errors.first(index + 1);
    await positions.first(10 + index * 5);
  }
  expect(positions.all).toEqual(range(begin + 1, begin + 15));
  source.close();
  await proxy.close();
  await allGone();
});

test("a client of graphql-ws keeps its other subscriptions when one of them fails", async () => {
  const client = socketClient();
  const results = client.iterate<Data>({ query });
  const next = results.next();
  await until(() => server.live.engine.size.listeners === 1);
  const failing = client.iterate({ query: "subscription { nothing }" });
  await expect(failing.next()).rejects.toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
  await act(server.url, ada, "createPost", { title: "Still heard", content: "Hello" });
  expect((await next).value.data.postCreated.post.title).toBe("Still heard");
  await client.dispose();
  await allGone();
});
