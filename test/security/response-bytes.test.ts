/** Response limit over every transport: complete below it, an error with the setting above it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { act, comment, post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { type Listener, listen } from "../subscriptions/listener.js";
import { connectSocket, runOn, type TestSocket } from "../subscriptions/socket.js";
import { change, createWebhook, look } from "../webhooks/owning.js";
import { type Receiver, startReceiver } from "../webhooks/receiver.js";

const seed = 20_261_129;
const responseLimitBytes = 60_000;
const backlogBytes = 40_000;
const webhookBodyLimitBytes = 8_000;
/** Texts whose JSON and UTF-8 are longer than they are. */
const texts = ["plain ", 'a "quote" ', "\t\u0001\n.", "äöü", "漢字", "💥", "\\"];

let server: TestServer;
let receiver: Receiver;
let ada: Account;
let postId: string;
/** Texts of the post's comments, in the order of the list. */
let written: string[];
let socket: TestSocket;
const random = new Random(seed);

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer({
    config: {
      responseLimitBytes,
      backlogBytes,
      webhookBodyLimitBytes,
      webhooksPerUser: 1_000,
      webhookAllowNetworks: ["127.0.0.0/8"],
    },
    webhookTimes: { pollMs: 5 },
  });
  ada = await server.signUp("ada");
  postId = await post(server.url, ada, "Long");
  for (let n = 0; n < 12; n += 1) {
    const text = `${n} ${random.pick(texts).repeat(random.integer(0, 700))}.`;
    await comment(server.url, ada, { postId, text });
  }
  const { body } = await server.graphql(
    "query ($id: ID!) { post(id: $id) { comments(first: 100) { nodes { text } } } }",
    {
      id: postId,
    },
  );
  written = (body.data ?? (await readByPages())).post.comments.nodes.map(({ text }: { text: string }) => text);
  socket = await connectSocket(server.url);
});
afterAll(async () => {
  await socket.close();
  await server.close();
  await receiver.close();
});

/** All comments are more than a response may have. */
async function readByPages() {
  const nodes: { text: string }[] = [];
  for (let offset = 0; offset < 12; offset += 1) {
    const query = `query ($id: ID!) { post(id: $id) { comments(first: 1, offset: ${offset}) { nodes { text } } } }`;
    const { body } = await server.graphql(query, { id: postId });
    nodes.push(...body.data.post.comments.nodes);
  }
  return { post: { comments: { nodes } } };
}

interface SelectionCase {
  /** Of a post. */
  readonly selection: string;
  /** Value of the post. */
  readonly expected: object;
}

function randomSelection(): SelectionCase {
  const parts = Array.from({ length: random.integer(1, 6) }, (_, n) => {
    const [name, first] = [`a${"x".repeat(random.integer(0, 100))}${n}`, random.integer(1, random.pick([2, 12]))];
    const nodes = written.slice(0, first).map((text) => ({ text }));
    return { text: `${name}: comments(first: ${first}) { nodes { text } }`, value: [name, { nodes }] as const };
  });
  return {
    selection: parts.map(({ text }) => text).join(" "),
    expected: Object.fromEntries(parts.map(({ value }) => value)),
  };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const refusal = (limit: number, setting: string) => ({
  data: null,
  errors: [
    expect.objectContaining({
      message: expect.stringContaining(`more than ${limit} bytes (${setting})`),
      extensions: { code: "RESPONSE_LIMIT_EXCEEDED", limit },
    }),
  ],
});
const ofHttp = [responseLimitBytes, "RESPONSE_LIMIT_BYTES"] as const;
const ofFrame = [backlogBytes - 512, "BACKLOG_BYTES"] as const;
const expectedOf = (data: object, [limit, setting]: readonly [number, string]) =>
  bytesOf({ data }) <= limit ? { data } : refusal(limit, setting);

async function stream(query: string, variables: object): Promise<string> {
  const response = await fetch(`${server.url}/graphql/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query, variables }),
  });
  return response.text();
}

const dataIn = (text: string) => [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, json = ""]) => json);

test(`queries over HTTP, SSE and WebSocket (seed ${seed})`, async () => {
  const counts = { whole: 0, refused: 0 };
  for (let n = 0; n < 80; n += 1) {
    const { selection, expected } = randomSelection();
    const [query, variables] = [`query ($id: ID!) { post(id: $id) { ${selection} } }`, { id: postId }];
    const data = { post: expected };
    const { body } = await server.graphql(query, variables);
    expect(body).toEqual(expectedOf(data, ofHttp));
    counts[body.data ? "whole" : "refused"] += 1;
    const [json = "", ...more] = dataIn(await stream(query, variables));
    expect([JSON.parse(json), more]).toEqual([expectedOf(data, ofFrame), []]);
    const [next, complete] = await runOn(socket, `query-${n}`, { query, variables });
    expect([next?.payload, complete?.type]).toEqual([expectedOf(data, ofFrame), "complete"]);
  }
  expect(Math.min(counts.whole, counts.refused)).toBeGreaterThan(10);
});

test("a mutation that is answered with too much says that it was carried out, over HTTP, SSE and WebSocket", async () => {
  const query = `mutation ($a: CreateCommentInput!, $b: CreateCommentInput!, $c: CreateCommentInput!) {
    a: createComment(input: $a) { comment { id } }
    b: createComment(input: $b) { comment { ${Array.from({ length: 8 }, (_, n) => `t${n}: text`).join(" ")} } }
    c: createComment(input: $c) { comment { id } } }`;
  const other = await post(server.url, ada, "Another");
  const input = (text: string) => ({ postId: other, text });
  const variables = { a: input("first"), b: input("x".repeat(9_000)), c: input("third") };
  const errors = (setting: string) => [
    expect.objectContaining({
      message: expect.stringMatching(new RegExp(`\\(${setting}\\).*a, b of the mutation was executed`)),
      extensions: { code: "RESPONSE_LIMIT_EXCEEDED", limit: expect.any(Number), executed: ["a", "b"] },
    }),
  ];
  const answers = [
    (await server.graphql(query, variables, { token: ada.token })).body,
    JSON.parse(
      dataIn(
        await (async () => {
          const response = await fetch(`${server.url}/graphql/stream`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${ada.token}` },
            body: JSON.stringify({ query, variables }),
          });
          return response.text();
        })(),
      )[0] ?? "",
    ),
  ];
  const own = await connectSocket(server.url, ada.token);
  answers.push((await runOn(own, "mutation", { query, variables }))[0]?.payload);
  await own.close();
  const settings = ["RESPONSE_LIMIT_BYTES", "BACKLOG_BYTES", "BACKLOG_BYTES"];
  expect(answers).toEqual(settings.map((setting) => ({ data: null, errors: errors(setting) })));
  const { body } = await server.graphql("query ($id: ID!) { post(id: $id) { commentCount } }", { id: other });
  expect(body.data).toEqual({ post: { commentCount: 6 } });
});

