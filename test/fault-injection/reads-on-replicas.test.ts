/** Read replicas: a streaming replica of a PostgreSQL of the test's own, whose replay the test stops and lets go on. */
import { expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import type { RunningServer } from "../../src/server.js";
import { graphql } from "../harness/client.js";
import { runCommandProcess } from "../harness/process.js";
import { ask, connection, signUp, writePost } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";
import { startInstance } from "../subscriptions/instances.js";
import { listen } from "../subscriptions/listener.js";
import { startPostgres, startReplica } from "./own-postgres.js";
import { postgresPrograms } from "./programs.js";

/** Of all posts, the last first. Without a token: as a visitor. */
async function titles({ url }: RunningServer, token?: string): Promise<string[]> {
  const { posts } = await ask(url, "{ posts(first: 10) { nodes { title author { handle } } } }", {}, token);
  return posts.nodes.map(({ title }: { title: string }) => title);
}

/** A primary, a replica of it, and two instances on both. */
async function community() {
  const primary = await startPostgres(postgresPrograms);
  expect(await runCommandProcess("migrate", [], { DATABASE_URL: primary.url })).toMatchObject({ code: 0 });
  const replica = await startReplica(postgresPrograms, primary);
  // So that a stop of the replay, however long the machine takes over it, is no reason to leave the replica out.
  const config = { databaseUrl: primary.url, databaseReplicaUrls: [replica.url], databaseReplicaLagMs: 600_000 };
  const instance = async () => {
    const server = await startInstance(config, await openPostgres(primary.url, 4, openLog("silent")));
    onTestFinished(() => server.close());
    return server;
  };
  const instances = [await instance(), await instance()] as const;
  const onPrimary = await connection(primary.url);
  return { replica, instances, replay: (of = replica.url) => replayOf(of, onPrimary) };
}

/** The replay of the replica, with a connection that ends with the test. */
async function replayOf(url: string, onPrimary: Awaited<ReturnType<typeof connection>>) {
  const client = await connection(url);
  return {
    async caughtUp() {
      const { rows } = await onPrimary.query("SELECT pg_current_wal_flush_lsn()::text AS flushed");
      const exists = "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS is_there";
      await until(async () => (await client.query(exists, [rows[0].flushed])).rows[0].is_there);
    },
    async stop() {
      await client.query("SELECT pg_wal_replay_pause()");
      const state = "SELECT pg_get_wal_replay_pause_state() AS state";
      await until(async () => (await client.query(state)).rows[0].state === "paused");
    },
    goOn: async () => void (await client.query("SELECT pg_wal_replay_resume()")),
  };
}

test.skipIf(postgresPrograms === "")(
  "replicas serve reads, but not to those whose own writes they lack, and a replica that dies is done without",
  async () => {
    const { replica, instances, replay } = await community();
    const [first, second] = instances;
    const ada = await signUp(first.url, "ada");
    const bob = await signUp(first.url, "bob");
    await writePost(first.url, ada, "First");
    const before = await replay();
    await before.caughtUp();
    await before.stop();

    // Who reads the replica does not see what comes now: visitors, and those who have written nothing since.
    const listener = await listen(second, { query: "subscription { postCreated { post { title } } }" });
    await writePost(second.url, ada, "Second");
    expect(await listener.events.first(1)).toEqual([{ post: { title: "Second" } }]);
    await listener.close();
    const carol = await signUp(first.url, "carol");
    for (const instance of instances) {
      await until(async () => (await titles(instance, bob)).length === 1);
      expect(await titles(instance)).toEqual(["First"]);
      expect(await titles(instance, bob)).toEqual(["First"]);
      expect(await titles(instance, ada)).toEqual(["Second", "First"]);
      expect(await ask(instance.url, "{ viewer { handle } }", {}, carol)).toEqual({ viewer: { handle: "carol" } });
    }

    // When the replica has what she wrote, she reads there again: what bob writes after that she does not see.
    await before.goOn();
    await before.caughtUp();
    await before.stop();
    await writePost(first.url, bob, "Third");
    for (const instance of instances) {
      await until(async () => (await titles(instance, ada)).length === 2);
      expect(await titles(instance, bob)).toEqual(["Third", "Second", "First"]);
    }

    await replica.crash();
    for (const instance of instances) {
      for (let count = 0; count < 10; count += 1) {
        const { status, body } = await graphql(instance.url, "{ posts(first: 10) { totalCount } }");
        expect({ status, body }).toEqual({ status: 200, body: { data: { posts: { totalCount: 3 } } } });
      }
    }
    await replica.start();
    const after = await replay();
    await after.caughtUp();
    await after.stop();
    await writePost(first.url, bob, "Fourth");
    for (const instance of instances) {
      await until(async () => (await titles(instance)).length === 3);
      expect(await titles(instance, bob)).toHaveLength(4);
    }
  },
  180_000,
);
