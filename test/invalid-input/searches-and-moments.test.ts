/** Filters of posts that make no sense as a search or as a point in time. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { ask, change, codeOf } from "./refusals.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ now: () => new Date("2026-11-21T12:00:00Z") });
  const { token } = await server.signUp("ada");
  await change(server, token, "createPost", { title: "Fish", content: "Cod, eel and a 50% share? It's $1." });
});
afterAll(() => server.close());

const filtered = (filter: object) =>
  ask(server, "query ($filter: PostFilter) { posts(filter: $filter) { totalCount nodes { title } } }", { filter });

describe("a search", () => {
  it.each([
    "!",
    "-",
    "--",
    "or",
    "OR or OR",
    '"',
    '""',
    '"eel',
    "'",
    "''",
    "\\",
    "&|!()<->:*",
    "eel:*A",
    "%",
    "?",
    "$1",
    "$1::int",
    "the of and",
    "'; DROP TABLE posts; --",
    "\u202e\u200b",
    "1e999",
    "😀".repeat(200),
    "(".repeat(200),
    "a ".repeat(100),
  ])("is answered, whatever stands in it: %j", async (search) => {
    const { body } = await filtered({ search });
    expect(body.errors).toBeUndefined();
    expect(body.data.posts.totalCount).toBe(body.data.posts.nodes.length);
  });

  it("finds what it is for, in the syntax of web search", async () => {
    const found = async (search: string) => (await filtered({ search })).body.data.posts.totalCount;
    expect(await found("eels")).toBe(1);
    expect(await found('"cod eel"')).toBe(1);
    expect(await found('"eel cod"')).toBe(0);
    expect(await found("eel -fish")).toBe(0);
    expect(await found("shark or eel")).toBe(1);
  });

  it.each(["", "   ", "\n"])("is refused when it is blank: %j", async (search) => {
    const answer = await filtered({ search });
    expect(codeOf(answer)).toBe("BAD_USER_INPUT");
    expect(answer.body.errors?.[0]?.message).toBe("filter.search must have 1–200 characters, got 0");
  });

  it("is taken up to 200 characters, around which white space does not count, and refused beyond", async () => {
    expect((await filtered({ search: ` ${"é".repeat(200)} ` })).body.errors).toBeUndefined();
    const answer = await filtered({ search: "é".repeat(201) });
    expect([codeOf(answer), answer.body.errors?.[0]?.message]).toEqual([
      "BAD_USER_INPUT",
      "filter.search must have 1–200 characters, got 201",
    ]);
  });
});

describe("a moment", () => {
  it.each([
    "",
    "now",
    "infinity",
    "2026-11-21",
    "2026-11-21T09:30:00",
    "2026-11-21 09:30:00Z",
    " 2026-11-21T09:30:00Z",
    "2026-11-21T09:30:00Z\n",
    "2026-02-30T00:00:00Z",
    "2027-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "-000001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-01:00",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+99:99",
    "2026-01-01T00:00:00.1234567890Z",
    5,
    1.5e300,
    true,
    ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"],
    {},
  ])("is refused when it is none: %j", async (moment) => {
    const answer = await filtered({ createdAfter: moment });
    expect([answer.status, codeOf(answer)]).toEqual([200, "BAD_USER_INPUT"]);
    expect(answer.body.errors?.[0]?.message).toContain("DateTime must be an RFC 3339 string");
  });

  it.each(["5", '"2026-02-30T00:00:00Z"', "{}", "true"])("is refused as a literal: %s", async (literal) => {
    const answer = await ask(server, `{ posts(filter: { createdBefore: ${literal} }) { totalCount } }`);
    expect(codeOf(answer)).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  it.each([
    ["0001-01-01T00:00:00Z", 1],
    ["0001-01-02T00:00:00+23:59", 1],
    ["2024-02-29T23:59:59.999999999-00:00", 1],
    ["2026-11-21t09:30:00z", 1],
    ["9999-12-31T23:59:59.999Z", 0],
  ])("is taken at the ends of time and in every spelling: %s", async (createdAfter, count) => {
    expect((await filtered({ createdAfter })).body).toMatchObject({ data: { posts: { totalCount: count } } });
  });
});
