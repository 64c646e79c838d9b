/** A long replay of one owner does not delay another owner's events. */
import { expect, test } from "vitest";
import { toEventCursor } from "../../src/events/event-cursor.js";
import { numberEvents, readBounds } from "../../src/events/event-log.js";
import { campaignSize } from "../harness/campaign-size.js";
import { post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { range } from "../subscriptions/log.js";
import { change, createWebhook, startOwners } from "./owning.js";
import { startReceiver } from "./receiver.js";

const replayed = campaignSize(20_000, 2_000);
const maxDelayMs = 2_000;
const plain = "subscription { postUpdated { id } }";

test(`replayWebhook over ${replayed} events does not delay what another owner is sent`, { timeout: 300_000 }, async ({
  annotate,
}) => {
  const { server, ada, bob } = await startOwners([]);
  const { query, prisma } = server.database;
  const receiver = await startReceiver();
  const { id: webhookId } = await createWebhook(server, ada, receiver, { subscription: plain, path: "/replayed" });
  await createWebhook(server, bob, receiver, { path: "/good" });
  await change(server, ada, "pauseWebhook", { webhookId });
  const { logId, head } = await readBounds(query);
  const event = { type: "PostUpdated", data: { postId: 1, authorId: null }, occurredAt: new Date() };
  for (const _ of range(1, replayed / 1_000)) await prisma.event.createMany({ data: Array(1_000).fill(event) });
  await numberEvents(query, replayed);
  await until(async () => (await prisma.event.count({ where: { position: null } })) === 0);
  // The other's has nothing to catch up with.
  const { head: end } = await readBounds(query);
  await until(async () => (await prisma.webhook.count({ where: { state: "ACTIVE", position: end } })) === 1);
  await change(server, ada, "resumeWebhook", { webhookId });
  await change(server, ada, "replayWebhook", { webhookId, after: toEventCursor(logId, head) });
  await receiver.received.find(({ path }) => path === "/replayed");
  const delays: number[] = [];
  for (const round of range(1, 10)) {
    const title = `During the replay ${round}`;
    await post(server.url, bob, title);
    const began = performance.now();
    const one = await receiver.received.find(
      ({ path, payload }) => path === "/good" && payload.data.postCreated.post.title === title,
    );
    delays.push(Math.max(0, one.atMs - began));
  }
  const behind = replayed - receiver.received.all.filter(({ path }) => path === "/replayed").length;
  await annotate(
    `${delays.map((d) => d.toFixed(0)).join(" ")} ms in 10 rounds; then ${behind} of the replay were still to be sent`,
  );
  expect(behind).toBeGreaterThan(0);
  expect(Math.max(...delays)).toBeLessThan(maxDelayMs);
  await receiver.close();
  await server.close();
});
