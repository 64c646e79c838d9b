/** Several workers at once: one worker per webhook, one delivery per event. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { numberEvents } from "../../src/events/event-log.js";
import { createExecute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { createDeliveryQueue, type DeliveryQueue } from "../../src/webhooks/delivery-queue.js";
import { createFanOut } from "../../src/webhooks/fan-out.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { until } from "../subscriptions/inbox.js";
import { range } from "../subscriptions/log.js";

const schema = await loadSchema();
const now = new Date();
const later = new Date(now.getTime() + 60_000);
const long = 60_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const user = { handle: "owner", handleSkeleton: "owner", name: "Owner" };
  await database.prisma.user.create({ data: { id: 1, ...user } });
});
afterAll(() => database.close());
afterEach(async () => {
  await database.prisma.webhook.deleteMany();
});

async function makeWebhooks(count: number): Promise<number[]> {
  const head = await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  const subscription = "subscription { postUpdated { id } }";
  const texts = { url: "http://127.0.0.1:1/", description: "", subscription, secret: "sealed" };
  const data = { ...texts, ownerId: 1, position: head.position, createdAt: now, updatedAt: now };
  const made = await database.prisma.webhook.createManyAndReturn({ data: Array(count).fill(data) });
  return made.map(({ id }) => Number(id));
}

async function makeDeliveries(webhookIds: readonly number[], count: number, dueAt = now): Promise<void> {
  const rest = { type: "test", body: "{}", dueAt, createdAt: now };
  const data = webhookIds.flatMap((webhookId) =>
    range(1, count).map((position) => ({ webhookId, position, eventId: `${position}`, ...rest })),
  );
  await database.prisma.webhookDelivery.createMany({ data });
}

const workers = (count: number, leaseMs: number): DeliveryQueue[] =>
  range(1, count).map(() => createDeliveryQueue(database.query, randomUUID(), leaseMs, () => now));

test("eight workers that claim at once get each webhook once, whole and in log order", async () => {
  const ids = await makeWebhooks(40);
  await makeDeliveries(ids.toReversed(), 3);
  const all = workers(8, long);
  const claimed = [];
  while (claimed.length < 40) claimed.push(...(await Promise.all(all.map((each) => each.claim(3, now)))).flat());
  expect(claimed.map(({ webhook }) => webhook.id).sort((a, b) => a - b)).toEqual(ids);
  for (const { due } of claimed) expect(due.map(({ eventId }) => eventId)).toEqual(["1", "2", "3"]);
  expect((await Promise.all(all.map((each) => each.claim(40, now)))).flat()).toEqual([]);
});

test("webhooks that are not due, paused, disabled or behind an open circuit are not claimed", async () => {
  const [due = 0, notYet = 0, paused = 0, disabled = 0, circuitOpen = 0, settled = 0] = await makeWebhooks(6);
  await makeDeliveries([due, paused, disabled, circuitOpen, settled], 1);
  await makeDeliveries([notYet], 1, later);
  const { prisma } = database;
  await prisma.webhook.update({ where: { id: paused }, data: { state: "PAUSED" } });
  await prisma.webhook.update({ where: { id: disabled }, data: { state: "DISABLED" } });
  await prisma.webhook.update({ where: { id: circuitOpen }, data: { circuitOpenUntil: later } });
  await prisma.webhookDelivery.updateMany({ where: { webhookId: settled }, data: { state: "DEAD" } });
  const [worker] = workers(1, long);
  const claim = async (at: Date) =>
    (await worker?.claim(10, at))?.map(({ webhook }) => webhook.id).sort((a, b) => a - b);
  expect(await claim(now)).toEqual([due]);
  expect(await claim(later)).toEqual([notYet, circuitOpen]);
});

test("a webhook changes workers when its lease expires, and not before; renewing keeps it", async () => {
  const [id = 0] = await makeWebhooks(1);
  await makeDeliveries([id], 1);
  const [dead, heir] = workers(2, 300);
  expect(await dead?.claim(1, now)).toHaveLength(1);
  expect(await heir?.claim(1, now)).toEqual([]);
  expect(await dead?.renewLeases()).toEqual([id]);
  await until(async () => (await heir?.claim(1, now))?.length === 1);
  expect(await dead?.renewLeases()).toEqual([]);
  expect(await dead?.read(id, now)).toBeUndefined();
  // What it does not have it cannot give away.
  await dead?.release(id);
  const [other] = workers(1, long);
  expect(await other?.claim(1, now)).toEqual([]);
  await heir?.release(id);
  expect(await other?.claim(1, now)).toHaveLength(1);
});

test.each(["WAITING", "DEAD"] as const)(
  "a failure (%s) that is reported late does not undo DELIVERED",
  async (state) => {
    const [id = 0] = await makeWebhooks(1);
    await makeDeliveries([id], 1);
    const [slow, heir] = workers(2, 0);
    const [late] = (await slow?.claim(1, now)) ?? [];
    const [taken] = (await heir?.claim(1, now)) ?? [];
    const deliveryId = late?.due[0]?.id ?? 0;
    expect(taken?.due[0]?.id).toBe(deliveryId);
    const wasDueAt = now.toISOString();
    const health = { failingSince: null, timeouts: 0, circuitOpenUntil: null };
    const attempt = {
      status: 204,
      error: null,
      isTimeout: false,
      durationMs: 1,
      responseExcerpt: "",
      retryAfter: undefined,
    };
    const success = { state: "DELIVERED", dueAt: now, health, disable: null } as const;
    await heir?.record({ deliveryId, wasDueAt, attempt, decision: success, at: now });
    const failure = { ...success, state, dueAt: later };
    await slow?.record({ deliveryId, wasDueAt, attempt: { ...attempt, status: 500 }, decision: failure, at: now });
    const stored = await database.prisma.webhookDelivery.findUniqueOrThrow({
      where: { id: deliveryId },
      include: { attempts: { orderBy: { id: "asc" } } },
    });
    expect(stored).toMatchObject({ state: "DELIVERED", attemptCount: 1, dueAt: now });
    expect(stored.attempts.map(({ status }) => status)).toEqual([204, 500]);
    expect((await heir?.claim(1, later)) ?? []).toEqual([]);
  },
);

test("an event is a delivery once, however many fill at once, and again only when replayed", async () => {
  const ids = await makeWebhooks(5);
  const data = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: now };
  await database.prisma.event.createMany({ data: Array(120).fill(data) });
  await numberEvents(database.query, 1_000);
  const options = {
    query: database.query,
    prisma: database.prisma,
    maxBodyBytes: 262_144,
    leaseMs: 5_000,
    execute: createExecute(schema),
    reader: createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document)),
    log: openLog("silent"),
    now: () => now,
  };
  const fillAll = async () => {
    const fanOutBatch = createFanOut(options, () => undefined);
    while (await fanOutBatch());
  };
  await Promise.all(range(1, 4).map(fillAll));
  const perWebhook = async () => {
    const groups = await database.prisma.webhookDelivery.groupBy({ by: ["webhookId"], _count: true });
    return groups.map(({ webhookId, _count }) => [Number(webhookId), _count]).sort(([a = 0], [b = 0]) => a - b);
  };
  expect(await perWebhook()).toEqual(ids.map((id) => [id, 120]));
  await database.prisma.webhookDelivery.updateMany({ data: { state: "DELIVERED", attemptCount: 3 } });
  const head = await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  await database.prisma.webhook.update({ where: { id: ids[0] ?? 0 }, data: { position: Number(head.position) - 10 } });
  await Promise.all(range(1, 4).map(fillAll));
  expect(await perWebhook()).toEqual(ids.map((id) => [id, 120]));
  const again = { webhookId: ids[0] ?? 0, state: "WAITING", attemptCount: 0 } as const;
  expect(await database.prisma.webhookDelivery.count({ where: again })).toBe(10);
  expect(await database.prisma.webhookDelivery.count({ where: { state: "WAITING" } })).toBe(10);
});

test("a webhook that was away for longer than the log goes back gets gapAt, and goes on", async () => {
  const [id = 0] = await makeWebhooks(1);
  const { position } = await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  const data = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: now };
  await database.prisma.event.createMany({ data: Array(3).fill(data) });
  await numberEvents(database.query, 1_000);
  await database.prisma.eventHead.update({ where: { id: 1 }, data: { floor: Number(position) + 2 } });
  const options = {
    query: database.query,
    prisma: database.prisma,
    maxBodyBytes: 262_144,
    leaseMs: 5_000,
    execute: createExecute(schema),
    reader: createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document)),
    log: openLog("silent"),
    now: () => now,
  };
  const fanOutBatch = createFanOut(options, () => undefined);
  while (await fanOutBatch());
  const webhook = await database.prisma.webhook.findUniqueOrThrow({ where: { id }, include: { deliveries: true } });
  expect(webhook.gapAt).toEqual(now);
  expect(webhook.deliveries.map((each) => Number(each.position))).toEqual([Number(position) + 3]);
});
