/** kill -9 of the instance that delivers webhooks, with a failing, hanging, restarting receiver. */
import { expect, onTestFinished, test } from "vitest";
import { parseIdOf, toGlobalId } from "../../src/db/global-id.js";
import { eventIdOf } from "../../src/events/event.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { ServerProcess } from "../harness/process.js";
import { ask, connection, postgresDatabase, signUp, writePost } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";
import { accept, type Behaviour, startReceiver } from "../webhooks/receiver.js";
import { chance } from "./chance.js";
import { startDelivering } from "./deliverer.js";

const events = campaignSize(1_000, 300);
const kills = campaignSize(10, 3);
const webhooks = 4;
/** After these kills the receiver starts again, too. */
const restarts = campaignSize([3, 7], [2]);

/** The schedule of a day in seconds; all else as it is. */
const times = {
  retryWaitsMs: [5, 50, 100, 200, 300, 400, 500, 600, 700],
  answerTimeoutMs: 200,
  circuitOpenMs: 100,
  leaseMs: 1_000,
  pollMs: 50,
};

const create = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret userErrors { message } } }`;
const deadOnes = `{ viewer { webhooks { nodes { deliveries(state: DEAD, first: 100) { nodes { id } } } } } }`;
const again = `mutation ($input: RedeliverInput!) { redeliver(input: $input) { userErrors { message } } }`;

test(`${events} events arrive at a bad receiver, while the instance that delivers them is killed ${kills} times`, async ({
  annotate,
}) => {
  const began = performance.now();
  const random = chance();
  const databaseUrl = await postgresDatabase("migrated");
  const client = await connection(databaseUrl);
  const count = async (where: string) => {
    const { rows } = await client.query(`SELECT count(*)::int AS count FROM ${where}`);
    return rows[0].count as number;
  };
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());

  const { server, startDeliverer } = await startDelivering(databaseUrl, times);
  const { url } = server;
  const token = await signUp(url, "owner");
  const posts: string[] = [];
  for (let index = 0; index < webhooks; index += 1) {
    const post = await writePost(url, token);
    const subscription = `subscription { postUpdated(postId: "${post}") { id cursor post { title } } }`;
    const input = { url: receiver.url.replace("hook", String(index)), subscription };
    const { createWebhook } = await ask(url, create, { input }, token);
    receiver.secrets.set(`/${index}`, createWebhook.secret);
    posts.push(post);
  }

  const names = ["deliverer_1", "deliverer_2"];
  const running = new Map<string, ServerProcess>();
  const start = async (name: string) => {
    running.set(name, await startDeliverer(name));
  };
  onTestFinished(async () => {
    for (const instance of running.values()) await instance.close();
  });
  for (const name of names) await start(name);
  /** Who fills, and is woken first: the one that delivers most. */
  const delivering = async () => {
    const { rows } = await client.query(`SELECT a.application_name AS name FROM pg_locks AS l
        JOIN pg_stat_activity AS a USING (pid)
        WHERE l.locktype = 'advisory' AND l.objid = 7236146 AND a.datname = current_database()`);
    return names.find((name) => name === rows[0]?.name);
  };

  const accepted: string[] = [];
  const bad: Behaviour = (received, response, request) => {
    const luck = random.below(100);
    if (luck < 50) response.writeHead(500).end();
    else if (luck < 54) response.destroy();
    else if (luck < 56) request.pause();
    else {
      accepted.push(received.id);
      response.writeHead(204).end();
    }
  };
  receiver.behave(bad);
  const perKill = events / kills;
  for (let kill = 1; kill <= kills; kill += 1) {
    await client.query(
      `INSERT INTO events (type, data, occurred_at)
          SELECT 'PostUpdated', jsonb_build_object('postId', ($2::int8[])[1 + i % $3], 'authorId', 1), now()
          FROM generate_series(1, $1::int) AS i`,
      [perKill, posts.map((post) => parseIdOf("Post", post)), webhooks],
    );
    await receiver.received.first(receiver.received.all.length + 1 + random.below(perKill));
    let name: string | undefined;
    await until(async () => {
      name = await delivering();
      return name !== undefined;
    });
    const victim = running.get(name ?? "");
    victim?.kill("SIGKILL");
    await victim?.exit;
    if (restarts.includes(kill)) await receiver.restart();
    await start(name ?? "");
  }

  const settled = async () => (await count("webhook_deliveries")) === events && (await count(waiting)) === 0;
  await until(settled);
  receiver.behave((received, response, request) => {
    accepted.push(received.id);
    accept(received, response, request);
  });
  const readDead = async (): Promise<string[]> => {
    const { viewer } = await ask(url, deadOnes, {}, token);
    return viewer.webhooks.nodes.flatMap((node: { deliveries: { nodes: { id: string }[] } }) =>
      node.deliveries.nodes.map(({ id }) => id),
    );
  };
  let redelivered = 0;
  // On a busy machine the answer to one that is sent again may be too late as well.
  for (let dead = await readDead(); dead.length > 0; dead = await readDead()) {
    for (const deliveryId of dead) await ask(url, again, { input: { deliveryId } }, token);
    redelivered += dead.length;
    await until(settled);
  }
  expect(await count("webhook_deliveries WHERE state = 'DELIVERED'")).toBe(events);

  const { rows } = await client.query("SELECT position::int FROM events WHERE type = 'PostUpdated' ORDER BY position");
  const expected = rows.map(({ position }) => eventIdOf({ position }));
  expect(expected).toHaveLength(events);
  expect(new Set(accepted)).toEqual(new Set(expected));
  // One delivery for each event, under its own id: those accepted more than once are the duplicates.
  const { rows: ids } = await client.query(`SELECT event_id AS id FROM webhook_deliveries`);
  expect(ids.map(({ id }) => id).sort()).toEqual([...expected].sort());
  expect(posts).toContain(toGlobalId("Post", 1));
  const duplicates = accepted.length - events;
  const attempts = await count("webhook_attempts");
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  await annotate(
    `${events} events, ${kills} kills, ${restarts.length} restarts of the receiver: all arrived, ${duplicates} accepted ` +
      `twice, ${receiver.received.all.length} requests, ${attempts} attempts written down, ${redelivered} dead and sent again; ${seconds} s`,
  );
}, 300_000);

const waiting = "webhook_deliveries WHERE state = 'WAITING'";
