/** Two owners' webhooks side by side, one hostile, one legitimate, and kill -9 while the hostile one is being filled. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { eventIdOf } from "../../src/events/event.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { ServerProcess } from "../harness/process.js";
import { ask, connection, postgresDatabase, signUp, writePost } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";
import { accept, startReceiver } from "../webhooks/receiver.js";
import { chance } from "./chance.js";
import { startDelivering } from "./deliverer.js";

/** With so many, a webhook is given up. */
const poisonKills = 3;
/** At random moments, afterwards. */
const randomKills = campaignSize(12, 2);
/** Legitimate events between two kills. */
const perKill = campaignSize(100, 20);
const leaseMs = 1_000;
/** The hostile owner's backlog is filled up to so many events while the legitimate one catches up: it has no end. */
const hostileBacklog = 20;
const times = { retryWaitsMs: [50, 100, 200], answerTimeoutMs: 500, circuitOpenMs: 100, leaseMs, pollMs: 50 };

const create = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
  webhook { id } secret userErrors { message } } }`;
const webhooksOf = `{ viewer { webhooks(first: 5) { nodes { url state disabledReason
  deliveries(state: DEAD, first: 10) { nodes { attempts(first: 5) { nodes { status error } } } } } } } }`;

test(`a legitimate webhook gets all its events in order, whatever another owner's do, over ${poisonKills + randomKills} kills`, async ({
  annotate,
}) => {
  const random = chance();
  const databaseUrl = await postgresDatabase("migrated");
  const client = await connection(databaseUrl);
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  receiver.behave((one, response, request) => {
    if (one.path === "/failing") response.writeHead(500).end();
    else accept(one, response, request);
  });

  const { server, startDeliverer } = await startDelivering(databaseUrl, times);
  const { url } = server;
  const [hostile, legitimate, author] = [
    await signUp(url, "hostile"),
    await signUp(url, "legitimate"),
    await signUp(url, "author"),
  ];
  const [poisonPost, bigPost, goodPost] = [
    await writePost(url, hostile),
    await writePost(url, author),
    await writePost(url, legitimate),
  ];
  const idOf = (post: string) => parseIdOf("Post", post);
  await client.query("UPDATE posts SET content = repeat('x', 100000) WHERE id = $1", [idOf(bigPost)]);
  const createWebhook = async (token: string, path: string, post: string, selection: string) => {
    const subscription = `subscription { postUpdated(postId: "${post}") { id post { ${selection} } } }`;
    const input = { url: receiver.url.replace("hook", path), subscription };
    const { createWebhook: made } = await ask(url, create, { input }, token);
    receiver.secrets.set(`/${path}`, made.secret);
    return parseIdOf("Webhook", made.webhook.id);
  };
  const aliases = Array.from({ length: 5 }, (_, index) => `c${index}: content`).join(" ");
  const poison = await createWebhook(hostile, "poison", poisonPost, "author { handle }");
  const big = await createWebhook(hostile, "big", bigPost, aliases);
  await createWebhook(hostile, "failing", bigPost, "title");
  await createWebhook(legitimate, "good", goodPost, "title author { handle }");

  let deliverer: ServerProcess | undefined;
  const start = async () => {
    deliverer = await startDeliverer("deliverer");
    return performance.now();
  };
  const kill = async () => {
    deliverer?.kill("SIGKILL");
    await deliverer?.exit;
  };
  onTestFinished(async () => void (await deliverer?.close()));
  /** Of the hostile posts a few, of the legitimate one `perKill`, and in turns. */
  const write = () =>
    client.query(
      `INSERT INTO events (type, data, occurred_at) SELECT 'PostUpdated', jsonb_build_object('postId', p.id, 'authorId', p.author_id), now()
        FROM generate_series(1, $1::int) AS i, posts AS p WHERE p.id = ANY($2::int8[]) AND (i <= 5 OR p.id = $3)`,
      [perKill, [idOf(poisonPost), idOf(bigPost), idOf(goodPost)], idOf(goodPost)],
    );
  const good = () => [...new Set(receiver.received.all.filter(({ path }) => path === "/good").map(({ id }) => id))];

  // What is stored of the hostile owner waits for this lock: the process is at it, and never comes to an end.
  const locking = await connection(databaseUrl);
  await locking.query("BEGIN");
  await locking.query("SELECT FROM users WHERE handle = 'hostile' FOR UPDATE");
  const isAtPoison = async (tries: number) => {
    const { rows } = await client.query(
      `SELECT (SELECT fill_tries FROM webhooks WHERE id = $1) = $2 AND EXISTS (SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%webhook_deliveries%') AS "isAtIt"`,
      [poison, tries],
    );
    return rows[0]?.isAtIt === true;
  };
  for (let tries = 1; tries <= poisonKills; tries += 1) {
    await write();
    await start();
    await until(() => isAtPoison(tries));
    await kill();
    // Nobody is left to hear of it, but the server would finish the statement once the lock is gone.
    await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  }

  let ready = await start();
  const catchUps: number[] = [];
  const caughtUp = async () => {
    const { rows } = await client.query(
      "SELECT position FROM events WHERE (data->>'postId')::int = $1 AND type = 'PostUpdated'",
      [idOf(goodPost)],
    );
    return rows.every(({ position }) => position !== null) && rows.length === good().length;
  };
  /** Events for the hostile owner that no delivery was made of. */
  const readHostileBacklog = async (): Promise<number> => {
    const { rows } = await client.query(
      `SELECT count(*)::int AS count FROM events AS e, webhooks AS w WHERE w.id = $1
        AND (e.data->>'postId')::int = $2 AND e.type = 'PostUpdated' AND (e.position IS NULL OR e.position > w.position)`,
      [big, idOf(bigPost)],
    );
    return rows[0]?.count;
  };
  const keepHostileBehind = async () => {
    if ((await readHostileBacklog()) >= hostileBacklog) return;
    await client.query(
      `INSERT INTO events (type, data, occurred_at) SELECT 'PostUpdated', jsonb_build_object('postId', id, 'authorId', author_id), now()
        FROM posts, generate_series(1, $2::int) WHERE id = $1`,
      [idOf(bigPost), hostileBacklog],
    );
  };
  for (let index = 0; index < randomKills; index += 1) {
    await write();
    await sleep(random.below(300));
    await kill();
    ready = await start();
    await until(async () => {
      await keepHostileBehind();
      return caughtUp();
    });
    catchUps.push(performance.now() - ready);
    expect(await readHostileBacklog()).toBeGreaterThan(0);
  }
  await until(caughtUp);
  await locking.query("ROLLBACK");

  const { rows } = await client.query(
    "SELECT position::int FROM events WHERE (data->>'postId')::int = $1 AND type = 'PostUpdated' ORDER BY position",
    [idOf(goodPost)],
  );
  expect(good()).toEqual(rows.map(({ position }) => eventIdOf({ position })));
  expect(rows).toHaveLength((poisonKills + randomKills) * perKill);

  const stateOf = async (token: string) => {
    const { viewer } = await ask(url, webhooksOf, {}, token);
    // What was asked for above.
    // biome-ignore lint/suspicious/noExplicitAny: see above
    return new Map<string, any>(
      viewer.webhooks.nodes.map((node: { url: string }) => [new URL(node.url).pathname, node]),
    );
  };
  const theirs = await stateOf(hostile);
  expect(theirs.get("/poison")).toMatchObject({ state: "DISABLED", disabledReason: "UNFILLABLE" });
  const tooBig = theirs.get("/big").deliveries.nodes;
  expect(tooBig.length).toBeGreaterThan(0);
  for (const { attempts } of tooBig) expect(attempts.nodes.at(-1).error).toContain("WEBHOOK_BODY_LIMIT_BYTES");
  expect(receiver.received.all.filter(({ path }) => path === "/poison" || path === "/big")).toEqual([]);
  expect((await stateOf(legitimate)).get("/good")).toMatchObject({ state: "ACTIVE", deliveries: { nodes: [] } });
  const requests = receiver.received.all.filter(({ path }) => path === "/good").length;
  await annotate(
    `${rows.length} events in ${requests} requests, all in order; after a kill all had arrived within ` +
      `${Math.max(...catchUps).toFixed(0)} ms of the new process being ready`,
  );
}, 300_000);
