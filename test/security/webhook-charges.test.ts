/** Charges of webhook executions: payer, waiting, and the limit of a replay. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createSecretBox } from "../../src/auth/secret-box.js";
import { numberEvents } from "../../src/events/event-log.js";
import { createExecute, type Execute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { deliverWebhook } from "../../src/webhooks/deliver.js";
import { createDeliveryQueue } from "../../src/webhooks/delivery-queue.js";
import { createFanOut } from "../../src/webhooks/fan-out.js";
import { Isolation } from "../../src/webhooks/isolation.js";
import { defaultTimes } from "../../src/webhooks/retry-policy.js";
import type { WebhookRequest } from "../../src/webhooks/sender.js";
import { newWebhookSecret, webhookSecretPurpose } from "../../src/webhooks/signature.js";
import { chance } from "../fault-injection/chance.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { startTestServer } from "../harness/server.js";
import { Inbox } from "../subscriptions/inbox.js";
import { cursorAt, range, settledHead, write } from "../subscriptions/log.js";
import { capacity, type Metering, nextTurn, openMetering, pointsPerSecond } from "./metering.js";

const schema = await loadSchema();
const execute = createExecute(schema);
const now = new Date();
const log = openLog("silent");
const box = createSecretBox(Buffer.alloc(32, 7));
const secret = box.seal(newWebhookSecret(), webhookSecretPurpose);
const owners = range(1, 5);
/** Blocks somebody: lists are executed for this owner alone. */
const blocker = 5;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const { prisma } = database;
  for (const id of owners)
    await prisma.user.create({ data: { id, handle: `owner_${id}`, handleSkeleton: `owner_${id}`, name: "U" } });
  await prisma.block.create({ data: { blockerId: blocker, blockedId: 2, createdAt: now } });
});
afterAll(() => database.close());
afterEach(async () => {
  await database.prisma.webhook.deleteMany();
});

const withFields = (width: number) =>
  `subscription { postUpdated { ${range(1, width)
    .map((n) => `a${n}: post { id }`)
    .join(" ")} } }`;
const withList = "subscription { postUpdated { post { comments(first: 1) { nodes { id } } } } }";

async function makeWebhook(ownerId: number, subscription: string): Promise<number> {
  const { position } = await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  const texts = { url: "http://127.0.0.1:1/", description: "", subscription, secret };
  const data = { ...texts, ownerId, position, createdAt: now, updatedAt: now };
  return Number((await database.prisma.webhook.create({ data })).id);
}

async function makeEvents(count: number): Promise<void> {
  const data = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: now };
  await database.prisma.event.createMany({ data: Array(count).fill(data) });
  await numberEvents(database.query, 100_000);
}

/** What webhooks are filled and delivered with; counts the points of what is executed. */
function worker({ limiter, limits }: Metering) {
  const reader = createOperationReader(schema, createDocumentGuard(schema, limits.document));
  const costs = new Map<unknown, number>();
  let executed = 0;
  const counting: Execute = (operation) => {
    executed += costs.get(operation.document) ?? Number.NaN;
    return execute(operation);
  };
  const { query, prisma } = database;
  const reading: typeof reader = {
    ...reader,
    read(asked, viewer) {
      const operation = reader.read(asked, viewer);
      costs.set(operation.document, operation.cost);
      return operation;
    },
  };
  const parts = { query, prisma, execute: counting, reader: reading, log, meterOf: limiter.meterOf };
  const options = { ...parts, maxBodyBytes: 262_144, leaseMs: 5_000, now: () => now };
  const costOf = (subscription: string) => reader.read({ query: subscription }, null).cost;
  return { options, fill: createFanOut(options, () => undefined), executedPoints: () => executed, costOf };
}

const deliveriesOf = async (webhookId: number) => {
  const found = await database.prisma.webhookDelivery.findMany({ where: { webhookId }, orderBy: { id: "asc" } });
  return found.map(({ position }) => Number(position));
};
const positionNow = async () =>
  Number((await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } })).position);

