/** A walk through all pages of a list meets every row exactly once, whichever way it goes and whatever the page. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { importHistory, isWithoutHistory } from "./history.js";
import { type Met, walk, walkComments } from "./walk.js";

const ways = [
  { pageSize: 11, isBackward: false },
  { pageSize: 11, isBackward: true },
  { pageSize: 100, isBackward: false },
  { pageSize: 100, isBackward: true },
].map((way) => ({ ...way, name: `pages of ${way.pageSize}, ${way.isBackward ? "backwards" : "forwards"}` }));

describe.skipIf(isWithoutHistory)("a walk through a real community", { timeout: 300_000 }, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ seed: importHistory, config: { limits: wideLimits } });
  }, 300_000);
  afterAll(() => server.close());

  async function rowsOf(table: "users" | "posts" | "comments", order = "created_at DESC, id DESC"): Promise<string[]> {
    const type = { users: "User", posts: "Post", comments: "Comment" }[table];
    const rows = await server.database.query<{ id: number }>(`SELECT id FROM ${table} ORDER BY ${order}`, []);
    return rows.map(({ id }) => Buffer.from(`${type}:${id}`).toString("base64url"));
  }

  test.each(ways)("meets all posts, $name", async (way) => {
    const met = await walk(server, { ...way, field: "posts", select: "commentCount" });
    expect(met).toHaveLength(556);
    expect(met.map(({ id }) => id)).toEqual(await rowsOf("posts"));
    expect(met.reduce((sum, { commentCount }) => sum + Number(commentCount), 0)).toBe(4_549);
  });

  test.each(ways)("meets all users, $name", async (way) => {
    const met = await walk(server, { ...way, field: "users" });
    expect(met).toHaveLength(2_294);
    expect(met.map(({ id }) => id)).toEqual(await rowsOf("users"));
  });

  test.each(ways)("meets all comments and replies, $name", async (way) => {
    const met = await walkComments(server, await rowsOf("posts"), way);
    expect(met).toHaveLength(4_549);
    expect(ids(met).sort()).toEqual((await rowsOf("comments")).sort());
  });

  test.each(["LIKE_COUNT", "COMMENT_COUNT"])("meets all posts by %s, of which most are equal", async (field) => {
    const args = `orderBy: { field: ${field}, direction: DESC }`;
    const expected = await rowsOf("posts", `${field} DESC, id DESC`);
    for (const isBackward of [false, true]) {
      expect(ids(await walk(server, { field: "posts", pageSize: 9, isBackward, args }))).toEqual(expected);
    }
  });

  test("meets all posts by numbers of pages", async () => {
    const pages: string[][] = [];
    for (let offset = 0; offset <= 560; offset += 40) {
      const { body } = await server.graphql(`{ posts(first: 40, offset: ${offset}) { nodes { id } totalCount } }`);
      expect(body.data.posts.totalCount).toBe(556);
      pages.push(ids(body.data.posts.nodes));
    }
    expect(pages.flat()).toEqual(await rowsOf("posts"));
  });
});

function ids(met: readonly Met[]): string[] {
  return met.map(({ id }) => id);
}
