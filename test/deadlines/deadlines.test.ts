import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { type RunningServer, startServer } from "../../src/server.js";
import { graphql } from "../harness/client.js";
import { type Account, secretsKey, startTestServer, type TestServer } from "../harness/server.js";
import { type Locked, lockTable } from "./locks.js";

const deadlineMs = 10_000;
/** Of a change: PostgreSQL's clock, which is not the test's. */
const statementTimeoutMs = 400;
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
    const limits = { maxQueued: 100, statementTimeoutMs };
    const log = openLog("silent");
    server = await startServer({
      config: {
        ...readConfig({ PORT: "0", LOG_LEVEL: "silent", PLAYGROUND: "off", SECRETS_KEY: secretsKey }),
        deadlineMs,
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
  /** The time of requests passes when a test says so: a busy machine does not end one before it has begun. */
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await release();
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
    const answer = graphql(server.url, readPosts);
    await waiting(1);
    vi.advanceTimersByTime(deadlineMs);
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      {
        message: `The request exceeded its deadline of ${deadlineMs} ms (DEADLINE_MS) and was cancelled.`,
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
    vi.advanceTimersByTime(deadlineMs / 2);
    const others = Array.from({ length: 5 }, () => graphql(server.url, readUsers));
    vi.advanceTimersByTime(deadlineMs / 2);
    expect((await late).body.errors?.[0]?.extensions.code).toBe("DEADLINE_EXCEEDED");
    for (const { body } of await Promise.all(others))
      expect(body).toEqual({ data: { users: { nodes: [{ handle: "ada" }] } } });
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
    const answering = Promise.all(Array.from({ length: 10 }, () => graphql(server.url, readPosts)));
    await waiting(1);
    let isOver = false;
    const over = answering.finally(() => (isOver = true));
    // Some may not have arrived yet: their time begins later.
    while (!isOver) {
      vi.advanceTimersByTime(deadlineMs);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const codes = (await over).map(({ body }) => body.errors?.[0]?.extensions.code);
    expect(codes).toEqual(Array(10).fill("DEADLINE_EXCEEDED"));
    await waiting(0);
  });
});
