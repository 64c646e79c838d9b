/** GraphQL over Server-Sent Events: the format, resuming, and errors before and during the stream. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { pruneEvents } from "../../src/events/event-log.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { post } from "./acting.js";
import { until } from "./inbox.js";
import { cursorAt, headOf, positionOf, range, settledHead, write } from "./log.js";

const query = "subscription ($after: String) { events(after: $after) { cursor } }";

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer({ config: { connectionsPerUser: 5 } });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

interface Stream {
  readonly response: Response;
  /** Reads until `fits` holds for all the text that came. */
  through(fits: (text: string) => boolean): Promise<string>;
  rest(): Promise<string>;
  abort(): void;
}

async function open(search: Record<string, string>, init: RequestInit = {}): Promise<Stream> {
  const aborting = new AbortController();
  const address = `${server.url}/graphql/stream?${new URLSearchParams(search)}`;
  const response = await fetch(address, { ...init, signal: aborting.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    response,
    async through(fits) {
      while (!fits(text)) {
        const { value, done } = (await reader?.read()) ?? { done: true, value: "" };
        if (done) throw new Error(`the stream ended: ${text}`);
        text += value;
      }
      return text;
    },
    async rest() {
      for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) text += next.value;
      return text;
    },
    abort: () => aborting.abort(),
  };
}

const idsOf = (text: string) => [...text.matchAll(/^id: (.*)\nevent: next$/gm)].map(([, id]) => positionOf(id ?? ""));
const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

test("a stream says what it is, begins at once, and each event has its cursor for an id", async () => {
  const begin = await settledHead(server);
  const stream = await open({ query });
  const { status, headers } = stream.response;
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-accel-buffering")).toBe("no");
  await stream.through((text) => text.length > 0);
  await write(server.database, begin + 1, 2);
  const text = await stream.through((each) => idsOf(each).length === 2);
  const [first, second] = [await cursorAt(server.database, begin + 1), await cursorAt(server.database, begin + 2)];
  const event = (cursor: string) => `id: ${cursor}\nevent: next\ndata: {"data":{"events":{"cursor":"${cursor}"}}}\n\n`;
  expect(text.slice(text.indexOf(`id: ${first}`))).toBe(event(first) + event(second));
  stream.abort();
  await until(() => server.live.connections.size === 0 && server.live.engine.size.listeners === 0);
});

test("before the first event it tells where it began, so that a browser that comes back misses nothing", async () => {
  const begin = await settledHead(server);
  const stream = await open({ query });
  const text = await stream.through((each) => each.includes("\n\n"));
  // An id without data changes the last event id and dispatches nothing (HTML, 9.2.6).
  expect(text).toBe(`id: ${await cursorAt(server.database, begin)}\n\n`);
  stream.abort();
});

test("Last-Event-ID goes before the `after` of the address, which a browser repeats", async () => {
  const begin = await settledHead(server);
  await write(server.database, begin + 1, 6);
  await until(async () => (await headOf(server.database)) === begin + 6);
  const variables = JSON.stringify({ after: await cursorAt(server.database, begin) });
  const first = await open({ query, variables });
  expect(idsOf(await first.through((text) => idsOf(text).length === 6))).toEqual(range(begin + 1, begin + 6));
  first.abort();
  const headers = { "last-event-id": await cursorAt(server.database, begin + 4) };
  const again = await open({ query, variables }, { headers });
  expect(idsOf(await again.through((text) => idsOf(text).length === 2))).toEqual([begin + 5, begin + 6]);
  again.abort();
  const nonsense = await open({ query }, { headers: { "last-event-id": "nonsense" } });
  expect(nonsense.response.status).toBe(400);
  expect(await nonsense.rest()).toContain("BAD_CURSOR");
});

test("every 15 seconds a comment tells that the stream lives", async () => {
  await settledHead(server);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const stream = await open({ query });
    const begun = (await stream.through((text) => text.includes("\n\n"))).length;
    vi.advanceTimersByTime(15_000);
    expect((await stream.through((text) => text.length > begun)).slice(begun)).toBe(":\n\n");
    vi.advanceTimersByTime(30_000);
    expect((await stream.through((text) => text.length > begun + 6)).slice(begun)).toBe(":\n\n:\n\n:\n\n");
    stream.abort();
    await until(() => server.live.connections.size === 0);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a query is one result and a complete; so is a mutation, which only a POST may be", async () => {
  const result = await (await send({ query: "{ viewer { id } }" })).text();
  expect(result).toBe('event: next\ndata: {"data":{"viewer":null}}\n\nevent: complete\ndata:\n\n');
  const mutation = 'mutation { createPost(input: { title: "By SSE", content: "Hello" }) { post { title } } }';
  const headers = { authorization: `Bearer ${ada.token}` };
  expect(await (await send({ query: mutation }, headers)).text()).toContain(
    '{"createPost":{"post":{"title":"By SSE"}}}',
  );
  const refused = await open({ query: mutation }, { headers });
  expect([refused.response.status, refused.response.headers.get("allow")]).toEqual([405, "POST"]);
});

