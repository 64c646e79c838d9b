import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { type RunningServer, startServer } from "../../src/server.js";
import { graphql } from "../harness/client.js";
import { type Account, secretsKey, startTestServer, type TestServer } from "../harness/server.js";
import { type Locked, lockTable } from "./locks.js";

const timeoutMs = 400;
const readPosts = "{ posts(first: 1) { nodes { id } } }";
const readUsers = "{ users(first: 1) { nodes { handle } } }";
const createPost = `mutation { createPost(input: { title: "late", content: "too late" }) { post { id } userErrors { code } } }`;

/** PostgreSQL alone has a second connection that could hold a lock. */
describe("on PostgreSQL", () => {
  /** Takes its time, on the same database. */
  let patient: TestServer;
  let server: RunningServer;
  let ada: Account;
  let locked: Locked | undefined;

  beforeAll(async () => {
    patient = await startTestServer();
    ada = await patient.signUp("ada");
    const limits = { maxQueued: 100, statementTimeoutMs: timeoutMs };
    const log = openLog("silent");
    server = await startServer({
      config: {
        ...readConfig({ PORT: "0", LOG_LEVEL: "silent", PLAYGROUND: "off", SECRETS_KEY: secretsKey }),
        deadlineMs: timeoutMs,
      },
      log,
      now: () => new Date(),
      openDatabase: () => openPostgres(patient.database.url ?? "", 2, log, limits),
    });
  });
  afterAll(async () => {
    await server.close();
    await patient.close();
  });
  beforeEach(() => {
    locked = undefined;
    return () => locked?.release();
  });

  async function lock(mode: Parameters<typeof lockTable>[2]): Promise<Locked> {
    locked = await lockTable(patient.database.url ?? "", "posts", mode);
    return locked;
  }

  async function release(): Promise<void> {
    await locked?.release();
    locked = undefined;
  }

  test("a read that is not done in time is cancelled in PostgreSQL, and the client gets an error", async () => {
    const { waiting } = await lock("ACCESS EXCLUSIVE");
    const { status, body } = await graphql(server.url, readPosts);
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      {
        message: `The request exceeded its deadline of ${timeoutMs} ms (DEADLINE_MS) and was cancelled.`,
        path: ["posts"],
        extensions: { code: "DEADLINE_EXCEEDED" },
      },
    ]);
    await waiting(0);
  });

  test("those who wait behind it on the same connection are answered all the same", async () => {
    const { waiting } = await lock("ACCESS EXCLUSIVE");
    const late = graphql(server.url, readPosts);
    await waiting(1);
    const others = Array.from({ length: 5 }, () => graphql(server.url, readUsers));
    expect((await late).body.errors?.[0]?.extensions.code).toBe("DEADLINE_EXCEEDED");
    for (const { body } of await Promise.all(others)) {
      const [error] = body.errors ?? [];
      // They had the same time: it may have been over for them too, but nothing else went wrong.
      if (error === undefined) expect(body.data.users.nodes).toEqual([{ handle: "ada" }]);
      else expect(error.extensions.code).toBe("DEADLINE_EXCEEDED");
    }
    await waiting(0);
  });

  test("a client that goes away takes its statement with it", async () => {
    const { waiting } = await lock("ACCESS EXCLUSIVE");
    const gone = new AbortController();
    const answer = fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: readPosts }),
      signal: gone.signal,
    });
    await waiting(1);
    gone.abort();
    await expect(answer).rejects.toThrow("aborted");
    await waiting(0);
  });

  test("a change that is not done in time is rolled back, and the client gets an error", async () => {
    const { waiting } = await lock("EXCLUSIVE");
    const { body } = await graphql(server.url, createPost, {}, ada);
    expect(body.errors?.[0]).toMatchObject({ path: ["createPost"], extensions: { code: "DEADLINE_EXCEEDED" } });
    await waiting(0);
    await release();
    expect((await patient.graphql("{ posts { totalCount } }")).body.data.posts.totalCount).toBe(0);
    expect((await patient.graphql(createPost, {}, ada)).body.data.createPost.userErrors).toEqual([]);
  });

  test("a request that times out waiting for a connection gets the same error", async () => {
    const { waiting } = await lock("ACCESS EXCLUSIVE");
    const answers = await Promise.all(Array.from({ length: 10 }, () => graphql(server.url, readPosts)));
    const codes = answers.map(({ body }) => body.errors?.[0]?.extensions.code);
    expect(codes).toEqual(answers.map(() => "DEADLINE_EXCEEDED"));
    await waiting(0);
  });
});
