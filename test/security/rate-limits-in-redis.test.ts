/** Rate limits shared through Redis, and during its outage. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ParleyError } from "../../src/errors.js";
import { openLog } from "../../src/log.js";
import { createRateLimiter } from "../../src/rate-limit/rate-limit.js";
import { connectRedisBuckets, type RedisBuckets } from "../../src/rate-limit/redis-buckets.js";
import { createMemoryBuckets } from "../../src/rate-limit/token-bucket.js";
import { chance } from "../fault-injection/chance.js";
import { limitsWith } from "../harness/limits.js";

const redisUrl = process.env.PARLEY_TEST_REDIS;
const now = () => new Date();
const size = { capacity: 100, pointsPerSecond: 0.001 };
const open: RedisBuckets[] = [];
afterEach(() => {
  for (const buckets of open.splice(0)) buckets.close();
});

async function connect(url: string, prefix: string): Promise<RedisBuckets> {
  const buckets = connectRedisBuckets({
    url,
    prefix,
    meanwhile: createMemoryBuckets(now),
    now,
    log: openLog("silent"),
  });
  open.push(buckets);
  return buckets;
}

/** Asks until the connection stands. */
async function connected(prefix: string): Promise<RedisBuckets> {
  const buckets = await connect(redisUrl ?? "", prefix);
  for (;;) {
    try {
      await buckets.takeOrFail(`warm-up ${randomUUID()}`, 1, size);
      return buckets;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describe.skipIf(redisUrl === undefined)("through Redis", () => {
  test("instances take from the same bucket, and never more than is in it", async () => {
    const prefix = `test:${randomUUID()}:`;
    const [one, other] = [await connected(prefix), await connected(prefix)];
    const all = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? one : other).take("a", 3, size));
    const taken = await Promise.all(all);
    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(33);
    const refused = taken.find(({ isAllowed }) => !isAllowed);
    expect(refused?.left).toBeCloseTo(1, 1);
    expect(refused?.retryAfterSeconds).toBeGreaterThan(1_900);
  });

  test("a bucket fills again with time, and is forgotten when it is full", async () => {
    const buckets = await connected(`test:${randomUUID()}:`);
    const fast = { capacity: 10, pointsPerSecond: 1_000 };
    await buckets.take("a", 10, { ...fast, pointsPerSecond: 0.001 });
    expect((await buckets.take("a", 10, { ...fast, pointsPerSecond: 0.001 })).isAllowed).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect((await buckets.take("a", 10, fast)).isAllowed).toBe(true);
  });

  test("a bucket with a floor, or overdrawn, is the same as one in memory", async () => {
    const buckets = await connected(`test:${randomUUID()}:`);
    const memory = createMemoryBuckets(now);
    const random = chance();
    const still = { capacity: 100, pointsPerSecond: 1e-6 };
    for (let n = 0; n < 200; n += 1) {
      const [key, points, force, floor] = [
        `${random.below(5)}`,
        random.below(40),
        random.below(3) === 0,
        random.below(3) * 50 - 100,
      ];
      const [shared, own] = [
        await buckets.take(key, points, still, force, floor),
        await memory.take(key, points, still, force, floor),
      ];
      expect(shared.isAllowed).toBe(own.isAllowed);
      expect(shared.left).toBeCloseTo(own.left, 3);
      expect(buckets.isEmpty(key, still)).toBe(memory.isEmpty(key, still));
      expect(buckets.isEmpty(key, still, 0)).toBe(memory.isEmpty(key, still, 0));
    }
  });

  test("one that is known to be empty is refused without asking", async () => {
    const buckets = await connected(`test:${randomUUID()}:`);
    expect(buckets.isEmpty("a", size)).toBe(false);
    await buckets.take("a", 1_000, size, true);
    expect(buckets.isEmpty("a", size)).toBe(true);
  });
});

test("while Redis is away, operations are counted by each instance and passwords are not checked", async () => {
  // A port on which nobody listens.
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 1));
    });
  });
  const shared = await connect(`redis://127.0.0.1:${port}`, "test:");
  const { rate } = limitsWith({ visitorPoints: 100 });
  const limiter = createRateLimiter({ limits: rate, maxCost: 100, buckets: shared, shared });
  const visitor = { viewer: null, address: "192.0.2.1" };
  expect(await limiter.charge(visitor, 60)).toContainEqual(["ratelimit", expect.stringMatching(/^"visitor";r=40;/)]);
  await expect(limiter.charge(visitor, 60)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  const refused = await limiter.checkPassword(visitor, "ada@example.org").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ParleyError);
  expect(refused).toMatchObject({
    code: "RATE_LIMITED",
    message: expect.stringContaining("cannot be checked at the moment"),
  });
});
