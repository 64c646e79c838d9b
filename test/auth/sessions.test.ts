import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let clock = new Date();
const later = (ms: number) => {
  clock = new Date(clock.getTime() + ms);
};

beforeAll(async () => {
  server = await startTestServer({ now: () => clock });
});
afterAll(() => server.close());

async function refresh(refreshToken: string) {
  const { body } = await server.graphql(
    `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) {
      session { accessToken refreshToken } user { handle } userErrors { code field } } }`,
    { input: { refreshToken } },
  );
  return body.data.refreshSession;
}

async function signIn({ email, password }: Pick<Account, "email" | "password">) {
  const { body } = await server.graphql(
    `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } userErrors { code message } } }`,
    { input: { email, password } },
  );
  return body.data.signIn;
}

const viewer = (token: string) => server.graphql("{ viewer { handle } }", {}, { token });
const change = (mutation: string, token: string) => server.graphql(`mutation { ${mutation} }`, {}, { token });
const refused = {
  session: null,
  user: null,
  userErrors: [{ code: "INVALID_REFRESH_TOKEN", field: ["input", "refreshToken"] }],
};

test("a refresh token works once and gives the next", async () => {
  const ada = await server.signUp("ada");
  const first = await refresh(ada.refreshToken);
  expect(first.user.handle).toBe("ada");
  expect(first.session.refreshToken).not.toBe(ada.refreshToken);
  expect((await viewer(first.session.accessToken)).body.data.viewer.handle).toBe("ada");
  expect((await refresh(first.session.refreshToken)).userErrors).toEqual([]);
});

test("a retry within ten seconds gets through", async () => {
  const bob = await server.signUp("bob");
  const first = await refresh(bob.refreshToken);
  later(9_000);
  const again = await refresh(bob.refreshToken);
  expect(again.userErrors).toEqual([]);
  expect((await viewer(first.session.accessToken)).status).toBe(200);
});

test("an old refresh token used again ends the session and all its tokens", async () => {
  const eve = await server.signUp("eve");
  const next = await refresh(eve.refreshToken);
  later(11_000);
  expect(await refresh(eve.refreshToken)).toEqual(refused);
  expect(await refresh(next.session.refreshToken)).toEqual(refused);
  expect((await viewer(next.session.accessToken)).status).toBe(401);
});

test("an unknown refresh token, and one of a session long unused, are refused", async () => {
  expect(await refresh("nonsense")).toEqual(refused);
  const old = await server.signUp("old_one");
  later(31 * 86_400_000);
  expect(await refresh(old.refreshToken)).toEqual(refused);
});

test("signing out ends this session; everywhere, all of the user's", async () => {
  const uma = await server.signUp("uma");
  const second = (await signIn(uma)).session;
  const out = await change("signOut(input: {}) { endedSessionCount }", uma.token);
  expect(out.body.data.signOut.endedSessionCount).toBe(1);
  expect((await viewer(uma.token)).status).toBe(401);
  expect((await viewer(second.accessToken)).body.data.viewer.handle).toBe("uma");

  const third = (await signIn(uma)).session;
  const everywhere = await change("signOut(input: { everywhere: true }) { endedSessionCount }", third.accessToken);
  expect(everywhere.body.data.signOut.endedSessionCount).toBe(2);
  expect((await viewer(second.accessToken)).status).toBe(401);
  expect(await refresh(second.refreshToken)).toEqual(refused);
});

test("a new password ends the other sessions, and the old one works no more", async () => {
  const kim = await server.signUp("kim");
  const other = (await signIn(kim)).session;
  const set = (currentPassword: string) =>
    server.graphql(
      `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { handle } userErrors { code field } } }`,
      { input: { currentPassword, newPassword: "another password" } },
      { token: kim.token },
    );
  expect((await set("wrong")).body.data.changePassword.userErrors).toEqual([
    { code: "WRONG_CREDENTIALS", field: ["input", "currentPassword"] },
  ]);
  expect((await set(kim.password)).body.data.changePassword).toEqual({ user: { handle: "kim" }, userErrors: [] });
  expect((await viewer(kim.token)).body.data.viewer.handle).toBe("kim");
  expect((await viewer(other.accessToken)).status).toBe(401);
  expect((await signIn(kim)).session).toBeNull();
  expect((await signIn({ email: kim.email, password: "another password" })).userErrors).toEqual([]);
});

test("a wrong password and an unknown address get the same answer", async () => {
  const joe = await server.signUp("joe");
  const wrong = await signIn({ email: joe.email, password: "not the password" });
  const unknown = await signIn({ email: "nobody@example.org", password: "not the password" });
  expect(wrong.userErrors[0].code).toBe("WRONG_CREDENTIALS");
  expect(unknown).toEqual(wrong);
});

test("neither passwords nor refresh tokens are in the database", async () => {
  const zoe = await server.signUp("zoe");
  const { prisma } = server.database;
  const everything = JSON.stringify(
    [await prisma.user.findMany(), await prisma.session.findMany(), await prisma.refreshToken.findMany()],
    (_, value) => (typeof value === "bigint" ? String(value) : value),
  );
  expect(everything).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  for (const secret of [zoe.password, zoe.refreshToken, zoe.token]) expect(everything).not.toContain(secret);
});
