/** A walk meets every row that was there from its start to its end exactly once, whatever comes and goes meanwhile. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PrismaClient } from "../../src/generated/prisma/client.js";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { importHistory, isWithoutHistory } from "./history.js";
import { Random } from "./random.js";
import { type Met, walk, walkComments } from "./walk.js";

type Table = "user" | "post" | "comment";

describe.skipIf(isWithoutHistory)("a walk while rows come and go", { timeout: 300_000 }, () => {
  let server: TestServer;
  const random = new Random(7);
  beforeAll(async () => {
    server = await startTestServer({ seed: importHistory, config: { limits: wideLimits } });
  }, 300_000);
  afterAll(() => server.close());

  test.each([
    { field: "posts", table: "post", isBackward: false },
    { field: "posts", table: "post", isBackward: true },
    { field: "users", table: "user", isBackward: false },
    { field: "users", table: "user", isBackward: true },
  ] as const)("through $field (backwards: $isBackward) misses none that stays and meets none twice", async (way) => {
    await expectOnce(way.table, (between) => walk(server, { ...way, pageSize: 23, between }));
  });

  test.each([false, true])("through comments and replies (backwards: %s)", async (isBackward) => {
    await expectOnce("comment", async (between) => {
      const posts = await walk(server, { field: "posts", pageSize: 100, isBackward: false });
      const ids = posts.map(({ id }) => id);
      return walkComments(server, ids, { pageSize: 2, isBackward, between });
    });
  });

  async function expectOnce(table: Table, walkOn: (between: () => Promise<void>) => Promise<Met[]>): Promise<void> {
    const { prisma } = server.database;
    const before = await idsOf(prisma, table);
    const met = await walkOn(() => change(prisma, random));
    const after = new Set(await idsOf(prisma, table));
    const staying = before.filter((id) => after.has(id));
    expect(staying.length).toBeLessThan(before.length);
    expect(after.size).toBeGreaterThan(staying.length);

    const times = new Map<string, number>();
    for (const { id } of met) times.set(id, (times.get(id) ?? 0) + 1);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    expect(staying.filter((id) => !times.has(id))).toEqual([]);
  }
});

async function idsOf(prisma: PrismaClient, table: Table): Promise<string[]> {
  const type = { user: "User", post: "Post", comment: "Comment" }[table];
  const rows = await prisma.$queryRawUnsafe<{ id: bigint }[]>(`SELECT id FROM ${table}s`);
  return rows.map(({ id }) => Buffer.from(`${type}:${id}`).toString("base64url"));
}

/** New rows, now and at moments of old rows; and some rows go, with what depends on them. */
async function change(prisma: PrismaClient, random: Random): Promise<void> {
  const share = random.integer(0, 999) / 1_000;
  const someRow = (table: Table) => `(SELECT id FROM ${table}s ORDER BY id OFFSET
    (SELECT floor(count(*) * ${share}) FROM ${table}s)::int LIMIT 1)`;
  const handle = `new_${random.integer(0, 2 ** 31).toString(36)}`;
  for (const statement of [
    `INSERT INTO users (handle, handle_skeleton, name, created_at) VALUES ('${handle}', '${handle}', 'New', now()),
      ('${handle}_', '${handle}_', 'New', (SELECT created_at FROM users WHERE id = ${someRow("user")}))`,
    `INSERT INTO posts (title, content, created_at) VALUES ('New', 'New', now()),
      ('New', 'New', (SELECT created_at FROM posts WHERE id = ${someRow("post")}))`,
    `INSERT INTO comments (post_id, parent_id, text, created_at)
      SELECT post_id, id, 'New', created_at FROM comments WHERE id = ${someRow("comment")}
      UNION ALL SELECT post_id, parent_id, 'New', now() FROM comments WHERE id = ${someRow("comment")}
      UNION ALL SELECT id, NULL, 'New', created_at FROM posts WHERE id = ${someRow("post")}`,
    `DELETE FROM comments WHERE id = ${someRow("comment")}`,
    ...(random.isTrue(0.3) ? [`DELETE FROM posts WHERE id = ${someRow("post")}`] : []),
    `DELETE FROM users WHERE id = ${someRow("user")}`,
  ])
    await prisma.$executeRawUnsafe(statement);
}
