/** Statements grow with the depth of a query, not with webhooks, deliveries or attempts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { range } from "../subscriptions/log.js";
import { ask } from "./owning.js";

const each = 10;
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  // Nothing is delivered: what is counted is reading.
  server = await startTestServer({ config: { worker: "off" } });
  ada = await server.signUp("ada");
  const { prisma } = server.database;
  const now = new Date();
  const texts = { url: "http://127.0.0.1/", description: "", subscription: "", secret: "sealed" };
  const webhook = { ...texts, ownerId: parseIdOf("User", ada.id), position: 0, createdAt: now, updatedAt: now };
  const webhooks = await prisma.webhook.createManyAndReturn({ data: Array(each).fill(webhook) });
  const rest = { type: "test", body: "{}", dueAt: now, createdAt: now };
  const deliveries = await prisma.webhookDelivery.createManyAndReturn({
    data: webhooks.flatMap(({ id }) =>
      range(1, each).map((position) => ({ webhookId: id, position, eventId: `${position}`, ...rest })),
    ),
  });
  const attempt = { status: 500, durationMs: 1, responseExcerpt: "", createdAt: now };
  await prisma.webhookAttempt.createMany({
    data: deliveries.flatMap(({ id }) => Array(each).fill({ deliveryId: id, ...attempt })),
  });
});
afterAll(() => server.close());

const query = `query ($first: Int) { viewer { webhooks(first: $first) { totalCount nodes { id url state
  deliveries(first: $first) { totalCount nodes { id webhook { id }
    attempts(first: $first) { totalCount nodes { status } } } } } } } }`;

test("webhooks, their deliveries and the attempts of these take one statement each, and one for each total", async () => {
  const texts = [];
  for (const first of [2, each]) {
    // Who asks is remembered from the first time on.
    await ask(server, ada, "{ viewer { id } }");
    const { result, statements } = await recordStatements(() => ask(server, ada, query, { first }));
    const { nodes, totalCount } = result.viewer.webhooks;
    expect([nodes.length, totalCount]).toEqual([first, each]);
    expect(nodes[0].deliveries.nodes[0].attempts.nodes).toHaveLength(first);
    texts.push(statements.map(({ text }) => text));
  }
  expect(texts[1]).toHaveLength(texts[0]?.length ?? 0);
  // The viewer, three lists, three totals, and the webhook of each delivery.
  expect(texts[1]).toHaveLength(8);
});
