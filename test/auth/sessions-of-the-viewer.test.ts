/** `viewer.sessions`: listed and ended by their user only. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { canShare, type Instances, join, startInstances } from "../subscriptions/instances.js";
import { listen } from "../subscriptions/listener.js";
import { connectSocket } from "../subscriptions/socket.js";
import { createClock, refresh, signIn, type Tokens, whoIs } from "./sessions.js";

const ended = "401 UNAUTHENTICATED";
// Which sessions have ended is asked of the database, whose clock is the real one.
const clock = createClock(new Date().toISOString());
let server: TestServer;
let ada: Account;
let bob: Account;
let phone: Tokens;
let accounts = 0;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now });
});
beforeEach(async () => {
  accounts += 1;
  [ada, bob] = [await server.signUp(`ada${accounts}x`), await server.signUp(`bob${accounts}x`)];
  clock.advance(1);
  phone = await signIn(server, ada);
});
afterAll(() => server.close());

async function sessionsOf(token: string) {
  const query = `{ viewer { sessions { totalCount nodes { id createdAt lastUsedAt expiresAt isCurrent }
    pageInfo { hasNextPage } } } }`;
  return (await server.graphql(query, {}, { token })).body.data.viewer.sessions;
}

async function revoke(token: string, sessionId: string) {
  const query = `mutation ($input: RevokeSessionInput!) {
    revokeSession(input: $input) { revokedSessionId userErrors { code field } } }`;
  return (await server.graphql(query, { input: { sessionId } }, { token })).body.data.revokeSession;
}

const notFound = { revokedSessionId: null, userErrors: [{ code: "NOT_FOUND", field: ["input", "sessionId"] }] };

describe("the list", () => {
  it("has each sign-in, newest first, and says which one asks", async () => {
    const { totalCount, nodes, pageInfo } = await sessionsOf(phone.accessToken);
    expect([totalCount, pageInfo.hasNextPage]).toEqual([2, false]);
    const now = clock.now().getTime();
    const days30 = 30 * 86_400_000;
    const at = (ms: number) => new Date(ms).toISOString();
    expect(nodes).toEqual([
      { id: nodes[0].id, createdAt: at(now), lastUsedAt: at(now), expiresAt: at(now + days30), isCurrent: true },
      {
        id: nodes[1].id,
        createdAt: at(now - 1),
        lastUsedAt: at(now - 1),
        expiresAt: at(now - 1 + days30),
        isCurrent: false,
      },
    ]);
    const others = await sessionsOf(ada.token);
    expect(others.nodes.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([false, true]);
  });

  it("tells when tokens were last refreshed", async () => {
    clock.advance(60_000);
    await refresh(server, ada.refreshToken);
    const { nodes } = await sessionsOf(phone.accessToken);
    expect(nodes[1].lastUsedAt).toBe(clock.now().toISOString());
  });

  it("goes on after a cursor, and is counted", async () => {
    const page = async (after?: string) => {
      const query =
        "query ($after: String) { viewer { sessions(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } } }";
      return (await server.graphql(query, { after }, { token: ada.token })).body.data.viewer.sessions;
    };
    const first = await page();
    const second = await page(first.pageInfo.endCursor);
    const all = (await sessionsOf(ada.token)).nodes.map(({ id }: { id: string }) => id);
    expect([first.nodes[0].id, second.nodes[0].id]).toEqual(all);
  });

  it("has none that has ended, be it by signing out or by time", async () => {
    const third = await signIn(server, ada);
    await server.graphql("mutation { signOut(input: {}) { endedSessionCount } }", {}, { token: third.accessToken });
    expect((await sessionsOf(ada.token)).totalCount).toBe(2);
    const { id } = (await sessionsOf(phone.accessToken)).nodes[1];
    const past = new Date("2026-11-20T12:00:00Z");
    await server.database.prisma.$executeRaw`
      UPDATE sessions SET expires_at = ${past} WHERE number = ${parseIdOf("UserSession", id)}`;
    expect((await sessionsOf(phone.accessToken)).totalCount).toBe(1);
    expect(await nodeSeen(phone.accessToken, id)).toBeNull();
    expect(await revoke(phone.accessToken, id)).toEqual(notFound);
  });

  it("is for its owner alone, by whatever way", async () => {
    const query = "query ($id: ID!) { user(id: $id) { sessions { totalCount } } }";
    for (const token of [bob.token, undefined]) {
      const sent = token === undefined ? {} : { token };
      expect((await server.graphql(query, { id: ada.id }, sent)).body.data).toEqual({ user: { sessions: null } });
    }
    const [{ id }] = (await sessionsOf(ada.token)).nodes;
    expect(await nodeSeen(ada.token, id)).toBe(id);
    expect([await nodeSeen(bob.token, id), await nodeSeen(undefined, id)]).toEqual([null, null]);
  });
});

async function nodeSeen(token: string | undefined, id: string): Promise<string | null> {
  const query = "query ($id: ID!) { node(id: $id) { id } }";
  return (await server.graphql(query, { id }, token === undefined ? {} : { token })).body.data.node?.id ?? null;
}

describe("revoking a session", () => {
  it("ends it at once, with its sockets, and no other", async () => {
    const [lost, here] = [
      await connectSocket(server.url, phone.accessToken),
      await connectSocket(server.url, ada.token),
    ];
    const [{ id }] = (await sessionsOf(phone.accessToken)).nodes;
    expect(await revoke(ada.token, id)).toEqual({ revokedSessionId: id, userErrors: [] });
    expect(await lost.closing).toEqual({ code: 4403, reason: "The session has ended" });
    expect([await whoIs(server, phone.accessToken), await refresh(server, phone.refreshToken)]).toEqual([
      ended,
      "INVALID_REFRESH_TOKEN",
    ]);
    expect(await whoIs(server, ada.token)).toBe(ada.handle);
    expect((await sessionsOf(ada.token)).totalCount).toBe(1);
    await here.close();
    expect(await revoke(ada.token, id)).toEqual(notFound);
  });

  it("may be done to the one that asks", async () => {
    const [{ id }] = (await sessionsOf(phone.accessToken)).nodes;
    expect((await revoke(phone.accessToken, id)).revokedSessionId).toBe(id);
    expect(await whoIs(server, phone.accessToken)).toBe(ended);
  });

  it("of somebody else is refused as one that is not there", async () => {
    const [{ id }] = (await sessionsOf(phone.accessToken)).nodes;
    expect(await revoke(bob.token, id)).toEqual(notFound);
    expect(await whoIs(server, phone.accessToken)).toBe(ada.handle);
  });

  it("is refused to a visitor", async () => {
    const query = `mutation { revokeSession(input: { sessionId: "VXNlclNlc3Npb246MQ" }) { revokedSessionId } }`;
    expect((await server.graphql(query)).body.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  });
});

describe.runIf(canShare)("on several instances", () => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances();
  });
  afterAll(() => instances.close());

  it("a session revoked on one ends its sockets on the other", async () => {
    const { first, second } = instances;
    const eve = await join(first.url, "eve");
    const listener = await listen(second, { query: "subscription { events { cursor } }" }, eve.token);
    const ask = async (query: string) => {
      const response = await fetch(`${first.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${eve.token}` },
        body: JSON.stringify({ query }),
      });
      return JSON.parse(await response.text()).data;
    };
    const { id } = (await ask("{ viewer { sessions { nodes { id } } } }")).viewer.sessions.nodes[0];
    await ask(`mutation { revokeSession(input: { sessionId: "${id}" }) { revokedSessionId } }`);
    expect(await listener.closing).toEqual({ code: 4403, reason: "The session has ended" });
  });
});
