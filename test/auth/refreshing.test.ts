/** Refresh tokens: single use, retries, and reuse detection. */
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { createClock, refresh, refreshed, signIn, type Tokens, whoIs } from "./sessions.js";

const secondMs = 1_000;
const dayMs = 86_400_000;
const refused = "INVALID_REFRESH_TOKEN";
const ended = "401 UNAUTHENTICATED";
const clock = createClock();
let server: TestServer;
let ada: Account;
let first: Tokens;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now });
  ada = await server.signUp("ada");
});
beforeEach(async () => {
  first = await signIn(server, ada);
});
afterAll(() => server.close());

describe("a refresh token", () => {
  it("is traded for a new pair, for the same user, from then on", async () => {
    clock.advance(60 * secondMs);
    const next = await refreshed(server, first.refreshToken);
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(next.accessTokenExpiresAt).toBe(new Date(clock.now().getTime() + 900 * secondMs).toISOString());
    expect(await whoIs(server, next.accessToken)).toBe("ada");
    expect(await whoIs(server, first.accessToken)).toBe("ada");
  });

  it("keeps one session alive, however often it is traded", async () => {
    let tokens = first;
    for (let day = 0; day < 5; day += 1) {
      clock.advance(29 * dayMs);
      tokens = await refreshed(server, tokens.refreshToken);
    }
    const { sid, sub } = decodeJwt(first.accessToken);
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ sid, sub });
    expect(await whoIs(server, tokens.accessToken)).toBe("ada");
  });

  it("is good for thirty days, to the millisecond", async () => {
    const other = await signIn(server, ada);
    clock.advance(30 * dayMs - 1);
    expect(await refresh(server, first.refreshToken)).toMatchObject({ refreshToken: expect.any(String) });
    clock.advance(1);
    expect(await refresh(server, other.refreshToken)).toBe(refused);
  });

  it.each(["", " ", "unknown", "A".repeat(43), "a".repeat(100_000), "'; DROP TABLE sessions; --"])(
    "is refused when nobody was given it: %s",
    async (token) => {
      expect(await refresh(server, token)).toBe(refused);
      expect(await refresh(server, first.accessToken)).toBe(refused);
      expect(await whoIs(server, first.refreshToken)).toBe(ended);
      expect(await whoIs(server, first.accessToken)).toBe("ada");
    },
  );
});

describe("a refresh token that comes again", () => {
  it("within ten seconds is a retry whose answer was lost: both answers are good", async () => {
    const lost = await refreshed(server, first.refreshToken);
    clock.advance(10 * secondMs);
    const retried = await refreshed(server, first.refreshToken);
    expect(await whoIs(server, retried.accessToken)).toBe("ada");
    expect(await refresh(server, lost.refreshToken)).toMatchObject({ refreshToken: expect.any(String) });
    expect(await refresh(server, retried.refreshToken)).toMatchObject({ refreshToken: expect.any(String) });
  });

  it("later ends the session, at once and with all its tokens", async () => {
    const next = await refreshed(server, first.refreshToken);
    const newest = await refreshed(server, next.refreshToken);
    expect(await whoIs(server, newest.accessToken)).toBe("ada");
    clock.advance(10 * secondMs + 1);
    expect(await refresh(server, first.refreshToken)).toBe(refused);
    for (const { accessToken } of [first, next, newest]) expect(await whoIs(server, accessToken)).toBe(ended);
    expect(await refresh(server, newest.refreshToken)).toBe(refused);
  });

  it("later leaves the user's other sessions alone", async () => {
    const other = await signIn(server, ada);
    await refreshed(server, first.refreshToken);
    clock.advance(11 * secondMs);
    expect(await refresh(server, first.refreshToken)).toBe(refused);
    expect(await whoIs(server, other.accessToken)).toBe("ada");
    expect(await refresh(server, other.refreshToken)).toMatchObject({ refreshToken: expect.any(String) });
  });

  it("later says no more than one that nobody was given", async () => {
    const query =
      "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { userErrors { code message field } } }";
    await refreshed(server, first.refreshToken);
    clock.advance(11 * secondMs);
    const used = await server.graphql(query, { input: { refreshToken: first.refreshToken } });
    const unknown = await server.graphql(query, { input: { refreshToken: "unknown" } });
    expect(used.body).toEqual(unknown.body);
    expect(used.body.data.refreshSession.userErrors[0].field).toEqual(["input", "refreshToken"]);
  });

  it("ten times at once is let through ten times", async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => refreshed(server, first.refreshToken)));
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(10);
    for (const { accessToken } of all) expect(await whoIs(server, accessToken)).toBe("ada");
  });

  it("with an Idempotency-Key is what it is without one: a retry for ten seconds, and then the end of the session", async () => {
    const sent = { headers: { "idempotency-key": `refresh-${first.refreshToken}` } };
    await refreshed(server, first.refreshToken, sent);
    clock.advance(10 * secondMs);
    const retried = await refreshed(server, first.refreshToken, sent);
    expect(await whoIs(server, retried.accessToken)).toBe("ada");
    clock.advance(1);
    expect(await refresh(server, first.refreshToken, sent)).toBe(refused);
    expect(await whoIs(server, retried.accessToken)).toBe(ended);
  });

  it("with an Idempotency-Key does not bring back a session that has ended", async () => {
    const sent = { headers: { "idempotency-key": `ended-${first.refreshToken}` } };
    const { accessToken } = await refreshed(server, first.refreshToken, sent);
    await server.graphql("mutation { signOut(input: {}) { endedSessionCount } }", {}, { token: accessToken });
    expect(await refresh(server, first.refreshToken, sent)).toBe(refused);
  });
});