test(`events and replays over WebSocket and SSE, each once, and webhooks (seed ${seed})`, async () => {
  const { eventCursor } = (await server.graphql("{ eventCursor }")).body.data;
  const all = Array.from({ length: 8 }, randomSelection);
  const documentOf = ({ selection }: SelectionCase) =>
    `subscription ($after: String) { postLiked(after: $after) { post { ${selection} } } }`;
  const listeners = await Promise.all(all.map((each) => listen(server, { query: documentOf(each) })));
  const hooks = await Promise.all(
    all.map((each, n) =>
      createWebhook(server, ada, receiver, {
        path: `/hook-${n}`,
        subscription: `subscription { postLiked { post { ${each.selection} } } }`,
      }),
    ),
  );
  const rounds = 3;
  for (let round = 0; round < rounds; round += 1) {
    await act(server.url, ada, "likePost", { postId });
    await act(server.url, ada, "unlikePost", { postId });
  }
  const replays = await Promise.all(
    all.map((each) => listen(server, { query: documentOf(each), variables: { after: eventCursor } })),
  );
  const streamed = await Promise.all(all.map((each) => readStream(documentOf(each), eventCursor, rounds)));
  for (const [n, each] of all.entries()) {
    const expected = Array.from({ length: rounds }, () => expectedOf({ postLiked: { post: each.expected } }, ofFrame));
    const seen = async (some: readonly Listener[]) => some[n]?.results.first(rounds);
    expect(await seen(listeners)).toEqual(expected);
    expect(await seen(replays)).toEqual(expected);
    expect(streamed[n]?.map((json) => JSON.parse(json))).toEqual(expected);
  }
  await Promise.all([...listeners, ...replays].map((each) => each.close()));
  let dead = 0;
  for (const [n, each] of all.entries()) {
    const id = hooks[n]?.id ?? "";
    const data = { data: { postLiked: { post: each.expected } } };
    const deliveries = async () => (await look(server, ada, id)).deliveries;
    await until(async () => {
      const { nodes } = await deliveries();
      return nodes.length === rounds && nodes.every(({ state }: { state: string }) => state !== "WAITING");
    });
    for (const { state, attempts, body } of (await deliveries()).nodes) {
      const bytes = bytesOf({ type: "post.liked", timestamp: new Date().toISOString(), ...data });
      expect([state, bytes]).toEqual([bytes <= webhookBodyLimitBytes ? "DELIVERED" : "DEAD", bytes]);
      if (state === "DEAD") {
        dead += 1;
        expect(attempts.nodes[0].error).toContain("(WEBHOOK_BODY_LIMIT_BYTES)");
      } else expect(JSON.parse(body)).toMatchObject(data);
    }
    await change(server, ada, "deleteWebhook", { webhookId: id });
  }
  expect(dead).toBeGreaterThan(0);
  expect(dead).toBeLessThan(rounds * all.length);
  for (const { text } of receiver.received.all)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(webhookBodyLimitBytes);
});

/** Reads `count` results of a subscription after a cursor, as JSON. */
async function readStream(query: string, after: string, count: number): Promise<string[]> {
  const stopping = new AbortController();
  const search = new URLSearchParams({ query, variables: JSON.stringify({ after }) });
  const response = await fetch(`${server.url}/graphql/stream?${search}`, { signal: stopping.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while ((text.match(/^event: next\ndata: .*\n\n/gm) ?? []).length < count) {
    const next = await reader?.read();
    if (next?.done !== false) throw new Error(`the stream ended: ${text}`);
    text += next.value;
  }
  stopping.abort();
  return dataIn(text);
}
