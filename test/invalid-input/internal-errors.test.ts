/** Errors of ours: the client learns that there was one, the log learns which, and nothing is half written. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { openTestLog } from "./log-lines.js";
import { change, countRows, expectNoInnards, request } from "./refusals.js";

const { log, lines } = openTestLog();
const error = 50;
let server: TestServer;
let ada: Account;
let postId: string;
beforeAll(async () => {
  server = await startTestServer({ log });
  ada = await server.signUp("ada");
  postId = (await change(server, ada.token, "createPost", { title: "A post", content: "Hello" }, "post { id }")).post
    .id;
});
afterAll(() => server.close());

const masked = (path: (string | number)[]) => ({
  message: "Internal server error",
  path,
  extensions: { code: "INTERNAL_SERVER_ERROR" },
});

/** Sends an operation, and returns with the answer what the log says of this very request. */
async function send(query: string, sent: { token?: string } = {}) {
  const body = JSON.stringify({ query });
  const headers = {
    "content-type": "application/json",
    ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
  };
  const { status, headers: answered, text } = await request(server, { body, headers });
  const requestId = answered.get("x-request-id");
  const errors = lines().filter((line) => line.level === error && line.requestId === requestId);
  return { status, ...JSON.parse(text), log: errors.map(({ msg, err }) => [msg, err?.message]) };
}

describe("a resolver that throws", () => {
  it("leaves the fields beside it as they are, where the schema lets it", async () => {
    await server.database.prisma.$executeRawUnsafe("ALTER TABLE comments RENAME TO lost_comments");
    const answer = await send(
      `{ user(handle: "ada") { handle comments { totalCount } posts { totalCount } } viewer { id } }`,
    );
    await server.database.prisma.$executeRawUnsafe("ALTER TABLE lost_comments RENAME TO comments");
    expect(answer).toMatchObject({
      status: 200,
      data: { user: { handle: "ada", comments: null, posts: { totalCount: 1 } }, viewer: null },
      errors: [masked(["user", "comments"])],
    });
    expect(answer.errors).toHaveLength(1);
    expect(answer.log).toEqual([["resolver failed", expect.stringContaining('"comments"')]]);
  });

  it("has no part in what is asked for again", async () => {
    const answer = await send(`{ user(handle: "ada") { comments { totalCount } } }`);
    expect(answer).toEqual({ status: 200, data: { user: { comments: { totalCount: 0 } } }, log: [] });
  });

  it("in the middle of a change undoes all of it", async () => {
    const { prisma } = server.database;
    const body = "BEGIN RAISE EXCEPTION 'the log is full'; END";
    await prisma.$executeRawUnsafe(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ ${body} $$`);
    await prisma.$executeRawUnsafe("CREATE TRIGGER refuse BEFORE INSERT ON events EXECUTE FUNCTION refuse()");
    const input = `{ postId: "${postId}", text: "Half" }`;
    const answers = [
      await send(`mutation { createPost(input: { title: "Half", content: "Half" }) { post { id } } }`, ada),
      await send(`mutation { createComment(input: ${input}) { comment { id } } }`, ada),
      await send(`mutation { likePost(input: { postId: "${postId}" }) { post { id } } }`, ada),
      await send(`mutation { deletePost(input: { postId: "${postId}" }) { deletedPostId } }`, ada),
    ];
    await prisma.$executeRawUnsafe("DROP TRIGGER refuse ON events");
    for (const { status, data, errors, log } of answers) {
      expect([status, data, errors]).toMatchObject([200, null, [{ message: "Internal server error" }]]);
      expect(log).toEqual([["resolver failed", expect.stringContaining("the log is full")]]);
    }
    const { posts, comments, postLikes } = await countRows(server.database);
    expect([posts, comments, postLikes]).toEqual([1, 0, 0]);
    const post = await prisma.post.findFirstOrThrow();
    expect([post.commentCount, post.likeCount]).toEqual([0, 0]);
  });
});

describe("an authentication that fails for no fault of the client", () => {
  it("is an error of ours, and not a bad token", async () => {
    const other = await server.signUp("bob");
    await server.database.prisma.$executeRawUnsafe("ALTER TABLE sessions RENAME TO lost_sessions");
    const answer = await send("{ viewer { id } }", other);
    await server.database.prisma.$executeRawUnsafe("ALTER TABLE lost_sessions RENAME TO sessions");
    expect(answer).toMatchObject({ status: 500, errors: [{ message: "Internal server error" }] });
    expect(answer.log).toEqual([["cannot begin request", expect.stringContaining('"sessions"')]]);
    expect((await send("{ viewer { handle } }", other)).data).toEqual({ viewer: { handle: "bob" } });
  });
});

describe("what must not be seen", () => {
  it("would be found in an answer, if it were there", () => {
    const leaks = [
      'relation "comments" does not exist',
      "Invalid `prisma.post.create()` invocation",
      JSON.stringify("Error: x\n    at work (file.js)"),
      "/srv/parley/dist/server.js:12",
      "SELECT 1",
    ];
    for (const leak of leaks) expect(() => expectNoInnards(leak)).toThrow();
  });

  it("stands in the log, once for each error, with the request's id on every line of a request", () => {
    const ofRequests = lines().filter(({ msg }) => msg !== "embedded database was migrated");
    expect(ofRequests.length).toBeGreaterThan(10);
    expect(ofRequests.filter(({ requestId }) => requestId === undefined)).toEqual([]);
    expect(lines().filter(({ level }) => level === error)).toHaveLength(6);
  });
});
