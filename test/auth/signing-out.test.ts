/** Ends of sessions: signing out, a new password, expiry. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { createClock, refresh, signIn, type Tokens, whoIs } from "./sessions.js";

const dayMs = 86_400_000;
const ended = "401 UNAUTHENTICATED";
const refused = "INVALID_REFRESH_TOKEN";
const clock = createClock();
let server: TestServer;
let ada: Account;
let here: Tokens;
let there: Tokens;
let bob: Account;
let accounts = 0;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now });
});
beforeEach(async () => {
  accounts += 1;
  [ada, bob] = [await server.signUp(`ada${accounts}x`), await server.signUp(`bob${accounts}x`)];
  [here, there] = [await signIn(server, ada), await signIn(server, ada)];
  for (const { accessToken } of [here, there]) expect(await whoIs(server, accessToken)).toBe(ada.handle);
});
afterAll(() => server.close());

async function signOut({ accessToken }: Tokens, input: string) {
  const query = `mutation { signOut(input: ${input}) { endedSessionCount userErrors { code } } }`;
  const { body } = await server.graphql(query, {}, { token: accessToken });
  expect(body).toMatchObject({ data: { signOut: { userErrors: [] } } });
  return body.data.signOut.endedSessionCount;
}

async function changePassword({ accessToken }: Tokens, currentPassword: string, newPassword: string, key?: string) {
  const query =
    "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { handle } userErrors { code field } } }";
  const sent = { token: accessToken, ...(key !== undefined && { headers: { "idempotency-key": key } }) };
  const { body } = await server.graphql(query, { input: { currentPassword, newPassword } }, sent);
  return body.data.changePassword;
}

describe("signing out", () => {
  it.each(["{}", "{ everywhere: false }"])("ends this session at once, and no other: %s", async (input) => {
    expect(await signOut(here, input)).toBe(1);
    expect([await whoIs(server, here.accessToken), await refresh(server, here.refreshToken)]).toEqual([ended, refused]);
    expect(await whoIs(server, there.accessToken)).toBe(ada.handle);
    expect(await refresh(server, there.refreshToken)).toMatchObject({ accessToken: expect.any(String) });
  });

  it("everywhere ends all of the user's sessions at once, and nobody else's", async () => {
    expect(await signOut(here, "{ everywhere: true }")).toBe(3);
    for (const { accessToken, refreshToken } of [here, there]) {
      expect([await whoIs(server, accessToken), await refresh(server, refreshToken)]).toEqual([ended, refused]);
    }
    expect(await whoIs(server, ada.token)).toBe(ended);
    expect(await whoIs(server, bob.token)).toBe(bob.handle);
  });

  it("everywhere does not count sessions that time had ended", async () => {
    clock.advance(30 * dayMs);
    const today = await signIn(server, ada);
    expect(await signOut(today, "{ everywhere: true }")).toBe(1);
  });

  it("cannot be done twice", async () => {
    await signOut(here, "{}");
    const answer = await server.graphql(
      "mutation { signOut(input: {}) { endedSessionCount } }",
      {},
      { token: here.accessToken },
    );
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("cannot be done by a visitor", async () => {
    const { body } = await server.graphql("mutation { signOut(input: { everywhere: true }) { endedSessionCount } }");
    expect(body).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
  });
});

describe("a new password", () => {
  it("ends every other session at once, and not this one", async () => {
    expect(await changePassword(here, ada.password, "a new password")).toEqual({
      user: { handle: ada.handle },
      userErrors: [],
    });
    expect([await whoIs(server, there.accessToken), await refresh(server, there.refreshToken)]).toEqual([
      ended,
      refused,
    ]);
    expect(await whoIs(server, ada.token)).toBe(ended);
    expect(await whoIs(server, here.accessToken)).toBe(ada.handle);
    expect(await refresh(server, here.refreshToken)).toMatchObject({ accessToken: expect.any(String) });
    expect(await whoIs(server, bob.token)).toBe(bob.handle);
  });

  it("is the one to sign in with, and the old one is not", async () => {
    await changePassword(here, ada.password, "a new password");
    const tokens = await signIn(server, { email: ada.email, password: "a new password" });
    expect(await whoIs(server, tokens.accessToken)).toBe(ada.handle);
    await expect(signIn(server, ada)).rejects.toThrow("WRONG_CREDENTIALS");
  });

  it("is not taken without the current one, and ends nothing then", async () => {
    const refusal = { user: null, userErrors: [{ code: "WRONG_CREDENTIALS", field: ["input", "currentPassword"] }] };
    expect(await changePassword(here, "a wrong password", "a new password")).toEqual(refusal);
    expect(await whoIs(server, there.accessToken)).toBe(ada.handle);
    await signIn(server, ada);
  });

  it("may be sent again with an Idempotency-Key, though the current one is then another", async () => {
    const done = { user: { handle: ada.handle }, userErrors: [] };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await changePassword(here, ada.password, "a new password", "change-1")).toEqual(done);
    }
    await signIn(server, { email: ada.email, password: "a new password" });
  });
});

describe("time", () => {
  it("ends an access token after fifteen minutes, and says so", async () => {
    clock.advance(899_999);
    expect(await whoIs(server, here.accessToken)).toBe(ada.handle);
    clock.advance(1);
    const answer = await server.graphql("{ viewer { id } }", {}, { token: here.accessToken });
    expect(answer.status).toBe(401);
    expect(answer.body.errors?.[0]).toMatchObject({ message: "The access token has expired: refresh the session." });
  });
});
