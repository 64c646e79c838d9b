/** Signing up and in, and what an attacker learns from it. */
import * as argon2 from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { createClock, signIn, whoIs } from "./sessions.js";

vi.mock("@node-rs/argon2", async (actual) => {
  const { hash, verify } = await actual<typeof argon2>();
  return { hash: vi.fn(hash), verify: vi.fn(verify) };
});

const { now } = createClock();
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer({ now });
  ada = await server.signUp("ada");
});
beforeEach(() => vi.clearAllMocks());
afterAll(() => server.close());

const query = `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } user { id } userErrors { code message field } } }`;

async function tryToSignIn(email: string, password: string) {
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { input: { email, password } } }),
  });
  return { status: response.status, text: await response.text() };
}

describe("signing up", () => {
  it("gives a session that is good at once, for fifteen minutes", async () => {
    const input = `{ handle: "Grace", name: " Grace Hopper ", email: "Grace@Example.org", password: "12345678" }`;
    const fields =
      "session { accessToken refreshToken accessTokenExpiresAt } user { handle name email role } userErrors { code }";
    const { body } = await server.graphql(`mutation { signUp(input: ${input}) { ${fields} } }`);
    const { session, user, userErrors } = body.data.signUp;
    expect(userErrors).toEqual([]);
    expect(session.accessTokenExpiresAt).toBe("2026-11-21T12:15:00.000Z");
    expect(await whoIs(server, session.accessToken)).toBe("grace");
    // It is the visitor of before who asks for the address: what the mutation did is not who sent it.
    expect(user).toEqual({ handle: "grace", name: "Grace Hopper", email: null, role: "USER" });
  });
});

describe("signing in", () => {
  it.each(["ada@example.org", "ADA@Example.ORG", " ada@example.org\n"])(
    "takes the address in any case: %j",
    async (email) => {
      const tokens = await signIn(server, { email, password: ada.password });
      expect(await whoIs(server, tokens.accessToken)).toBe("ada");
    },
  );

  it("opens another session each time", async () => {
    const [one, other] = [await signIn(server, ada), await signIn(server, ada)];
    expect(one.refreshToken).not.toBe(other.refreshToken);
    expect(one.accessToken).not.toBe(other.accessToken);
  });

  it.each([
    ["in another case", (password: string) => password.toUpperCase()],
    ["with white space behind", (password: string) => `${password} `],
    ["with white space before", (password: string) => ` ${password}`],
    ["but for the last character", (password: string) => password.slice(0, -1)],
    ["empty", () => ""],
    ["a megabyte long", () => "a".repeat(1_000_000)],
  ])("does not take the password %s", async (_, change) => {
    const { text } = await tryToSignIn(ada.email, change(ada.password));
    expect(JSON.parse(text).data.signIn).toMatchObject({
      session: null,
      user: null,
      userErrors: [{ code: "WRONG_CREDENTIALS" }],
    });
  });
});

describe("a wrong password and an unknown e-mail address", () => {
  const guesses = () => [
    ["ada@example.org", "a wrong password"],
    ["nobody@example.org", "a wrong password"],
    ["", ""],
    ["no address", "1"],
    ["a".repeat(100_000), "12345678"],
  ];

  it("get the same answer, byte by byte, about no field", async () => {
    const answers = [];
    for (const [email = "", password = ""] of guesses()) answers.push(await tryToSignIn(email, password));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(JSON.parse(answers[0]?.text ?? "").data.signIn).toEqual({
      session: null,
      user: null,
      userErrors: [{ code: "WRONG_CREDENTIALS", message: "The e-mail address or the password is wrong.", field: null }],
    });
  });

  it("cost the same work: one verification, of a hash with the parameters of every password", async () => {
    const { passwordHash } = await server.database.prisma.user.findFirstOrThrow({ where: { email: ada.email } });
    const parameters = (hash: unknown) => String(hash).split("$").slice(0, 4).join("$");
    expect(parameters(passwordHash)).toBe("$argon2id$v=19$m=19456,t=2,p=1");
    for (const [email = "", password = ""] of guesses()) {
      vi.clearAllMocks();
      await tryToSignIn(email, password);
      expect(vi.mocked(argon2.hash)).not.toHaveBeenCalled();
      expect(vi.mocked(argon2.verify).mock.calls.map(([hash, tried]) => [parameters(hash), tried])).toEqual([
        [parameters(passwordHash), password],
      ]);
    }
  });

  it("leave no session behind", async () => {
    const before = await server.database.prisma.session.count();
    for (const [email = "", password = ""] of guesses()) await tryToSignIn(email, password);
    expect(await server.database.prisma.session.count()).toBe(before);
  });
});

it("an account that was imported, with neither address nor password, cannot be signed in to", async () => {
  const data = {
    handle: "imported",
    handleSkeleton: "irnported",
    name: "Imported",
    createdAt: now(),
    updatedAt: now(),
  };
  await server.database.prisma.user.create({ data });
  for (const email of ["", "null", "imported"]) {
    const { text } = await tryToSignIn(email, "");
    expect(JSON.parse(text).data.signIn.userErrors).toMatchObject([{ code: "WRONG_CREDENTIALS" }]);
  }
});
