import { expect, test } from "vitest";
import { removeExpired } from "../../src/services/housekeeping.js";
import { openTestDatabase } from "../harness/database.js";

const dayMs = 86_400_000;

test("housekeeping removes expired keys and sessions long gone, with their tokens, and nothing else", async () => {
  const database = await openTestDatabase();
  const { prisma } = database;
  const now = new Date();
  const at = (days: number) => new Date(now.getTime() + days * dayMs);
  const { id: userId } = await prisma.user.create({ data: { handle: "ada", handleSkeleton: "ada", name: "Ada" } });
  const key = { field: "f", fingerprint: "x", userId, result: {} };
  await prisma.idempotencyKey.create({ data: { ...key, keyHash: "old", expiresAt: at(-1) } });
  await prisma.idempotencyKey.create({ data: { ...key, keyHash: "new", expiresAt: at(1) } });
  const session = async (last: number, expiresAt: Date, revokedAt: Date | null) => {
    const id = `00000000-0000-4000-8000-00000000000${last}`;
    const refreshTokens = { create: { tokenHash: `token ${last}`, createdAt: at(-50) } };
    const times = { createdAt: at(-50), lastUsedAt: at(-50), expiresAt, revokedAt };
    await prisma.session.create({ data: { id, userId, ...times, refreshTokens } });
  };
  await session(1, at(-31), null);
  await session(2, at(-29), null);
  await session(3, at(10), at(-31));
  await session(4, at(10), at(-29));
  await session(5, at(10), null);

  await removeExpired(database.query, now);

  expect((await prisma.idempotencyKey.findMany()).map(({ keyHash }) => keyHash)).toEqual(["new"]);
  const left = await prisma.refreshToken.findMany({ orderBy: { tokenHash: "asc" } });
  expect(left.map(({ tokenHash }) => tokenHash)).toEqual(["token 2", "token 4", "token 5"]);
  await database.close();
});

test("housekeeping removes API keys that have ended long ago, and nothing else", async () => {
  const database = await openTestDatabase();
  const { prisma } = database;
  const now = new Date();
  const at = (days: number) => new Date(now.getTime() + days * dayMs);
  const { id: userId } = await prisma.user.create({ data: { handle: "ada", handleSkeleton: "ada", name: "Ada" } });
  const key = (name: string, expiresAt: Date | null, revokedAt: Date | null) => ({
    ...{ userId, name, scopes: ["READ"], prefix: "parley_", keyHash: name, createdAt: at(-100), expiresAt, revokedAt },
  });
  await prisma.apiKey.createMany({
    data: [
      key("expired long ago", at(-31), null),
      key("revoked long ago", null, at(-31)),
      key("expired", at(-29), null),
      key("revoked", at(10), at(-29)),
      key("good", null, null),
    ],
  });
  await removeExpired(database.query, now);
  const left = await prisma.apiKey.findMany({ orderBy: { id: "asc" } });
  expect(left.map(({ name }) => name)).toEqual(["expired", "revoked", "good"]);
  await database.close();
});

test("housekeeping removes deliveries settled long ago, and keeps those that wait, however old", async () => {
  const database = await openTestDatabase();
  const { prisma } = database;
  const now = new Date();
  const at = (days: number) => new Date(now.getTime() + days * dayMs);
  const { id: ownerId } = await prisma.user.create({ data: { handle: "ada", handleSkeleton: "ada", name: "Ada" } });
  const about = { url: "https://example.org", description: "", subscription: "", secret: "", position: 0 };
  const webhook = { ...about, ownerId, state: "PAUSED", createdAt: at(-90), updatedAt: at(-90) } as const;
  const { id: webhookId } = await prisma.webhook.create({ data: webhook });
  const delivery = (eventId: string, state: "WAITING" | "DELIVERED" | "DEAD", days: number) => ({
    ...{ webhookId, eventId, state, type: "PostCreated", body: "{}", dueAt: at(days), createdAt: at(days) },
  });
  await prisma.webhookDelivery.createMany({
    data: [
      delivery("waiting for months", "WAITING", -60),
      delivery("delivered long ago", "DELIVERED", -31),
      delivery("given up long ago", "DEAD", -31),
      delivery("delivered", "DELIVERED", -29),
      delivery("given up", "DEAD", -29),
    ],
  });
  await removeExpired(database.query, now);
  const left = await prisma.webhookDelivery.findMany({ orderBy: { id: "asc" } });
  expect(left.map(({ eventId }) => eventId)).toEqual(["waiting for months", "delivered", "given up"]);
  await database.close();
});

test("housekeeping removes more rows than one statement takes", async () => {
  const database = await openTestDatabase();
  const { prisma } = database;
  const now = new Date();
  const hook = (n: number, days: number) => ({
    ...{ source: "billing", messageId: String(n), receivedAt: new Date(now.getTime() + days * dayMs) },
  });
  const old = Array.from({ length: 2_500 }, (_, n) => hook(n, -31));
  await prisma.receivedHook.createMany({ data: [...old, hook(2_500, -29)] });
  await removeExpired(database.query, now);
  expect((await prisma.receivedHook.findMany()).map(({ messageId }) => messageId)).toEqual(["2500"]);
  await database.close();
});