const get = (search: Record<string, string>) => fetch(`${server.url}/graphql/stream?${new URLSearchParams(search)}`);
const eventStream = { accept: "text/event-stream" };
const refusals: [name: string, status: number, code: string, ask: () => Promise<Response>][] = [
  ["no query", 400, "BAD_REQUEST", () => get({})],
  ["variables that are no JSON", 400, "BAD_REQUEST", () => get({ query, variables: "{" })],
  ["bad syntax", 400, "GRAPHQL_PARSE_FAILED", () => get({ query: "{" })],
  ["an unknown field", 400, "GRAPHQL_VALIDATION_FAILED", () => get({ query: "subscription { x }" })],
  ["no such operation", 400, "OPERATION_RESOLUTION_FAILURE", () => send({ query, operationName: "Other" })],
  ["a bad token", 401, "UNAUTHENTICATED", () => send({ query }, { authorization: "Bearer nonsense", ...eventStream })],
  ["a bad body", 400, "BAD_REQUEST", () => send("{", eventStream)],
  ["a list for a body", 400, "BAD_REQUEST", () => send([], eventStream)],
  ["another content type", 415, "BAD_REQUEST", () => send("query", { "content-type": "text/plain" })],
];

test.each(refusals)("a request with %s is answered %i with %s", async (_, status, code, ask) => {
  const response = await ask();
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect([response.status, errors[0]?.extensions.code]).toEqual([status, code]);
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
});

test("a client of graphql-sse is streamed the errors of its operation, for it takes a status for a broken network", async () => {
  for (const [asked, code] of [
    [{ query: "subscription { x }" }, "GRAPHQL_VALIDATION_FAILED"],
    [{ query, variables: { after: "nonsense" } }, "BAD_CURSOR"],
  ] as const) {
    const response = await send(asked, eventStream);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    expect(await response.text()).toMatch(
      new RegExp(`^event: next\ndata: {"errors":.*${code}.*}\n\nevent: complete\ndata:\n\n$`),
    );
  }
});

test("other methods are refused, and HEAD does not open a stream that nobody reads", async () => {
  for (const method of ["PUT", "DELETE", "HEAD"]) {
    const response = await fetch(`${server.url}/graphql/stream?${new URLSearchParams({ query })}`, { method });
    expect(response.status).toBe(405);
  }
  expect(server.live.connections.size).toBe(0);
});

test("one connection too many is 429", async () => {
  const streams = await Promise.all(range(1, 5).map(() => open({ query })));
  const refused = await open({ query });
  expect(refused.response.status).toBe(429);
  expect(await refused.rest()).toContain("TOO_MANY_CONNECTIONS");
  const mine = await open({ query }, { headers: { authorization: `Bearer ${ada.token}` } });
  expect(mine.response.status).toBe(200);
  for (const stream of [...streams, mine]) stream.abort();
  await until(() => server.live.connections.size === 0);
});

test("clients that go away at any moment leave nothing behind", async () => {
  for (const delay of range(0, 14)) {
    const aborting = new AbortController();
    const address = `${server.url}/graphql/stream?${new URLSearchParams({ query })}`;
    const answered = fetch(address, { signal: aborting.signal, headers: { authorization: `Bearer ${ada.token}` } });
    answered.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, delay));
    aborting.abort();
  }
  await until(() => server.live.connections.size === 0 && server.live.engine.size.listeners === 0);
});

test("a stream that cannot go on ends with its error and a complete", async () => {
  // More than one reading of the log; what is not read yet is pruned while the first part is on its way.
  const begin = await settledHead(server);
  for (const turn of range(0, 9)) await write(server.database, begin + turn * 200 + 1, 200);
  expect(await settledHead(server)).toBe(begin + 2_000);
  const original = server.live.engine.listen.bind(server.live.engine);
  const listen = vi.spyOn(server.live.engine, "listen").mockImplementation((operation, sink) => {
    let sent = 0;
    const pruning = {
      viewer: null,
      send: (payload: Parameters<typeof sink.send>[0]) => sink.send(payload),
      fail: (error: unknown) => sink.fail(error),
      async hasRoom() {
        sent += 1;
        if (sent === 100) await pruneEvents(server.database.query, new Date(Date.now() + 60_000), 100_000);
      },
    };
    return original(operation, pruning);
  });
  const stream = await open({ query, variables: JSON.stringify({ after: await cursorAt(server.database, begin) }) });
  const text = await stream.rest();
  listen.mockRestore();
  expect(stream.response.status).toBe(200);
  expect(text).toMatch(/event: next\ndata: {"errors":\[.*"CURSOR_EXPIRED".*]}\n\nevent: complete\ndata:\n\n$/);
  expect(idsOf(text)).toEqual(range(begin + 1, begin + 200));
  await until(() => server.live.connections.size === 0 && server.live.engine.size.listeners === 0);
});

test("a stream shares its execution with sockets and other streams", async () => {
  await settledHead(server);
  const streams = [await open({ query }), await open({ query })];
  expect(server.live.engine.size).toEqual({ groups: 1, listeners: 2 });
  await post(server.url, ada, "For both");
  for (const stream of streams) await stream.through((text) => idsOf(text).length === 1);
  for (const stream of streams) stream.abort();
});
