/** The next deliveries of a long queue are found without reading all of it. */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createDeliveryQueue, deliveriesAtOnce } from "../../src/webhooks/delivery-queue.js";
import { openTestDatabase } from "../harness/database.js";
import { recordStatements } from "../harness/statements.js";
import { Planner } from "../sql/plans.js";

test("the next deliveries of a webhook with 20,000 waiting are read from an index, and no others", async () => {
  const database = await openTestDatabase();
  const run = (text: string) => database.prisma.$executeRawUnsafe(text);
  await run(`INSERT INTO users (id, handle, handle_skeleton, name) VALUES (1, 'owner', 'owner', 'Owner')`);
  await run(`INSERT INTO webhooks (owner_id, url, description, subscription, secret, position, created_at, updated_at)
    SELECT 1, '', '', '', '', 0, now(), now() FROM generate_series(1, 20)`);
  await run(`INSERT INTO webhook_deliveries (webhook_id, position, event_id, type, body, due_at, created_at)
    SELECT 1 + i % 20 * (i % 2), i, i::text, 'test', '{}', now() - interval '1 hour', now()
    FROM generate_series(1, 40000) AS i`);
  await run("ANALYZE");
  const queue = createDeliveryQueue(database.query, randomUUID(), 60_000, () => new Date());
  const { result, statements } = await recordStatements(() => queue.claim(500, new Date()));
  expect(result.length).toBeGreaterThan(5);
  expect(result[0]?.due.map(({ eventId }) => Number(eventId)).slice(0, 3)).toEqual([2, 4, 6]);
  const due = statements.find(({ text }) => text.includes("CROSS JOIN LATERAL"));
  if (due === undefined) throw new Error("the deliveries were read");
  const planner = await Planner.open(database);
  const webhooksClaimed = result.length;
  const [sorted, read] = [webhooksClaimed * deliveriesAtOnce, webhooksClaimed * deliveriesAtOnce];
  expect(await planner.problemsOf(due, { sorted, read })).toEqual([]);
  await planner.close();
  await database.close();
});
