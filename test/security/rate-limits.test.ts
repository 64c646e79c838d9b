/** Rate limits: counting, headers, refill. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, openSocket, runOn } from "../subscriptions/socket.js";

let clock = new Date("2026-11-21T12:00:00Z");
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  const rate = {
    visitorPoints: 300,
    userPoints: 600,
    staffPoints: 1_200,
    passwordsPerAccount: 3,
    passwordsPerAddress: 6,
  };
  server = await startTestServer({
    config: { limits: limitsWith(rate, { cost: 300 }), trustedProxies: ["127.0.0.1", "10.0.0.0/8"] },
    now: () => clock,
  });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());
beforeEach(() => {
  // Long enough for every bucket to be full again, short enough for tokens to live.
  clock = new Date(clock.getTime() + 20 * 60_000);
});

const page = "{ users(first: 98) { nodes { id } } }";
const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
const signIn =
  'mutation ($email: String!) { signIn(input: { email: $email, password: "wrong" }) { userErrors { code } } }';

async function freshToken(): Promise<string> {
  const query =
    "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken refreshToken } } }";
  const { body } = await server.graphql(
    query,
    { input: { refreshToken: ada.refreshToken } },
    from("10.9.9.9, 203.0.113.99"),
  );
  const session = body.data.refreshSession.session;
  ada = { ...ada, token: session.accessToken, refreshToken: session.refreshToken };
  return ada.token;
}

test("an answer says what the limit is, what is left, and when it is whole again", async () => {
  const { headers } = await server.graphql(page, {}, from("203.0.113.1"));
  expect(headers.get("ratelimit-policy")).toBe('"visitor";q=300;w=60');
  expect(headers.get("ratelimit")).toBe('"visitor";r=200;t=20');
  expect(headers.get("retry-after")).toBeNull();
});

test("what does not fit in what is left is refused with 429 and when to come back; then it runs", async () => {
  const visitor = from("203.0.113.2");
  for (let n = 0; n < 3; n += 1) expect((await server.graphql(page, {}, visitor)).status).toBe(200);
  const refused = await server.graphql(page, {}, visitor);
  expect(refused.status).toBe(429);
  expect(refused.body.errors).toHaveLength(1);
  expect(refused.body.errors?.[0]?.extensions).toMatchObject({ code: "RATE_LIMITED", limit: 300, windowSeconds: 60 });
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(20);
  clock = new Date(clock.getTime() + 20_000);
  expect((await server.graphql(page, {}, visitor)).status).toBe(200);
});

test("each address has its own, a user another, wherever they are", async () => {
  const visitor = from("203.0.113.3");
  for (let n = 0; n < 3; n += 1) await server.graphql(page, {}, visitor);
  expect((await server.graphql(page, {}, visitor)).status).toBe(429);
  expect((await server.graphql(page, {}, from("203.0.113.4"))).status).toBe(200);
  const token = await freshToken();
  for (const address of ["203.0.113.3", "203.0.113.4", "203.0.113.5"]) {
    const { status, headers } = await server.graphql(page, {}, { token, ...from(address) });
    expect([status, headers.get("ratelimit-policy")]).toEqual([200, '"user";q=600;w=60']);
  }
  const { headers } = await server.graphql("{ __typename }", {}, { token, ...from("203.0.113.6") });
  expect(headers.get("ratelimit")).toBe('"user";r=299;t=31');
});

test("an address that a client made up is not believed", async () => {
  const left = async (forwarded: string) => {
    const { headers } = await server.graphql(page, {}, from(forwarded));
    return headers.get("ratelimit");
  };
  expect(await left("198.51.100.1, 203.0.113.7")).toBe('"visitor";r=200;t=20');
  expect(await left("198.51.100.2, 203.0.113.7, 10.1.2.3")).toBe('"visitor";r=100;t=40');
  expect(await left("203.0.113.7:4711")).toBe('"visitor";r=0;t=60');
});

test("networks of IPv6 count as one address", async () => {
  for (let n = 0; n < 3; n += 1) await server.graphql(page, {}, from(`2001:db8:1:1::${n}`));
  expect((await server.graphql(page, {}, from("2001:db8:1:1:ffff::1"))).status).toBe(429);
  expect((await server.graphql(page, {}, from("2001:db8:1:2::1"))).status).toBe(200);
});

test("requests that come to nothing are not free: with nothing left, they are not even parsed", async () => {
  const visitor = from("203.0.113.8");
  const wrong = [
    "{",
    "{ nothing }",
    `{ ${"viewer { id } ".repeat(100)} }`,
    "{ users(first: 100) { nodes { posts { nodes { id } } } } }",
  ];
  for (let n = 0; n < 30; n += 1) {
    const { status } = await server.graphql(wrong[n % wrong.length] ?? "", {}, visitor);
    expect([200, 400]).toContain(status);
  }
  for (const query of wrong) {
    const { status, body } = await server.graphql(query, {}, visitor);
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([429, "RATE_LIMITED"]);
  }
});

test("tokens that are no good are not free either", async () => {
  const sent = { token: "nonsense", ...from("203.0.113.9") };
  for (let n = 0; n < 30; n += 1) expect((await server.graphql(page, {}, sent)).status).toBe(401);
  expect((await server.graphql(page, {}, sent)).status).toBe(429);
});

describe("a socket counts too", () => {
  const headers = { "x-forwarded-for": "203.0.113.10" };

  test("queries and subscriptions over it take from the same bucket as HTTP", async () => {
    const socket = await connectSocket(server.url, undefined, { headers });
    expect((await runOn(socket, "1", { query: page }))[0]?.type).toBe("next");
    expect((await server.graphql(page, {}, { headers })).headers.get("ratelimit")).toBe('"visitor";r=90;t=42');
    for (let n = 0; n < 10; n += 1) {
      socket.send({ id: `s${n}`, type: "subscribe", payload: { query: "subscription { postDeleted { id } }" } });
    }
    const message = await socket.messages.find(({ type }) => type === "error");
    expect(message.payload).toEqual([
      {
        message: expect.stringContaining("Rate limit exceeded"),
        extensions: expect.objectContaining({ code: "RATE_LIMITED" }),
      },
    ]);
    expect(message.payload[0].extensions).not.toHaveProperty("http");
    await socket.close();
  });

  test("an event stream is refused with 429", async () => {
    for (let n = 0; n < 3; n += 1) await server.graphql(page, {}, { headers });
    const url = `${server.url}/graphql/stream?query=${encodeURIComponent("subscription { postDeleted { id } }")}`;
    const response = await fetch(url, { headers });
    expect([response.status, Number(response.headers.get("retry-after")) > 0]).toEqual([429, true]);
  });

  test("an event stream says what is left, as any answer does", async () => {
    const url = `${server.url}/graphql/stream?query=${encodeURIComponent("subscription { postDeleted { id } }")}`;
    const end = new AbortController();
    const response = await fetch(url, { headers, signal: end.signal });
    expect(response.headers.get("ratelimit-policy")).toBe('"visitor";q=300;w=60');
    expect(response.headers.get("ratelimit")).toMatch(/^"visitor";r=2\d\d;t=\d+$/);
    end.abort();
  });

  test("with nothing left, none is opened", async () => {
    for (let n = 0; n < 30; n += 1) await server.graphql("{", {}, { headers });
    await expect(openSocket(server.url, { headers })).rejects.toThrow("429");
  });
});

describe("passwords", () => {
  test("of one account can be guessed a few times, from wherever", async () => {
    const variables = { email: ada.email };
    for (const address of ["203.0.113.20", "203.0.113.21", "203.0.113.22"]) {
      expect((await server.graphql(signIn, variables, from(address))).body.data.signIn.userErrors[0].code).toBe(
        "WRONG_CREDENTIALS",
      );
    }
    const { status, headers, body } = await server.graphql(
      signIn,
      { email: ` ${ada.email.toUpperCase()}` },
      from("203.0.113.23"),
    );
    expect([status, body.errors?.[0]?.extensions.code, body.data]).toEqual([429, "RATE_LIMITED", null]);
    expect(Number(headers.get("retry-after"))).toBe(300);
    clock = new Date(clock.getTime() + 300_000);
    expect((await server.graphql(signIn, variables, from("203.0.113.23"))).status).toBe(200);
  });

  test("from one address can be guessed a few times, for whichever account", async () => {
    const visitor = from("203.0.113.24");
    const guess = async (n: number) => {
      clock = new Date(clock.getTime() + 60_000);
      return server.graphql(signIn, { email: `nobody${n}@example.org` }, visitor);
    };
    // 6 and one of them every 150 seconds.
    const statuses = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await guess(n)).status);
    expect(statuses.slice(0, 6)).toEqual(Array(6).fill(200));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
  });
});
