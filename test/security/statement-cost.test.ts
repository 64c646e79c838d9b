/** Database time of one caller is bounded, however large the tables are. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StatementLimits } from "../../src/config/limits.js";
import type { Database, OnMeasured, Query } from "../../src/db/database.js";
import { ParleyError } from "../../src/errors.js";
import { createRateLimiter } from "../../src/rate-limit/rate-limit.js";
import { StatementTime } from "../../src/rate-limit/statement-time.js";
import { createMemoryBuckets } from "../../src/rate-limit/token-bucket.js";
import { lockTable } from "../deadlines/locks.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { TestDatabase } from "../harness/database.js";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
const start = new Date("2026-11-29T12:00:00Z");
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A statement in a database that takes as long as it is told. */
interface FakeStatement {
  readonly ms: number;
  readonly end: () => void;
}

describe("in a model of a minute", () => {
  const rate = limitsWith({ visitorPoints: 1_000 }, { cost: 1_000 }).rate;
  const caller = { viewer: null, address: "192.0.2.1" };

  test.each(Array.from({ length: campaignSize(1_000, 40) }, (_, n) => seed + n))(
    "what a flood of statements takes is bounded (seed %i)",
    async (seedOfOne) => {
      const random = new Random(seedOfOne);
      let clock = start.getTime();
      const now = () => new Date(clock);
      const limits: StatementLimits = {
        includedMs: random.pick([0, 100, 1_000]),
        pointsPerSecond: random.pick([1_000, 20_000]),
        perCaller: random.integer(1, 4),
        searchTimeoutMs: 1_000,
      };
      const limiter = createRateLimiter({ limits: rate, maxCost: 1_000, buckets: createMemoryBuckets(now) });
      const time = new StatementTime({ limiter, limits, maxWaiting: 1_000, now });
      const maxMs = random.pick([5, 50, 1_000]);
      const running = new Set<FakeStatement>();
      let bought = 0;
      let maxRunning = 0;

      const statement = (onMeasured: OnMeasured) =>
        new Promise<void>((resolve) => {
          const ms = random.integer(1, maxMs);
          const one = {
            ms,
            end() {
              running.delete(one);
              bought += ms;
              onMeasured(ms);
              resolve();
            },
          };
          running.add(one);
          maxRunning = Math.max(maxRunning, running.size);
        });
      const request = async () => {
        try {
          limiter.assertNotExhausted(caller);
          await limiter.charge(caller, 1);
          const run = time.of(caller);
          for (let n = random.integer(1, 3); n > 0; n -= 1) await run?.(statement, undefined);
        } catch (error) {
          // Or too many wait: by hand, for `expect` takes longer than all else.
          if (!(error instanceof ParleyError && (error.code === "RATE_LIMITED" || error.code === "BUSY"))) throw error;
        }
      };

      const sent: Promise<void>[] = [];
      while (clock < start.getTime() + 60_000) {
        for (let n = random.integer(1, 20); n > 0; n -= 1) sent.push(request());
        await turn();
        for (const one of [...running]) if (random.isTrue(0.7)) one.end();
        clock += random.integer(100, 1_500);
      }
      do {
        for (const one of [...running]) one.end();
        await turn();
      } while (running.size > 0);
      await Promise.all(sent);

      // The included time and what flows into it; a full bucket, what flows into it, what it may be overdrawn by; and
      // what ran when it was. Little is not debited at once. The clock may have run on for a moment longer than a minute.
      const included = 2.1 * limits.includedMs;
      const unsettled = 100;
      const paid = ((3.1 * 1_000 + unsettled) * 1_000) / limits.pointsPerSecond;
      expect(bought).toBeLessThanOrEqual(included + paid + limits.perCaller * maxMs);
      expect(maxRunning).toBeLessThanOrEqual(limits.perCaller);
    },
  );

  test("others are not made to wait, nor charged", async () => {
    const now = () => start;
    const limits = { includedMs: 0, pointsPerSecond: 1_000, perCaller: 1, searchTimeoutMs: 1_000 };
    const limiter = createRateLimiter({ limits: rate, maxCost: 1_000, buckets: createMemoryBuckets(now) });
    const time = new StatementTime({ limiter, limits, maxWaiting: 10, now });
    let end: () => void = () => undefined;
    const slow = time.of(caller)?.((onMeasured) => {
      return new Promise<void>((resolve) => {
        end = () => {
          onMeasured(60_000);
          resolve();
        };
      });
    }, undefined);
    const waiting = time.of(caller)?.(async () => "run", undefined);
    const other = { viewer: null, address: "192.0.2.2" };
    expect(await time.of(other)?.(async () => "run", undefined)).toBe("run");
    end();
    await slow;
    await expect(waiting).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
    expect(() => limiter.assertNotExhausted(caller)).toThrow("no points are left");
    expect(() => limiter.assertNotExhausted(other)).not.toThrow();
  });
});

