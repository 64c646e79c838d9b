/** A socket ends with its token and its session; a resumed subscription misses nothing. */
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { resumable } from "../../src/client/resume.js";
import { graphql } from "../harness/client.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act } from "./acting.js";
import { Inbox } from "./inbox.js";
import { canShare, type Instances, join, type Member, startInstances } from "./instances.js";
import { listen } from "./listener.js";
import { positionsOf, range, settledHead, write } from "./log.js";
import { type Closing, connectSocket, runOn } from "./socket.js";

const everything = "subscription ($after: String) { events(after: $after) { cursor } }";

interface Person {
  readonly token: string;
  readonly refreshToken: string;
  readonly email: string;
  readonly password: string;
}

async function signIn(url: string, { email, password }: Person): Promise<string> {
  const query = `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }`;
  return (await graphql(url, query, { input: { email, password } })).body.data.signIn.session.accessToken;
}

async function refresh(url: string, refreshToken: string) {
  const query = `mutation ($input: RefreshSessionInput!) {
    refreshSession(input: $input) { session { accessToken refreshToken } userErrors { code } } }`;
  return (await graphql(url, query, { input: { refreshToken } })).body.data.refreshSession;
}

const ended = { code: 4403, reason: "The session has ended" };

describe("on one instance", () => {
  let server: TestServer;
  let now = new Date();
  let ada: Account;
  beforeAll(async () => {
    server = await startTestServer({ now: () => now });
    ada = await server.signUp("ada");
  });
  afterAll(() => server.close());

  test("signing out closes the sockets of that session at once, and no others", async () => {
    const [here, there] = [await signIn(server.url, ada), await signIn(server.url, ada)];
    const mine = [await connectSocket(server.url, here), await connectSocket(server.url, here)];
    const other = await connectSocket(server.url, there);
    const visitor = await connectSocket(server.url);
    await act(server.url, { token: here }, "signOut", {});
    for (const { closing } of mine) expect(await closing).toEqual(ended);
    for (const socket of [other, visitor]) {
      expect((await runOn(socket, "1", { query: "{ viewer { id } }" }))[0]?.type).toBe("next");
      await socket.close();
    }
  });

  test("signing out everywhere closes the sockets of all sessions", async () => {
    const tokens = [await signIn(server.url, ada), await signIn(server.url, ada)];
    const sockets = await Promise.all(tokens.map((token) => connectSocket(server.url, token)));
    await act(server.url, { token: tokens[0] ?? "" }, "signOut", { everywhere: true });
    for (const { closing } of sockets) expect(await closing).toEqual(ended);
  });

  test("changing the password closes the sockets of the other sessions", async () => {
    const [here, there] = [await signIn(server.url, ada), await signIn(server.url, ada)];
    const [mine, other] = [await connectSocket(server.url, here), await connectSocket(server.url, there)];
    const input = { currentPassword: ada.password, newPassword: ada.password };
    await act(server.url, { token: here }, "changePassword", input);
    expect(await other.closing).toEqual(ended);
    expect((await runOn(mine, "1", { query: "{ viewer { handle } }" }))[0]?.payload.data.viewer.handle).toBe("ada");
    await mine.close();
  });

  test("using a refresh token a second time closes the sockets of its session", async () => {
    const bob = await server.signUp("bob");
    const first = await refresh(server.url, bob.refreshToken);
    const socket = await connectSocket(server.url, first.session.accessToken);
    now = new Date(now.getTime() + 11_000);
    expect((await refresh(server.url, bob.refreshToken)).userErrors).toEqual([{ code: "INVALID_REFRESH_TOKEN" }]);
    expect(await socket.closing).toEqual(ended);
  });

  test("a token of a session that has ended opens no socket and does nothing", async () => {
    const token = await signIn(server.url, ada);
    await act(server.url, { token }, "signOut", {});
    await expect(connectSocket(server.url, token)).rejects.toThrow("4403 The session has ended");
  });

  test("a stream of server-sent events ends with its session", async () => {
    const token = await signIn(server.url, ada);
    const search = new URLSearchParams({ query: everything });
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    const response = await fetch(`${server.url}/graphql/stream?${search}`, { headers });
    await act(server.url, { token }, "signOut", {});
    const text = await response.text();
    expect(text).not.toContain("complete");
  });
});

