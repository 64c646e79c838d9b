import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { maxInFlight } from "../../src/db/pipelined-connection.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { lockTable } from "./locks.js";

const maxQueued = 2;
const readPosts = "{ posts(first: 1) { nodes { id } } }";

/** The embedded database is one thread: nothing but its event loop can be full. */
describe("on PostgreSQL", () => {
  let server: TestServer;
  beforeAll(async () => {
    // One connection for reads, one for changes.
    const pool = { size: 2, limits: { maxQueued, statementTimeoutMs: undefined } };
    // Longer than a busy machine takes: what waits for the table is not to be given up.
    server = await startTestServer({ pool, config: { deadlineMs: 600_000 } });
  });
  afterAll(() => server.close());

  test("reads that the connections cannot take wait, and one too many is refused with 503", async () => {
    const { release } = await lockTable(server.database.url ?? "", "posts", "ACCESS EXCLUSIVE");
    const answers = Array.from({ length: maxInFlight + maxQueued + 1 }, () => server.graphql(readPosts));
    // Nothing but a refusal can be answered while the table is locked.
    const refused = await Promise.race(answers);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(refused.body.errors?.[0]).toMatchObject({ path: ["posts"], extensions: { code: "BUSY" } });
    expect(JSON.stringify(refused.body)).not.toContain("retry-after");
    await release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const taken = statuses.filter((status) => status === 200).length;
    expect(statuses.filter((status) => status === 503)).toHaveLength(answers.length - taken);
    // The relay reads now and then: it may have had one of the places.
    expect(taken).toBeLessThanOrEqual(maxInFlight + maxQueued);
    expect(taken).toBeGreaterThanOrEqual(maxInFlight + maxQueued - 2);
  });

  test("changes wait their turn, and one too many is refused with 503", async () => {
    const ada = await server.signUp("ada");
    const create = `mutation { createPost(input: { title: "one of many", content: "text" }) { post { id } userErrors { code } } }`;
    const { release } = await lockTable(server.database.url ?? "", "posts", "EXCLUSIVE");
    const answers = Array.from({ length: 1 + maxQueued + 1 }, () => server.graphql(create, {}, ada));
    const refused = await Promise.race(answers);
    expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([503, "BUSY"]);
    await release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1 + maxQueued);
    const { body } = await server.graphql("{ posts { totalCount } }");
    expect(body.data.posts.totalCount).toBe(1 + maxQueued);
  });
});