test("a bucket is overdrawn by its capacity at most, and a failure forgives nothing of it", async () => {
  let clock = start.getTime();
  const buckets = createMemoryBuckets(() => new Date(clock));
  const { rate } = limitsWith({ visitorPoints: 600 }, { cost: 600 });
  const limiter = createRateLimiter({ limits: rate, maxCost: 600, buckets });
  const caller = { viewer: null, address: "192.0.2.1" };
  limiter.meterOf(caller).record(1_000_000);
  limiter.chargeFailure(caller);
  expect(() => limiter.checkBalance(caller)).toThrow("Rate limit exceeded");
  clock += 59_900;
  expect(() => limiter.assertNotExhausted(caller)).toThrow("Rate limit exceeded");
  expect(() => limiter.checkBalance(caller)).toThrow("Rate limit exceeded");
  clock += 200;
  expect(() => limiter.checkBalance(caller)).not.toThrow();
  clock += 10_000;
  expect(() => limiter.assertNotExhausted(caller)).not.toThrow();
  const headers = await limiter.charge(caller, 50);
  expect(headers).toContainEqual(["ratelimit", expect.stringMatching(/^"visitor";r=5[01];/)]);
});

/** Adds up how long statements keep the database busy. */
class Watch {
  ms = 0;

  seed(database: TestDatabase): void {
    const { query } = database;
    const watched: Query = (text, values, signal, onMeasured) =>
      query(text, values, signal, (ms) => {
        if (onMeasured !== undefined) this.ms += ms;
        onMeasured?.(ms);
      });
    Object.assign(database, { query: watched });
  }
}

const words = ["garden", "beetle", "quokka", "word1", "word20", "word300", "the", "writes"];

/** Posts as long as those of a community, some words in all of them and some in few. */
async function addPosts({ prisma }: Pick<Database, "prisma">, from: number, to: number): Promise<void> {
  const someWords = Array.from({ length: 60 }, () => "' word' || floor(5000 * random() ^ 3)").join(" || ");
  await prisma.$executeRawUnsafe(`INSERT INTO posts (id, title, content, like_count, created_at)
    SELECT i, 'Post ' || i, 'Everybody writes about gardens' || ${someWords}
      || CASE WHEN i % 100 = 0 THEN ', some about beetles' ELSE '' END || CASE WHEN i % 997 = 0 THEN ' and quokkas' ELSE '' END,
      floor(60 * random() ^ 4)::int4, timestamptz '2020-01-01' + i * interval '5 minutes'
    FROM generate_series(${from + 1}, ${to}) AS i`);
  await prisma.$executeRawUnsafe("ANALYZE posts");
}

function writeOperation(random: Random): string {
  const term = () => (random.isTrue(0.2) ? "-" : "") + random.pick(words);
  const search = Array.from({ length: random.integer(1, 5) }, term).join(random.pick([" ", " or ", " "]));
  const parts = [`search: "${search}"`];
  if (random.isTrue(0.2)) parts.push(`createdAfter: "2020-0${random.integer(1, 6)}-01T00:00:00Z"`);
  if (random.isTrue(0.2)) parts.push(`createdBefore: "2020-0${random.integer(1, 6)}-20T00:00:00Z"`);
  const filter = random.isTrue(0.8) ? `filter: { ${parts.join(", ")} }` : "";
  const field = random.pick(["CREATED_AT", "LIKE_COUNT", "COMMENT_COUNT"]);
  const order = `orderBy: { field: ${field}, direction: ${random.pick(["ASC", "DESC"])} }`;
  const offset = random.isTrue(0.3) ? `offset: ${random.integer(0, 10_000)}` : "";
  const page = `posts(first: ${random.integer(1, 100)} ${offset} ${filter} ${order})`;
  const what = random.pick(["totalCount", "totalCount totalCountIsExact", "nodes { id }", "totalCount nodes { id }"]);
  const aliases = Array.from({ length: random.integer(1, 5) }, (_, n) => `a${n}: ${page} { ${what} }`);
  return `{ ${aliases.join("\n")} }`;
}

