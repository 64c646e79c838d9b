/** Fairness between owners: one owner's load does not delay another's deliveries. */
import { afterEach, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { busy } from "../../src/errors.js";
import { numberEvents } from "../../src/events/event-log.js";
import { createExecute, type Execute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { createFanOut } from "../../src/webhooks/fan-out.js";
import { chance } from "../fault-injection/chance.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { range } from "../subscriptions/log.js";

const schema = await loadSchema();
const now = new Date();
const execute = createExecute(schema);
const [hostile, legitimate] = [1, 2];
/** Of the hostile owner: distinguished from the other's by its operation's name. */
const theirs = "subscription Hostile { postUpdated { id } }";
const plain = "subscription { postUpdated { id } }";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  for (const id of [hostile, legitimate])
    await database.prisma.user.create({
      data: { id, handle: `owner_${id}`, handleSkeleton: `owner_${id}`, name: "U" },
    });
  return () => database.close();
});
afterEach(async () => {
  await database.prisma.webhook.deleteMany();
});

async function makeWebhook(ownerId: number, subscription: string, behind = 0): Promise<number> {
  const head = await database.prisma.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  const texts = { url: "http://127.0.0.1:1/", description: "", subscription, secret: "sealed" };
  const data = { ...texts, ownerId, position: Number(head.position) - behind, createdAt: now, updatedAt: now };
  return Number((await database.prisma.webhook.create({ data })).id);
}

async function makeEvents(count: number): Promise<void> {
  const data = { type: "PostUpdated", data: { postId: 1, authorId: 1 }, occurredAt: now };
  await database.prisma.event.createMany({ data: Array(count).fill(data) });
  await numberEvents(database.query, 100_000);
}

/** `bad` stands for what executing the hostile subscription comes to. */
function filler(bad: Execute, onFannedOut: () => void = () => undefined, leaseMs = 5_000) {
  const { query, prisma } = database;
  const isTheirs = (operation: Parameters<Execute>[0]) =>
    operation.document.definitions.some((each) => "name" in each && each.name?.value === "Hostile");
  const reader = createOperationReader(schema, createDocumentGuard(schema, readConfig({}).limits.document));
  const log = openLog("silent");
  const one: Execute = (operation) => (isTheirs(operation) ? bad(operation) : execute(operation));
  return createFanOut(
    { query, prisma, maxBodyBytes: 262_144, leaseMs, execute: one, reader, log, now: () => now },
    onFannedOut,
  );
}

const ofSize =
  (bytes: number): Execute =>
  async () => ({ data: { postUpdated: { id: "x".repeat(bytes) } } });
const failing: Execute = () => Promise.reject(new RangeError("Invalid string length"));
const countOf = (webhookId: number, state?: "WAITING" | "DEAD") =>
  database.prisma.webhookDelivery.count({ where: { webhookId, ...(state && { state }) } });

test("bodies of any size: those over the limit are dead with the reason, all others wait, of everybody", async ({
  annotate,
}) => {
  const random = chance();
  for (const round of range(1, 4)) {
    const bytes = 2 ** (10 + random.below(14));
    const bad = await Promise.all(range(1, 5).map(() => makeWebhook(hostile, theirs)));
    const good = await makeWebhook(legitimate, plain);
    await makeEvents(20);
    const fill = filler(ofSize(bytes));
    while (await fill());
    await annotate(`round ${round}: five webhooks with bodies of ${bytes} bytes`);
    expect(await countOf(good, "WAITING")).toBe(20);
    for (const id of bad) expect(await countOf(id, bytes < 262_000 ? "WAITING" : "DEAD")).toBe(20);
    const attempts = await database.prisma.webhookAttempt.findMany({ where: { delivery: { webhookId: { in: bad } } } });
    expect(attempts).toHaveLength(bytes < 262_000 ? 0 : 100);
    for (const { error } of attempts) expect(error).toContain("WEBHOOK_BODY_LIMIT_BYTES");
    await database.prisma.webhook.deleteMany();
  }
});

test("a webhook whose execution fails is disabled with the reason; the others of the batch are filled", async () => {
  const bad = await makeWebhook(hostile, theirs);
  const own = await makeWebhook(hostile, plain);
  const good = await makeWebhook(legitimate, plain);
  await makeEvents(60);
  const fill = filler(failing);
  while (await fill());
  expect([await countOf(bad), await countOf(own), await countOf(good)]).toEqual([0, 60, 60]);
  const { state, disabledReason } = await database.prisma.webhook.findUniqueOrThrow({ where: { id: bad } });
  expect([state, disabledReason]).toEqual(["DISABLED", "UNFILLABLE"]);
  const disabled = { where: { type: "WebhookDisabled", data: { path: ["webhookId"], equals: bad } } };
  expect(await database.prisma.event.count(disabled)).toBe(1);
});