test("whatever mix of webhooks there is, their owners pay what was executed, and each its part", async ({
  annotate,
}) => {
  const random = chance();
  for (const round of range(1, 6)) {
    const metering = openMetering({ userPoints: 1e9 });
    const { fill, executedPoints, costOf } = worker(metering);
    const documents = [withList, ...range(1, 1 + random.below(3)).map(withFields)];
    const webhooks = range(1, 3 + random.below(8)).map(() => ({
      ownerId: 1 + random.below(owners.length),
      document: documents[random.below(documents.length)] ?? withList,
    }));
    for (const { ownerId, document } of webhooks) await makeWebhook(ownerId, document);
    const count = 1 + random.below(80);
    await makeEvents(count);
    while (await fill());
    await metering.clock.end();
    const total = [...metering.paid.values()].reduce((sum, points) => sum + points, 0);
    await annotate(`round ${round}: ${webhooks.length} webhooks, ${count} events, ${total} points`);
    expect(total).toBeCloseTo(executedPoints(), 3);
    for (const id of owners) {
      const parts = webhooks
        .filter(({ ownerId }) => ownerId === id)
        .map(({ document }) => {
          const sharers = webhooks.filter((each) => each.document === document).length;
          const own = id === blocker && document === withList ? 1 : 0;
          return count * costOf(document) * (1 / sharers + own);
        });
      const expected = parts.reduce((sum, part) => sum + part, 0);
      expect(metering.paid.get(`user:${id}`) ?? 0).toBeCloseTo(expected, 3);
    }
    await database.prisma.webhook.deleteMany();
  }
});

test("a replay executes what is in its owner's bucket and what it refills, loses nothing, and delays nobody", async ({
  annotate,
}) => {
  const random = chance();
  for (const round of range(1, 3)) {
    const metering = openMetering();
    const { clock } = metering;
    const { fill, executedPoints, costOf } = worker(metering);
    const theirs = withFields(15 + random.below(10));
    const replayed = 150 + random.below(100);
    const bad = await makeWebhook(1, theirs);
    const began = await positionNow();
    await makeEvents(replayed);
    const good = await makeWebhook(2, withFields(1));
    await makeEvents(1);
    // The clock stands still until nothing can go on.
    while (await fill());
    expect(await deliveriesOf(good)).toEqual([began + replayed + 1]);
    const ofGood = costOf(withFields(1));
    const total = (replayed + 1) * costOf(theirs);
    // The bucket is looked at after 1, 4, 16 and 29 of the 50 events of a turn.
    const ahead = 29 * costOf(theirs);
    expect((await deliveriesOf(bad)).length).toBeLessThan(replayed);
    let rounds = 0;
    while ((await deliveriesOf(bad)).length <= replayed) {
      const mayBe = capacity + (clock.ms / 1_000) * pointsPerSecond + ahead;
      expect(executedPoints() - ofGood).toBeLessThanOrEqual(mayBe);
      clock.pass(1_000 + random.below(40_000));
      while (await fill());
      rounds += 1;
    }
    await annotate(`round ${round}: ${total} points in ${clock.ms / 1_000} s, ${rounds} looks`);
    expect(await deliveriesOf(bad)).toEqual(range(began + 1, began + replayed + 1));
    expect(executedPoints() - ofGood).toBe(total);
    await database.prisma.webhook.deleteMany();
  }
});

