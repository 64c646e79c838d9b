/** Cursors that a list did not give out. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { ask, change, codeOf } from "./refusals.js";

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  for (const title of ["One", "Two", "Three"])
    await change(server, ada.token, "createPost", { title, content: "A post" });
});
afterAll(() => server.close());

const forge = (text: string) => Buffer.from(text).toString("base64url");
const byTime = (time: string, id: string | number = 1) => forge(`posts.CREATED_AT|${time}|${id}`);
const noon = "2026-11-21T12:00:00.000Z";

const badCursors = [
  ["empty", ""],
  ["garbage", "!!!"],
  ["no base64 of ours", "cG9zdHM"],
  ["very long", "A".repeat(100_000)],
  ["of another list", forge(`users.CREATED_AT|${noon}|1`)],
  ["of another order", forge("posts.LIKE_COUNT|1|1")],
  ["of a field that is no order", forge(`posts.TITLE|${noon}|1`)],
  ["without an id", forge(`posts.CREATED_AT|${noon}`)],
  ["with more than an id", `${forge(`posts.CREATED_AT|${noon}|1|2`)}`],
  ["padded", `${Buffer.from(`posts.CREATED_AT|${noon}|1`).toString("base64")}=`],
  ["with white space", ` ${byTime(noon)}`],
  ["in the year 0", byTime("0000-01-01T00:00:00.000Z")],
  ["in the year 10000", byTime("10000-01-01T00:00:00.000Z")],
  ["on 30 February", byTime("2026-02-30T12:00:00.000Z")],
  ["at 24 o'clock", byTime("2026-11-21T24:00:00.000Z")],
  ["without a zone", byTime("2026-11-21T12:00:00.000")],
  ["at infinity", byTime("infinity")],
  ["with statements for a time", byTime("now()'; DROP TABLE posts; --")],
  ["with id 0", byTime(noon, 0)],
  ["with a negative id", byTime(noon, -1)],
  ["with a fraction for an id", byTime(noon, "1.5")],
  ["with a hexadecimal id", byTime(noon, "0x1")],
  ["with an id that has a leading zero", byTime(noon, "01")],
  ["with an id beyond 2^53", byTime(noon, "9007199254740993")],
  ["with an id beyond 2^63", byTime(noon, "9223372036854775808")],
] as const;

describe("a cursor", () => {
  it.each(badCursors)("is refused when it is %s", async (_, cursor) => {
    for (const argument of ["after", "before"]) {
      const answer = await ask(server, `query ($c: String) { posts(${argument}: $c) { nodes { id } } }`, { c: cursor });
      expect([answer.status, codeOf(answer)]).toEqual([200, "BAD_CURSOR"]);
      expect(answer.body.errors?.[0]?.message).toContain(`${argument} must be a cursor of the same list and order`);
      expect(answer.body.errors?.[0]?.message.length).toBeLessThan(200);
    }
  });

  it.each(["-1", "2147483648", "99999999999", "1.5", "one", ""])(
    "is refused when it counts likes as %s",
    async (count) => {
      const query =
        "query ($c: String) { posts(after: $c, orderBy: { field: LIKE_COUNT, direction: ASC }) { nodes { id } } }";
      expect(codeOf(await ask(server, query, { c: forge(`posts.LIKE_COUNT|${count}|1`) }))).toBe("BAD_CURSOR");
    },
  );

  it("of a list of one object is refused in that of another kind, and blanks nothing else", async () => {
    const mine = await ask(server, "{ posts(first: 1) { edges { cursor } } }");
    const { cursor } = mine.body.data.posts.edges[0];
    const query = `query ($c: String) { user(handle: "ada") { handle posts(after: $c) { nodes { id } } comments(before: $c) { nodes { id } } } }`;
    const { body } = await ask(server, query, { c: cursor });
    expect(body.data).toEqual({ user: { handle: "ada", posts: null, comments: null } });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_CURSOR", "BAD_CURSOR"]);
  });

  it("at the ends of time and of identifiers is answered", async () => {
    const titles = async (cursor: string) => {
      const query = "query ($c: String) { posts(after: $c) { nodes { title } pageInfo { hasPreviousPage } } }";
      const { posts } = (await ask(server, query, { c: cursor })).body.data;
      return [posts.nodes.length, posts.pageInfo.hasPreviousPage];
    };
    expect(await titles(byTime("9999-12-31T23:59:59.999Z", Number.MAX_SAFE_INTEGER))).toEqual([3, false]);
    expect(await titles(byTime("0001-01-01T00:00:00.000Z"))).toEqual([0, true]);
  });

  it("given out by the list is answered, also when its item is gone", async () => {
    const { body } = await ask(server, "{ posts(first: 1) { edges { cursor node { id } } } }");
    const [{ cursor, node }] = body.data.posts.edges;
    await change(server, ada.token, "deletePost", { postId: node.id });
    const next = await ask(server, "query ($c: String) { posts(after: $c) { nodes { title } } }", { c: cursor });
    expect(next.body.data.posts.nodes).toEqual([{ title: "Two" }, { title: "One" }]);
  });
});