test("a socket closes when its token expires, and comes back with a fresh one without having missed anything", async () => {
  // The clock moves when a session is refreshed and at no other time: a token is good when it is sent, however late that
  // is on a busy machine. A socket's timer runs for a real second.
  let now = new Date();
  const server = await startTestServer({ config: { accessTokenSeconds: 1 }, now: () => now });
  const ada = await server.signUp("ada");
  let { refreshToken } = ada;
  const closings: unknown[] = [];
  const tokens: string[] = [];
  const client = createClient({
    url: `${server.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    retryWait: async () => undefined,
    shouldRetry: () => true,
    retryAttempts: 100,
    connectionParams: async () => {
      now = new Date(now.getTime() + 1_000);
      const { session } = await refresh(server.url, refreshToken);
      refreshToken = session.refreshToken;
      tokens.push(session.accessToken);
      return { authorization: `Bearer ${session.accessToken}` };
    },
    on: { closed: (event) => closings.push(event) },
  });
  const cursors = new Inbox<string>();
  const head = await settledHead(server);
  const stop = resumable(
    client,
    { query: everything, variables: { after: await cursorOfHead(server) } },
    { cursorOf: (result) => (result.data as { events?: { cursor: string } } | null)?.events?.cursor },
    {
      next: ({ data }) => cursors.push((data as { events: { cursor: string } }).events.cursor),
      error: (error) => cursors.fail(new Error(JSON.stringify(error))),
      complete: () => undefined,
    },
  );
  let written = 0;
  // A busy machine may take longer to initialise a socket than a server waits: that closes it as well.
  while (closings.filter(isExpiry).length < 2) {
    written += 1;
    await write(server.database, written, 1);
    await cursors.first(written);
  }
  const received = await cursors.first(written);
  expect(positionsOf(received.map((cursor) => ({ cursor })))).toEqual(range(head + 1, head + written));
  expect(new Set(tokens).size).toBeGreaterThanOrEqual(3);
  stop();
  await client.dispose();
  await server.close();
});

function isExpiry(closing: unknown): boolean {
  const { code, reason } = closing as Closing;
  return code === 4403 && reason === "The access token has expired";
}

async function cursorOfHead({ database }: TestServer): Promise<string> {
  const [{ logId, position } = { logId: "", position: 0 }] = await database.query<{ logId: string; position: number }>(
    `SELECT log_id AS "logId", position FROM event_head`,
    [],
  );
  return Buffer.from(`events|${logId}|${position}`).toString("base64url");
}

describe.runIf(canShare)("on several instances", () => {
  let instances: Instances;
  let ada: Member;
  beforeAll(async () => {
    instances = await startInstances();
    ada = await join(instances.first.url, "ada");
  });
  afterAll(() => instances.close());

  test("a session that ends on one instance ends its sockets on the other", async () => {
    const { first, second } = instances;
    const ways: [string, (token: string) => Promise<unknown>][] = [
      ["signOut", (token) => act(first.url, { token }, "signOut", {})],
      ["signOut everywhere", (token) => act(first.url, { token }, "signOut", { everywhere: true })],
    ];
    for (const [, end] of ways) {
      const token = await signIn(first.url, ada);
      const listener = await listen(second, { query: everything }, token);
      await end(token);
      expect(await listener.closing).toEqual(ended);
      // The session was remembered there; it is not any more.
      await expect(connectSocket(second.url, token)).rejects.toThrow("4403 The session has ended");
    }
  });

  test("changing the password on one closes the other sessions' sockets on the other", async () => {
    const { first, second } = instances;
    const [here, there] = [await signIn(first.url, ada), await signIn(first.url, ada)];
    const [mine, other] = [await connectSocket(second.url, here), await connectSocket(second.url, there)];
    const input = { currentPassword: ada.password, newPassword: ada.password };
    await act(first.url, { token: here }, "changePassword", input);
    expect(await other.closing).toEqual(ended);
    expect((await runOn(mine, "1", { query: "{ viewer { handle } }" }))[0]?.payload.data.viewer.handle).toBe("ada");
    await mine.close();
  });
});
