/** Signing up again with an `Idempotency-Key` after a lost response. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { refresh, whoIs } from "./sessions.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const query =
  "mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken refreshToken } user { id handle } userErrors { code field } } }";

async function signUp(handle: string, key: string, password = "12345678") {
  const input = { handle, name: "N", email: `${handle}@example.org`, password };
  const { body } = await server.graphql(query, { input }, { headers: { "idempotency-key": key } });
  return body.data?.signUp ?? body.errors?.[0]?.extensions.code;
}

it("gives a session of the one account, which is as good as the first", async () => {
  const [first, again] = [await signUp("ada", "up-1"), await signUp("ada", "up-1")];
  expect([first.userErrors, again.userErrors]).toEqual([[], []]);
  expect(again.user).toEqual(first.user);
  for (const { session } of [first, again]) {
    expect(await whoIs(server, session.accessToken)).toBe("ada");
    expect(await refresh(server, session.refreshToken)).toMatchObject({ accessToken: expect.any(String) });
  }
  expect(await server.database.prisma.user.count({ where: { handle: "ada" } })).toBe(1);
});

it("makes one account when it is sent ten times at once", async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => signUp("bob", "up-2")));
  expect(new Set(answers.map(({ user }) => user.id)).size).toBe(1);
  for (const { session } of answers) expect(await whoIs(server, session.accessToken)).toBe("bob");
  expect(await server.database.prisma.user.count({ where: { handle: "bob" } })).toBe(1);
});

it("is refused without the key, and with the key of somebody who signed up otherwise", async () => {
  await signUp("carol", "up-3");
  expect((await signUp("carol", "up-4")).userErrors).toEqual([
    { code: "TAKEN", field: ["input", "handle"] },
    { code: "TAKEN", field: ["input", "email"] },
  ]);
  expect(await signUp("dave", "up-3")).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await signUp("carol", "up-3", "another password")).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await server.database.prisma.user.count({ where: { handle: { in: ["carol", "dave"] } } })).toBe(1);
});
