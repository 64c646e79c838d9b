/** Pages that cannot be asked for, in lists of the whole community and in lists of one object. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { ask, change, codeOf } from "./refusals.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const { token } = await server.signUp("ada");
  for (const title of ["One", "Two", "Three"]) await change(server, token, "createPost", { title, content: "A post" });
});
afterAll(() => server.close());

const badPages = [
  ["first: 0", "first must be 1–100, got 0"],
  ["first: -1", "first must be 1–100, got -1"],
  ["first: 101", "first must be 1–100, got 101"],
  ["first: 1000000000", "first must be 1–100, got 1000000000"],
  ["last: 0", "last must be 1–100, got 0"],
  ["last: 101", "last must be 1–100, got 101"],
  ["first: 1, last: 1", "first and last cannot be used together"],
  ["offset: -1", "offset must be 0–10,000, got -1"],
  ["offset: 10001", "offset must be 0–10,000, got 10001"],
  ["last: 1, offset: 1", "offset can be used with first, not with last"],
  ["last: 1, offset: 0", "offset can be used with first, not with last"],
] as const;

describe("a page", () => {
  it.each(badPages)("of posts is refused: %s", async (page, reason) => {
    const answer = await ask(server, `{ posts(${page}) { nodes { id } } }`);
    expect([answer.status, codeOf(answer)]).toEqual([200, "BAD_USER_INPUT"]);
    expect(answer.body.errors?.[0]).toMatchObject({ message: expect.stringContaining(reason), path: ["posts"] });
  });

  it.each(badPages)("of one user's posts is refused, and the user answered: %s", async (page, reason) => {
    const { body } = await ask(server, `{ user(handle: "ada") { handle posts(${page}) { nodes { id } } } }`);
    expect(body.data).toEqual({ user: { handle: "ada", posts: null } });
    expect(body.errors).toMatchObject([
      { message: expect.stringContaining(reason), path: ["user", "posts"], extensions: { code: "BAD_USER_INPUT" } },
    ]);
  });

  it.each([2_147_483_648, -2_147_483_649, 2 ** 53, 1e300])(
    "is refused when its size is no GraphQL Int: %d",
    async (first) => {
      const literal = await ask(server, `{ posts(first: ${BigInt(first)}) { nodes { id } } }`);
      const variable = await ask(server, "query ($first: Int) { posts(first: $first) { nodes { id } } }", { first });
      expect([codeOf(literal), codeOf(variable)]).toEqual(["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]);
    },
  );

  it.each([
    ["first: 1", ["Three"]],
    ["first: 100", ["Three", "Two", "One"]],
    ["last: 1", ["One"]],
    ["first: null, last: 2", ["Two", "One"]],
    ["offset: 10000", []],
    ["first: 1, offset: 1", ["Two"]],
  ])("is answered up to its limits: %s", async (page, titles) => {
    const { body } = await ask(server, `{ posts(${page}) { nodes { title } } }`);
    expect(body).toEqual({ data: { posts: { nodes: titles.map((title) => ({ title })) } } });
  });
});

it("refuses an order that the list has not", async () => {
  const order = "orderBy: { field: FOLLOWER_COUNT, direction: ASC }";
  expect(codeOf(await ask(server, `{ posts(${order}) { nodes { id } } }`))).toBe("GRAPHQL_VALIDATION_FAILED");
});

it("refuses more than a hundred identifiers at once, and takes a hundred", async () => {
  const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
  const ids = (count: number) => Array<string>(count).fill(Buffer.from("Post:1").toString("base64url"));
  expect((await ask(server, query, { ids: ids(100) })).body.data.nodes).toHaveLength(100);
  const answer = await ask(server, query, { ids: ids(101) });
  expect([codeOf(answer), answer.body.errors?.[0]?.message]).toEqual([
    "BAD_USER_INPUT",
    "ids must contain at most 100 identifiers, got 101",
  ]);
});

it("refuses to look for a user by nothing, and by two things at once", async () => {
  const id = Buffer.from("User:1").toString("base64url");
  for (const by of ["", "(id: null)", `(id: "${id}", handle: "ada")`]) {
    expect(codeOf(await ask(server, `{ user${by} { id } }`))).toBe("BAD_USER_INPUT");
  }
});