test("one whose events can never be written is disabled after the third try, and is not retried forever", async () => {
  const id = await makeWebhook(hostile, "subscription { postLiked { id } }");
  const data = { type: "PostLiked", data: { postId: 1, userId: 999_999 }, occurredAt: now };
  await database.prisma.event.create({ data });
  await numberEvents(database.query, 100_000);
  let rounds = 0;
  for (const fill = filler(execute); await fill(); ) rounds += 1;
  const { state, disabledReason } = await database.prisma.webhook.findUniqueOrThrow({ where: { id } });
  expect([state, disabledReason, await countOf(id)]).toEqual(["DISABLED", "UNFILLABLE", 0]);
  expect(rounds).toBe(4);
});

test("one that its owner moves while it is filled did not fail, however often", async () => {
  // What other tests left unnumbered would come before its events.
  await numberEvents(database.query, 100_000);
  const id = await makeWebhook(hostile, theirs);
  await makeEvents(10);
  const { position } = await database.prisma.webhook.findUniqueOrThrow({ where: { id } });
  let moves = 0;
  let isMoved = false;
  const moving: Execute = async () => {
    if (!isMoved && moves < 5) {
      isMoved = true;
      moves += 1;
      await database.prisma.webhook.update({ where: { id }, data: { position: Number(position) + moves } });
    }
    return { data: { postUpdated: { id: "x" } } };
  };
  for (const fill = filler(moving); await fill(); ) isMoved = false;
  const { state, fanOutTries } = await database.prisma.webhook.findUniqueOrThrow({ where: { id } });
  expect([moves, state, fanOutTries, await countOf(id)]).toEqual([5, "ACTIVE", 0, 5]);
});

test("an outage of the database is no webhook's fault: it is thrown, and afterwards all are filled", async () => {
  const own = await makeWebhook(hostile, theirs);
  const good = await makeWebhook(legitimate, plain);
  await makeEvents(5);
  const outages = [busy(), Object.assign(new Error("read ECONNRESET"), { syscall: "read" })];
  for (const round of range(1, 4)) {
    const outage = outages[round % outages.length] ?? busy();
    await expect(filler(() => Promise.reject(outage))()).rejects.toBe(outage);
  }
  const fill = filler(execute);
  while (await fill());
  expect([await countOf(own), await countOf(good)]).toEqual([5, 5]);
});

test("one with which the process dies again and again goes alone and last, and is disabled after the third time", async () => {
  const [bad = 0] = [await makeWebhook(hostile, theirs), await makeWebhook(hostile, theirs)];
  const good = await makeWebhook(legitimate, plain);
  await makeEvents(10);
  for (const death of range(1, 3)) {
    // The process is gone: what it was at is neither moved nor given back.
    const died = new Promise<void>((resolve) => {
      const never: Execute = () => {
        resolve();
        return new Promise(() => undefined);
      };
      void filler(never, undefined, 0)();
    });
    await died;
    const sum = { where: { ownerId: hostile }, _sum: { fanOutTries: true } } as const;
    // Both at first, with all others; from then on one at a time.
    expect((await database.prisma.webhook.aggregate(sum))._sum.fanOutTries).toBe(death + 1);
    if (death > 2) expect(await countOf(good)).toBe(10);
  }
  const fill = filler(failing, undefined, 0);
  while (await fill());
  const { disabledReason } = await database.prisma.webhook.findUniqueOrThrow({ where: { id: bad } });
  expect(disabledReason).toBe("UNFILLABLE");
  expect(await countOf(good)).toBe(10);
});

test("20,000 events sent again to one owner do not delay another's by more than a round", async ({ annotate }) => {
  await makeEvents(20_000);
  await makeWebhook(hostile, plain, 20_000);
  const good = await makeWebhook(legitimate, plain);
  await makeEvents(1);
  let turns = 0;
  const fill = filler(execute, () => {
    turns += 1;
  });
  const began = performance.now();
  while ((await countOf(good)) === 0) await fill();
  await annotate(`${(performance.now() - began).toFixed(0)} ms, ${turns} turns`);
  expect(turns).toBeLessThanOrEqual(2);
});

test("webhooks of a suspended owner and of a key that ended are not filled", async () => {
  const suspended = await makeWebhook(hostile, plain);
  const keyed = await makeWebhook(legitimate, plain);
  const { prisma } = database;
  const until = new Date(now.getTime() + 60_000);
  await prisma.user.update({ where: { id: hostile }, data: { suspendedUntil: until } });
  const key = { userId: legitimate, name: "k", scopes: [], prefix: "p", keyHash: "h", createdAt: now, revokedAt: now };
  const { id: apiKeyId } = await prisma.apiKey.create({ data: key });
  await prisma.webhook.update({ where: { id: keyed }, data: { apiKeyId } });
  await makeEvents(3);
  const fill = filler(execute);
  while (await fill());
  expect([await countOf(suspended), await countOf(keyed)]).toEqual([0, 0]);
  expect((await prisma.webhook.findUniqueOrThrow({ where: { id: keyed } })).disabledReason).toBe("KEY_ENDED");
  await prisma.user.update({ where: { id: hostile }, data: { suspendedUntil: null } });
  while (await fill());
  expect(await countOf(suspended)).toBeGreaterThanOrEqual(3);
});
