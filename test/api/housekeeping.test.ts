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
