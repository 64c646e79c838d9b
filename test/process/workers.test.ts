/** Several processes behind one port (WORKERS), on PostgreSQL and Redis. */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { describe, expect, test } from "vitest";
import { graphql } from "../harness/client.js";
import type { ServerProcess } from "../harness/process.js";
import { findServices } from "../harness/services.js";
import { until } from "../subscriptions/inbox.js";
import { subscribeOn } from "../subscriptions/listener.js";
import { connectSocket } from "../subscriptions/socket.js";
import { connection, hasPostgres, launched, postgresDatabase, signUp, started, writePost } from "./started.js";

const { redisUrl } = await findServices({ ...process.env, CI: "" });

/** Asks for readiness over a connection of its own, or over the agent's. Returns the status and the worker's number. */
async function visit(server: ServerProcess, agent?: Agent) {
  const id = randomUUID();
  const status = await new Promise((resolve, reject) => {
    const options = { agent: agent ?? false, headers: { "x-request-id": id } };
    request(`${server.url}/health/ready`, options, (response) => {
      response.resume().once("end", () => resolve(response.statusCode));
    })
      .once("error", reject)
      .end();
  });
  await until(() => server.log.some(({ requestId }) => requestId === id));
  return { status, worker: server.log.find(({ requestId }) => requestId === id)?.worker };
}

/** Visits over connections of their own until `count` workers have answered. All must be 200. */
async function workersOf(server: ServerProcess, count: number): Promise<Set<unknown>> {
  const workers = new Set<unknown>();
  while (workers.size < count) {
    const { status, worker } = await visit(server);
    expect(status).toBe(200);
    workers.add(worker);
  }
  return workers;
}

/** Of a worker, by its number. */
function pidOf(server: ServerProcess, worker: unknown): number {
  const line = server.log.find((each) => each.msg === "worker ready" && each.worker === worker);
  return Number(line?.pid);
}

function linesOf(server: ServerProcess, text: string) {
  return server.log.filter(({ msg }) => msg.startsWith(text));
}

const subscription = "subscription { postCreated { post { title } } }";

describe.skipIf(!hasPostgres || redisUrl === undefined)("two workers", () => {
  test("serve behind one port, hear of each other's changes, and one that is killed is replaced", async () => {
    const server = await started({
      DATABASE_URL: await postgresDatabase("migrated"),
      REDIS_URL: redisUrl ?? "",
      WORKERS: "2",
    });
    expect(await workersOf(server, 2)).toEqual(new Set([1, 2]));
    expect(linesOf(server, "Parley is ready")).toHaveLength(1);

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const survivor = (await visit(server, agent)).worker;
    const victim = survivor === 1 ? 2 : 1;
    const token = await signUp(server.url, "ada");
    // Where each socket is shows when a worker is killed: it closes, or it does not.
    const sockets = await Promise.all(Array.from({ length: 8 }, () => connectSocket(server.url)));
    const listeners = sockets.map((socket) => subscribeOn(socket, { query: subscription }));
    // A subscription that was accepted is not answered: something is written until all have heard of it.
    let writes = 0;
    while (listeners.some(({ events }) => events.all.length === 0)) {
      writes += 1;
      await writePost(server.url, token, `Post ${writes}`);
    }

    let ended = 0;
    for (const { closing } of sockets) void closing.then(() => (ended += 1));
    process.kill(pidOf(server, victim), "SIGKILL");
    await server.line("worker died");
    // What was connected to the other does not notice, and whoever connects now is served by it.
    expect(await visit(server, agent)).toEqual({ status: 200, worker: survivor });
    expect(await workersOf(server, 1)).toEqual(new Set([survivor]));
    await until(() => linesOf(server, "worker ready").length === 3);
    expect(await workersOf(server, 2)).toEqual(new Set([survivor, 3]));
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(8);
    expect(await visit(server, agent)).toEqual({ status: 200, worker: survivor });
    expect(linesOf(server, "Parley is ready")).toHaveLength(1);
    agent.destroy();
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test("finish what they began on SIGTERM, each of them, and the exit code is 0", async () => {
    const url = await postgresDatabase("migrated");
    const server = await started({ DATABASE_URL: url, REDIS_URL: redisUrl ?? "", WORKERS: "2" });
    const token = await signUp(server.url, "ada");
    const postId = await writePost(server.url, token);
    const other = await connection(url);
    await other.query("BEGIN");
    await other.query("SELECT id FROM posts FOR UPDATE");
    const mutation = `mutation ($input: LikePostInput!) { likePost(input: $input) { userErrors { code } } }`;
    // Each over a connection of its own, for none is free: both workers have some of them.
    const answers = Array.from({ length: 4 }, () => graphql(server.url, mutation, { input: { postId } }, { token }));
    const watcher = await connection(url);
    const waiting = `SELECT count(DISTINCT l.pid)::int AS count FROM pg_locks AS l
      JOIN pg_stat_activity AS a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`;
    await until(async () => (await watcher.query(waiting)).rows[0]?.count === 4);
    server.kill("SIGTERM");
    // The primary's, and one of each worker.
    await until(() => linesOf(server, "stopping").length === 3);
    expect(await visit(server)).toMatchObject({ status: 503 });
    await other.query("COMMIT");
    for (const { body } of await Promise.all(answers)) {
      expect(body).toEqual({ data: { likePost: { userErrors: [] } } });
    }
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(linesOf(server, "stopped")).toHaveLength(3);
    expect(server.errors()).toBe("");
  });

  test("that cannot start say why once", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("empty"), REDIS_URL: redisUrl ?? "", WORKERS: "2" };
    const refused = launched(settings);
    expect(await refused.exit).toEqual({ code: 1, signal: null });
    expect(refused.errors()).toMatch(
      /^DATABASE_URL: the database is missing the migrations .*\. Run `npm run migrate` first\.\n$/,
    );
  });
});

test("the embedded database refuses a second process, and says what to set", async () => {
  const refused = launched({ WORKERS: "2" });
  expect(await refused.exit).toEqual({ code: 1, signal: null });
  expect(refused.errors()).toBe(
    "Invalid settings:\n  WORKERS above 1 needs DATABASE_URL, got 2 workers: the embedded database supports one " +
      "process. Set DATABASE_URL to use PostgreSQL, or WORKERS to 1\n",
  );
});
