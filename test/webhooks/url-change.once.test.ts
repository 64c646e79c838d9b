/** A new URL is a new endpoint: failures of the previous one do not count. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import type { Account, TestServer } from "../harness/server.js";
import { post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { change, createWebhook, look, startOwners } from "./owning.js";
import { startReceiver } from "./receiver.js";

let server: TestServer;
let ada: Account;
let bob: Account;
beforeAll(async () => {
  ({ server, ada, bob } = await startOwners([1, 1, 1]));
});
afterAll(() => server.close());

test("a new URL clears failures and the pause; another description clears nothing", async () => {
  const receiver = await startReceiver();
  const { id } = await createWebhook(server, ada, receiver);
  const where = { id: parseIdOf("Webhook", id) };
  const now = Date.now();
  // So long that the next failure would disable it, and so many that the next time-out would spare it again.
  const failing = {
    failingSince: new Date(now - 6 * 86_400_000),
    timeouts: 9,
    circuitOpenUntil: new Date(now + 3_600_000),
  };
  await server.database.prisma.webhook.update({ where, data: failing });
  await change(server, ada, "updateWebhook", { webhookId: id, description: "Still failing" });
  expect(await server.database.prisma.webhook.findUniqueOrThrow({ where })).toMatchObject(failing);
  const secret = receiver.secrets.get("/hook") ?? "";
  receiver.secrets.set("/new", secret);
  const url = receiver.url.replace("/hook", "/new");
  await change(server, ada, "updateWebhook", { webhookId: id, url });
  const fresh = { failingSince: null, timeouts: 0, circuitOpenUntil: null, url };
  expect(await server.database.prisma.webhook.findUniqueOrThrow({ where })).toMatchObject(fresh);
  receiver.behave((_, response) => void response.writeHead(500).end());
  await post(server.url, bob, "Sent to the new one at once");
  await until(async () => (await look(server, ada, id, "DEAD")).deliveries.nodes.length === 1);
  expect((await look(server, ada, id)).state).toBe("ACTIVE");
  await receiver.close();
});

test("an attempt at the URL before that fails late says nothing of the new one", async () => {
  const [before, after] = [await startReceiver(), await startReceiver()];
  let answer: () => void = () => undefined;
  before.behave((_, response) => {
    answer = () => void response.writeHead(410).end();
  });
  const { id, secret } = await createWebhook(server, ada, before);
  after.secrets.set("/hook", secret);
  await post(server.url, bob, "In flight");
  await before.received.first(1);
  await change(server, ada, "updateWebhook", { webhookId: id, url: after.url });
  await post(server.url, bob, "After it");
  answer();
  const [received] = await after.received.first(1);
  expect(received?.payload.data.postCreated.post.title).toBe("After it");
  expect(await look(server, ada, id)).toMatchObject({ state: "ACTIVE", disabledReason: null, failingSince: null });
  await Promise.all([before.close(), after.close()]);
});
