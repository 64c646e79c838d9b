/** Re-executed events may fail or crash the process without effect on others; the owner sees the reason. */
import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createSecretBox } from "../../src/auth/secret-box.js";
import { readConfig } from "../../src/config/config.js";
import { busy } from "../../src/errors.js";
import { numberEvents, pruneEvents } from "../../src/events/event-log.js";
import { createExecute, type Execute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { deliverWebhook } from "../../src/webhooks/deliver.js";
import { createDeliveryQueue } from "../../src/webhooks/delivery-queue.js";
import { Isolation } from "../../src/webhooks/isolation.js";
import { defaultTimes } from "../../src/webhooks/retry-policy.js";
import type { WebhookSender } from "../../src/webhooks/sender.js";
import { newWebhookSecret, webhookSecretPurpose } from "../../src/webhooks/signature.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { range } from "../subscriptions/log.js";

const schema = await loadSchema();
const execute = createExecute(schema);
const box = createSecretBox(randomBytes(32));
const start = new Date();
const subscription = "subscription { postUpdated { id } }";
const never = new AbortController().signal;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const user = { handle: "owner", handleSkeleton: "owner", name: "Owner" };
  await database.prisma.user.create({ data: { id: 1, ...user } });
  return () => database.close();
});
afterEach(async () => {
  await database.prisma.webhook.deleteMany();
});

/** A webhook with deliveries that failed before: their events are executed again. */
async function failedBefore(count: number): Promise<{ readonly webhookId: number; readonly ids: readonly number[] }> {
  const { prisma, query } = database;
  const texts = { url: "http://receiver.test/", description: "", subscription };
  const secret = box.seal(newWebhookSecret(), webhookSecretPurpose);
  const data = { ...texts, secret, ownerId: 1, position: 0, createdAt: start, updatedAt: start };
  const { id: webhookId } = await prisma.webhook.create({ data, select: { id: true } });
  const event = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: start };
  await prisma.event.createMany({ data: Array(count).fill(event) });
  const events = await numberEvents(query, count);
  const rest = {
    webhookId,
    type: "post.updated",
    body: '{"stored":true}',
    attemptCount: 1,
    dueAt: start,
    createdAt: start,
  };
  const made = await prisma.webhookDelivery.createManyAndReturn({
    data: events.map(({ position }) => ({
      ...rest,
      position,
      eventId: `${position}`,
      eventData: event.data,
      occurredAt: start,
    })),
    select: { id: true },
  });
  return { webhookId: Number(webhookId), ids: made.map(({ id }) => Number(id)) };
}

/** One pass over all webhooks by a worker of its own, at a given time. */
async function deliver(one: Execute, now: Date, isolation = new Isolation()): Promise<string[]> {
  const { query, prisma } = database;
  const sent: string[] = [];
  const sender: WebhookSender = {
    async post({ body }) {
      sent.push(body);
      return { status: 204, error: null, isTimeout: false, durationMs: 1, responseExcerpt: "", retryAfter: undefined };
    },
    close: () => undefined,
  };
  const reader = createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document));
  const limits = { maxBodyBytes: 262_144, times: defaultTimes, random: () => 0.5, now: () => now };
  const options = { query, prisma, box, sender, reader, isolation, log: openLog("silent"), execute: one, ...limits };
  const queue = createDeliveryQueue(query, randomUUID(), 0, () => now);
  for (const claimed of await queue.claim(100, now))
    await deliverWebhook(options, queue, claimed, { stop: never, cut: never, onWaiting: () => undefined });
  return sent;
}

const days = (count: number) => new Date(start.getTime() + count * 86_400_000);
const stored = (id: number) =>
  database.prisma.webhookDelivery.findUniqueOrThrow({
    where: { id },
    include: { attempts: { orderBy: { id: "asc" } } },
  });

/** Executes all but the events of one delivery. */
const failingFor =
  (eventId: string, fail: () => ReturnType<Execute>): Execute =>
  (operation) =>
    `${(operation.rootValue as { position: number }).position}` === eventId ? fail() : execute(operation);