test("a body that is executed again waits for points, in order; the worker's stop ends the wait", async () => {
  const metering = openMetering();
  const { options, fill, executedPoints } = worker(metering);
  const poor = await makeWebhook(1, withFields(10));
  await makeEvents(8);
  while (await fill());
  const caller = { viewer: { id: 1, role: "USER" as const }, address: "" };
  const meter = metering.limiter.meterOf(caller);
  meter.record(capacity * 2);
  const filled = executedPoints();
  const posted = new Inbox<WebhookRequest>();
  const sender = {
    async post(posting: WebhookRequest) {
      posted.push(posting);
      const answer = { status: 204, error: null, isTimeout: false, durationMs: 1, responseExcerpt: "" };
      return { ...answer, retryAfter: undefined };
    },
    close: () => undefined,
  };
  // An hour later: what is sent is executed again.
  const later = () => new Date(now.getTime() + 3_600_000);
  const queue = createDeliveryQueue(database.query, randomUUID(), 60_000, later);
  const parts = {
    ...options,
    box,
    sender,
    now: later,
    random: () => 0.5,
    times: defaultTimes,
    isolation: new Isolation(),
  };
  const waits: boolean[] = [];
  const deliver = async (stop: AbortSignal) => {
    const [claimed] = await queue.claim(10, later());
    if (claimed === undefined) throw new Error("there is a webhook to claim");
    await deliverWebhook(parts, queue, claimed, {
      stop,
      cut: new AbortController().signal,
      onWaiting: (isWaiting) => waits.push(isWaiting),
    });
    await queue.release(claimed.webhook.id);
  };
  const stop = new AbortController();
  const stopped = deliver(stop.signal);
  while (waits.length === 0) await nextTurn();
  stop.abort();
  await stopped;
  expect([posted.all.length, executedPoints()]).toEqual([0, filled]);
  // Others may run in its place meanwhile.
  expect(waits).toEqual([true, false]);
  const delivering = deliver(new AbortController().signal);
  let isDone = false;
  void delivering.then(() => {
    isDone = true;
  });
  while (!isDone) {
    metering.clock.next();
    await nextTurn();
  }
  const { length } = posted.all;
  const events = await database.prisma.webhookDelivery.findMany({ where: { webhookId: poor }, orderBy: { id: "asc" } });
  expect(posted.all.map(({ headers }) => headers["webhook-id"])).toEqual(events.map(({ eventId }) => eventId));
  expect([length, executedPoints()]).toEqual([8, filled * 2]);
  // It was overdrawn by its size: that, and what is kept for requests, had to be refilled.
  expect(metering.clock.ms / 1_000).toBeGreaterThanOrEqual((1.1 * capacity) / pointsPerSecond - 1);
});

test("a replay goes back as far as the setting says, and the refusal names it and what was asked for", async () => {
  const server = await startTestServer({ config: { webhookReplayEvents: 5 } });
  const ada = await server.signUp("ada");
  const create = `mutation { createWebhook(input: { url: "https://example.org/", subscription: "subscription { postLiked { id } }" }) { webhook { id } } }`;
  const { body } = await server.graphql(create, {}, { token: ada.token });
  const { id } = body.data.createWebhook.webhook;
  // All by users that exist: nothing is filled of others.
  const names = range(2, 9).map((number) => `user_${number}`);
  await server.database.prisma.user.createMany({
    data: names.map((name) => ({ handle: name, handleSkeleton: name, name })),
  });
  await write(server.database, 1, 9);
  const head = await settledHead(server);
  while (Number((await server.database.prisma.webhook.findFirstOrThrow()).position) < head) await nextTurn();
  const replay = async (back: number) => {
    const query =
      "mutation ($input: ReplayWebhookInput!) { replayWebhook(input: $input) { webhook { id } userErrors { code field message } } }";
    const input = { webhookId: id, after: await cursorAt(server.database, head - back) };
    return (await server.graphql(query, { input }, { token: ada.token })).body.data.replayWebhook;
  };
  expect(await replay(6)).toMatchObject({
    webhook: null,
    userErrors: [
      {
        code: "INVALID",
        field: ["input", "after"],
        message: expect.stringMatching(/at most 5 .*WEBHOOK_REPLAY_LIMIT.* got 6/),
      },
    ],
  });
  expect(await replay(5)).toEqual({ webhook: { id }, userErrors: [] });
  await server.close();
});
