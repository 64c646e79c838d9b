/** Handles and e-mail addresses that somebody has, or gets at the same moment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { change, countRows } from "./refusals.js";

let server: TestServer;
let mary: Account;
beforeAll(async () => {
  server = await startTestServer();
  mary = await server.signUp("mary_10");
});
afterAll(() => server.close());

function signUp(handle: string, email = `${handle}@example.org`) {
  const input = { handle, name: "N", email, password: "12345678" };
  return change(server, undefined, "signUp", input, "session { accessToken } user { handle email }");
}

async function refusals(answer: ReturnType<typeof signUp>): Promise<[code: string, field: string][]> {
  const before = await countRows(server.database);
  const { session, user, userErrors } = await answer;
  expect([session, user]).toEqual([null, null]);
  expect(await countRows(server.database)).toEqual(before);
  return userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field[1]]);
}

describe("a handle", () => {
  it.each(["mary_10", "MARY_10", " Mary_10 "])("is taken when somebody has it, in any case: %j", async (handle) => {
    expect(await refusals(signUp(handle, "new@example.org"))).toEqual([["TAKEN", "handle"]]);
  });

  it.each(["mary10", "rnary_10", "rnary_l0", "maryl0", "maryio".replace("i", "1"), "m_a_r_y_1_0"])(
    "is taken when it looks like one that somebody has: %s",
    async (handle) => {
      const answer = signUp(handle, "new@example.org");
      expect(await refusals(answer)).toEqual([["TAKEN", "handle"]]);
      expect((await answer).userErrors[0].message).toBe(`handle ${handle} is too similar to one that is taken`);
    },
  );

  it.each(["mаry", "ｍary", "mary\u200b", "ma ry", "mary-10", "_mary", "mary_", "ma__ry", "@mary", "máry", "🐟🐟🐟"])(
    "is refused when it is of another form, so nobody can look like others with it: %s",
    async (handle) => {
      expect(await refusals(signUp(handle, "new@example.org"))).toEqual([["INVALID", "handle"]]);
    },
  );

  it("may be changed to one that looks like one's own, and not to one that looks like another's", async () => {
    const bob = await server.signUp("bob");
    expect((await change(server, bob.token, "updateProfile", { handle: "b0b" })).userErrors).toEqual([]);
    const taken = await change(server, bob.token, "updateProfile", { handle: "rnary_10" }, "user { id }");
    expect(taken).toMatchObject({ user: null, userErrors: [{ code: "TAKEN", field: ["input", "handle"] }] });
    expect((await change(server, mary.token, "updateProfile", { handle: "mary_10" })).userErrors).toEqual([]);
    const { handle } = await server.database.prisma.user.findFirstOrThrow({ where: { email: bob.email } });
    expect(handle).toBe("b0b");
  });
});

it.each(["mary_10@example.org", "MARY_10@EXAMPLE.ORG", "  mary_10@example.org\n"])(
  "an e-mail address is taken when an account has it, in any case: %j",
  async (email) => {
    expect(await refusals(signUp("somebody", email))).toEqual([["TAKEN", "email"]]);
  },
);

it("both are reported at once", async () => {
  expect(await refusals(signUp("mary_10"))).toEqual([
    ["TAKEN", "handle"],
    ["TAKEN", "email"],
  ]);
});

describe("of ten who ask at the same moment", () => {
  const ten = Array.from({ length: 10 }, (_, n) => n);
  type Answers = { user: object | null; userErrors: { code: string; field: string[] }[] }[];
  const expectOneWinner = (answers: Answers, field: string) => {
    expect(answers.filter(({ user }) => user !== null)).toHaveLength(1);
    const losers = answers.filter(({ user }) => user === null);
    for (const { userErrors } of losers) expect(userErrors).toMatchObject([{ code: "TAKEN", field: ["input", field] }]);
  };

  it("one gets the handle, and no account is made for the others", async () => {
    const before = await countRows(server.database);
    expectOneWinner(await Promise.all(ten.map((n) => signUp("popular", `p${n}@example.org`))), "handle");
    const { users, sessions } = await countRows(server.database);
    expect([users, sessions]).toEqual([(before.users ?? 0) + 1, (before.sessions ?? 0) + 1]);
  });

  it("one gets a look that several handles have", async () => {
    const alike = ten.map((n) => ["ill", "i1l", "il1", "i11", "i_ll", "i_l1", "i_11", "i_1l", "il_l", "i1_1"][n] ?? "");
    expectOneWinner(await Promise.all(alike.map((handle, n) => signUp(handle, `l${n}@example.org`))), "handle");
  });

  it("one gets the e-mail address", async () => {
    expectOneWinner(await Promise.all(ten.map((n) => signUp(`eager${n}x`, "eager@example.org"))), "email");
    expect(await server.database.prisma.user.count({ where: { email: "eager@example.org" } })).toBe(1);
  });

  it("one gets the handle when they have accounts already", async () => {
    const accounts = await Promise.all(ten.slice(0, 5).map((n) => server.signUp(`holder${n}x`)));
    const renamed = accounts.map(({ token }) =>
      change(server, token, "updateProfile", { handle: "crown" }, "user { id }"),
    );
    expectOneWinner(await Promise.all(renamed), "handle");
    expect(await server.database.prisma.user.count({ where: { handle: "crown" } })).toBe(1);
  });
});