test("one that throws is a failed attempt with the reason, again and again by the schedule, then dead; the others are sent", async () => {
  const { webhookId, ids } = await failedBefore(3);
  const [first = 0, poison = 0, last = 0] = ids;
  const { eventId } = await stored(poison);
  const failing = failingFor(eventId, () => Promise.reject(new RangeError("Invalid string length")));
  expect(await deliver(failing, start)).toHaveLength(2);
  expect(await stored(first)).toMatchObject({ state: "DELIVERED" });
  expect(await stored(last)).toMatchObject({ state: "DELIVERED" });
  const waiting = await stored(poison);
  expect(waiting).toMatchObject({ state: "WAITING", attemptCount: 2 });
  expect(waiting.dueAt.getTime()).toBeGreaterThan(start.getTime());
  for (const day of range(1, 20)) expect(await deliver(failing, days(day))).toEqual([]);
  const dead = await stored(poison);
  expect(dead.state).toBe("DEAD");
  expect(dead.attempts).toHaveLength(defaultTimes.retryWaitsMs.length);
  for (const { error, status } of dead.attempts) {
    expect(status).toBeNull();
    expect(error).toBe("the event could not be executed: it was not sent");
  }
  // It is no fault of the endpoint.
  const webhook = await database.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } });
  expect(webhook).toMatchObject({ state: "ACTIVE", failingSince: null });
});

test("an outage while it is executed is thrown, and counts for nothing", async () => {
  const { ids } = await failedBefore(1);
  const outage = busy();
  await expect(deliver(() => Promise.reject(outage), start)).rejects.toBe(outage);
  expect(await stored(ids[0] ?? 0)).toMatchObject({
    state: "WAITING",
    attemptCount: 1,
    executionTries: 0,
    attempts: [],
  });
  expect(await deliver(execute, start)).toHaveLength(1);
});

test("one with which the process dies is given up the third time, with the reason; those that were executed beside it are not", async () => {
  const { ids } = await failedBefore(1);
  const { ids: innocents } = await failedBefore(1);
  const [poison = 0] = ids;
  const [innocent = 0] = innocents;
  const { eventId } = await stored(poison);
  for (const _ of range(1, 3)) {
    // The process is gone: the execution never ends.
    const died = new Promise<void>((resolve) => {
      const dying = failingFor(eventId, () => {
        resolve();
        return new Promise(() => undefined);
      });
      void deliver(dying, start);
    });
    await died;
  }
  expect((await stored(poison)).executionTries).toBe(3);
  await deliver(execute, start);
  const dead = await stored(poison);
  expect(dead.state).toBe("DEAD");
  expect(dead.attempts.at(-1)?.error).toContain("the server stopped 3 times in a row");
  expect(await stored(innocent)).toMatchObject({ state: "DELIVERED" });
});

test("suspect work waits for what runs, runs alone, and what comes later waits for it", async () => {
  const isolation = new Isolation();
  const order: string[] = [];
  const step = (name: string, isSuspect: boolean) =>
    isolation.run(isSuspect, async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
      if (name === "suspect") throw new Error("as feared");
    });
  const all = await Promise.allSettled([step("a", false), step("b", false), step("suspect", true), step("c", false)]);
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(order.slice(0, 2).sort()).toEqual(["a begins", "b begins"]);
  expect(order.slice(4)).toEqual(["suspect begins", "suspect ends", "c begins", "c ends"]);
});

test("the last attempt of the schedule is sent although the log has pruned its event", async () => {
  const { ids } = await failedBefore(2);
  const [held = 0, older = 0] = ids;
  // Written before deliveries held their events.
  await database.prisma.$executeRaw`UPDATE webhook_deliveries SET event_data = NULL WHERE id = ${older}`;
  await pruneEvents(database.query, days(1), 10_000);
  const [sent, ...others] = await deliver(execute, days(4));
  expect(others).toEqual([]);
  expect(JSON.parse(sent ?? "{}")).toMatchObject({
    type: "post.updated",
    data: { postUpdated: { id: expect.any(String) } },
  });
  expect((await stored(held)).state).toBe("DELIVERED");
  const dead = await stored(older);
  expect([dead.state, dead.body]).toEqual(["DEAD", "{}"]);
  expect(dead.attempts.at(-1)?.error).toContain("has expired from the log");
});
