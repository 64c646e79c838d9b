/** A delivery that is sent later contains what its owner may see by then. */
import { expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import type { Account, TestServer } from "../harness/server.js";
import { act, post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { change, createWebhook, forEachTest, look } from "./owning.js";
import { accept, type Receiver } from "./receiver.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let receiver: Receiver;

forEachTest([], (owners) => {
  ({ server, ada, bob, receiver } = owners);
});

/** A delivery of Bob's post to Ada that failed. */
async function failed(title: string): Promise<{ webhook: string; delivery: string; postId: string }> {
  receiver.behave((_, response) => void response.writeHead(500).end());
  const { id: webhook } = await createWebhook(server, ada, receiver);
  const postId = await post(server.url, bob, title);
  await until(async () => (await look(server, ada, webhook, "DEAD")).deliveries.nodes.length === 1);
  const [{ id: delivery }] = (await look(server, ada, webhook)).deliveries.nodes;
  receiver.behave(accept);
  return { webhook, delivery, postId };
}

const hide = (postId: string) =>
  server.database.prisma.post.update({ where: { id: parseIdOf("Post", postId) }, data: { isHidden: true } });

test.each([
  ["deleted", (postId: string) => act(server.url, bob, "deletePost", { postId })],
  ["hidden", hide],
])("of a post that was %s since, nothing is sent again, and nothing is kept", async (_, change_) => {
  const { webhook, delivery, postId } = await failed("Regretted");
  await change_(postId);
  await change(server, ada, "redeliver", { deliveryId: delivery });
  await until(async () => (await look(server, ada, webhook, "DELIVERED")).deliveries.nodes.length === 1);
  const texts = receiver.received.all.map(({ text }) => text);
  expect(texts[0]).toContain("Regretted");
  expect(texts.at(-1)).not.toContain("Regretted");
  expect(JSON.stringify(await look(server, ada, webhook))).not.toContain("Regretted");
});

test("of somebody whom its owner blocks since, it is not sent, and dead with the reason", async () => {
  const { webhook, delivery } = await failed("Unwelcome");
  const [blockerId, blockedId] = [parseIdOf("User", ada.id), parseIdOf("User", bob.id)];
  await server.database.prisma.block.create({ data: { blockerId, blockedId, createdAt: new Date() } });
  await change(server, ada, "redeliver", { deliveryId: delivery });
  const seen = async () => (await look(server, ada, webhook, "DEAD")).deliveries.nodes[0];
  await until(async () => (await seen())?.attempts.nodes.length === 2);
  expect((await seen()).attempts.nodes[1].error).toContain("may no longer see");
  expect(JSON.stringify(await seen())).not.toContain("Unwelcome");
  expect(receiver.received.all).toHaveLength(1);
  await server.database.prisma.block.deleteMany();
});

test("what is the same is sent again with the same bytes", async () => {
  const { webhook, delivery } = await failed("Steady");
  await change(server, ada, "redeliver", { deliveryId: delivery });
  await until(async () => (await look(server, ada, webhook, "DELIVERED")).deliveries.nodes.length === 1);
  expect(new Set(receiver.received.all.map(({ text }) => text)).size).toBe(1);
});
