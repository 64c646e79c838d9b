/** Passwords and tokens: never in the log, and never in plain text in the database. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDatabase } from "../harness/database.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { openTestLog } from "../invalid-input/log-lines.js";
import { seedKey } from "./seeded-key.js";
import { refreshed, signIn } from "./sessions.js";

const { log, lines, text } = openTestLog();
const secrets: Record<string, string> = {};
let server: TestServer;
beforeAll(async () => {
  const seed = async (database: TestDatabase) => {
    secrets["private key"] = (await seedKey(database)).jwk.d;
  };
  server = await startTestServer({ log, seed });
  await live();
});
afterAll(() => server.close());

/** Everything that has to do with secrets, done well and done badly. Keeps each secret. */
async function live(): Promise<void> {
  const ada = await server.signUp("ada");
  const signedIn = await signIn(server, ada);
  const headers = { "idempotency-key": "the key of a refresh".replaceAll(" ", "-") };
  const next = await refreshed(server, signedIn.refreshToken, { headers });
  const again = await refreshed(server, signedIn.refreshToken, { headers });
  const change = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
  const passwords = { currentPassword: ada.password, newPassword: "the new password of ada" };
  const changing = { token: ada.token, headers: { "idempotency-key": "the-key-of-a-change" } };
  await server.graphql(change, { input: passwords }, changing);
  const signUp = "mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken refreshToken } } }";
  const input = { handle: "bob", name: "Bob", email: "bob@example.org", password: "the password of bob" };
  const bob = await server.graphql(signUp, { input }, { headers: { "idempotency-key": "the-key-of-a-sign-up" } });
  await server.graphql(signUp, { input: { ...input, password: "a password of nobody" } });
  const wrong = "mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
  await server.graphql(wrong, { input: { email: ada.email, password: "a wrong password of ada" } });
  await server.graphql("{ viewer { id } }", {}, { token: `${ada.token}tampered` });
  await breakWhile(() =>
    server.graphql(
      change,
      { input: { currentPassword: "the new password of ada", newPassword: "a password that failed" } },
      { token: ada.token },
    ),
  );
  await fetch(
    `${server.url}/graphql?query=${encodeURIComponent(`{ user(handle: "a password in an address") { id } }`)}`,
  );
  const keyMutation = `mutation { createApiKey(input: { name: "ci", scopes: [READ] }) { secret } }`;
  const keySent = { token: ada.token, headers: { "idempotency-key": "the-key-of-a-key" } };
  const apiKey: string = (await server.graphql(keyMutation, {}, keySent)).body.data.createApiKey.secret;
  await server.graphql("{ viewer { id } }", {}, { token: apiKey });
  await server.graphql("{ viewer { sessions { totalCount } } }", {}, { token: apiKey });
  await server.graphql("{ viewer { id } }", {}, { token: `${apiKey}x` });
  Object.assign(secrets, {
    "first password": ada.password,
    "new password": passwords.newPassword,
    "password sent with a key": input.password,
    "password of a sign-up that was refused": "a password of nobody",
    "wrong password": "a wrong password of ada",
    "password of a change that failed": "a password that failed",
    "password in an address": encodeURIComponent("a password in an address"),
    "access token": ada.token,
    "signature of an access token": ada.token.split(".")[2],
    "first refresh token": ada.refreshToken,
    "used refresh token": signedIn.refreshToken,
    "next refresh token": next.refreshToken,
    "refresh token of a retry": again.refreshToken,
    "refresh token of a sign-up with a key": bob.body.data.signUp.session.refreshToken,
    "idempotency key": headers["idempotency-key"],
    "idempotency key of a sign-up": "the-key-of-a-sign-up",
    "API key": apiKey,
  });
}

/** Every change of an account fails meanwhile, with whatever PostgreSQL and Prisma have to say about it. */
async function breakWhile(work: () => Promise<unknown>): Promise<void> {
  const { prisma } = server.database;
  await prisma.$executeRawUnsafe("ALTER TABLE users ADD CONSTRAINT refuse CHECK (false) NOT VALID");
  await work();
  await prisma.$executeRawUnsafe("ALTER TABLE users DROP CONSTRAINT refuse");
}

it("the log has lines of all that was done, also of what failed", () => {
  expect(lines().filter(({ msg }) => msg === "request").length).toBeGreaterThan(8);
  expect(lines().filter(({ msg }) => msg === "resolver failed")).toHaveLength(1);
});

it("the log holds none of them", () => {
  expect(Object.values(secrets).every((secret) => secret.length > 10)).toBe(true);
  expect(Object.entries(secrets).filter(([, secret]) => text().includes(secret))).toEqual([]);
  // Nor what is personal: PostgreSQL would quote the row of a change that failed.
  for (const part of ["$argon2id$", "@example.org"]) expect(text()).not.toContain(part);
});

it("the database holds none of them in any column", async () => {
  const { prisma } = server.database;
  const columns = await prisma.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`;
  expect(columns.length).toBeGreaterThan(50);
  const found: string[] = [];
  for (const { table, column } of columns) {
    const rows = await prisma.$queryRawUnsafe<{ value: string | null }[]>(
      `SELECT "${column}"::text AS value FROM "${table}"`,
    );
    const values = rows.map(({ value }) => value ?? "").join("\n");
    for (const [name, secret] of Object.entries(secrets)) {
      if (values.includes(secret)) found.push(`${name} in ${table}.${column}`);
    }
  }
  expect(found).toEqual([]);
});

it("passwords are kept as argon2id, each with a salt of its own", async () => {
  const { prisma } = server.database;
  await server.signUp("carol");
  const user = { name: "Dave", email: "dave@example.org", password: "the password of carol" };
  const query = "mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } } }";
  await server.graphql(query, { input: { ...user, handle: "dave" } });
  const rows = await prisma.user.findMany({ where: { handle: { in: ["carol", "dave"] } } });
  const hashes = rows.map(({ passwordHash }) => passwordHash ?? "");
  for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(new Set(hashes).size).toBe(2);
});