describe("on a database that grows", () => {
  const sizes = [2_000, 10_000, 40_000];
  const watch = new Watch();
  const limits = limitsWith({ visitorPoints: 10_000 }, { cost: 10_000 });
  const statement = { includedMs: 300, pointsPerSecond: 50_000, perCaller: 2, searchTimeoutMs: 250 };
  const clock = start;
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      config: { limits: { ...limits, statement }, trustedProxies: ["127.0.0.1"] },
      now: () => clock,
      seed: async (database) => watch.seed(database),
    });
  });
  afterAll(() => server.close());

  /** Time stands still, so nothing flows into the buckets. */
  test("what a visitor's points buy does not grow with it", async () => {
    let count = 0;
    for (const [index, size] of sizes.entries()) {
      await addPosts(server.database, count, size);
      count = size;
      watch.ms = 0;
      const random = new Random(seed + index);
      const from = { headers: { "x-forwarded-for": `192.0.2.${index + 1}` } };
      let answered = 0;
      let refused = 0;
      const attack = async () => {
        while (refused < 20 && answered < 2_000) {
          const { body } = await server.graphql(writeOperation(random), {}, from);
          const codes = body.errors?.map(({ extensions }) => extensions.code) ?? [];
          for (const code of codes) expect(["RATE_LIMITED", "DEADLINE_EXCEEDED"]).toContain(code);
          if (codes.includes("RATE_LIMITED")) refused += 1;
          else answered += 1;
        }
      };
      await Promise.all(Array.from({ length: 16 }, attack));
      expect(watch.ms).toBeGreaterThan(0);
      expect(refused).toBeGreaterThanOrEqual(20);
      // Included, the bucket and its overdraft, and the statements that ran when it was empty, with the time to cancel them.
      const bound = 300 + (2 * 10_000 * 1_000) / 50_000 + 2 * (250 + 250);
      expect([size, seed + index, watch.ms <= bound || watch.ms]).toEqual([size, seed + index, true]);
    }
  }, 300_000);

  test("an ordinary request costs what its price says", async () => {
    const from = { headers: { "x-forwarded-for": "192.0.2.77" } };
    const query = "{ posts(first: 20) { nodes { id title author { name } } } }";
    const first = await server.graphql(query, {}, { headers: { ...from.headers, "x-graphql-cost": "report" } });
    const cost = first.body.extensions?.cost?.cost ?? 0;
    expect(cost).toBeGreaterThan(20);
    const { headers } = await server.graphql(query, {}, from);
    expect(headers.get("ratelimit")).toMatch(new RegExp(`^"visitor";r=${10_000 - 2 * cost};`));
  });
});

describe.skipIf(process.env.PARLEY_TEST_DATABASE !== "postgres")("a search that takes too long", () => {
  test("is cancelled, and the refusal names the setting; what needs no search waits on", async () => {
    const { limits } = { limits: limitsWith({}) };
    const statement = { ...limits.statement, searchTimeoutMs: 100 };
    const server = await startTestServer({ config: { limits: { ...limits, statement } } });
    try {
      const locked = await lockTable(server.database.url ?? "", "posts", "ACCESS EXCLUSIVE");
      const ordinary = server.graphql("{ posts { nodes { id } } }");
      const { body } = await server.graphql('{ posts(filter: { search: "a" }) { totalCount } }');
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(["DEADLINE_EXCEEDED"]);
      expect(body.errors?.[0]?.message).toContain("SEARCH_TIMEOUT_MS");
      await locked.waiting(1);
      await locked.release();
      expect((await ordinary).body).toEqual({ data: { posts: { nodes: [] } } });
    } finally {
      await server.close();
    }
  });
});
