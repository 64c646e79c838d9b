/** A webhook belongs to the API key that created or last redirected it: same rights, same lifetime. */
import { expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { makeKey, revokeKey } from "../auth/keys.js";
import type { Account, TestServer } from "../harness/server.js";
import { post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { change, createWebhook, forEachTest, look } from "./owning.js";
import type { Receiver } from "./receiver.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let receiver: Receiver;

forEachTest([], (owners) => {
  ({ server, ada, bob, receiver } = owners);
});

async function withKey(...scopes: string[]): Promise<{ readonly id: string; readonly account: Account }> {
  const key = await makeKey(server.url, ada.token, { scopes });
  return { id: key.id, account: { ...ada, token: key.secret } };
}

test("one whose key was revoked is not resumed, with the reason, and stays as it was", async () => {
  const { id, account } = await withKey("WEBHOOKS", "LIVE", "READ");
  const webhook = await createWebhook(server, account, receiver);
  await revokeKey(server.url, ada.token, id);
  await post(server.url, bob, "Not for a key that ended");
  await until(async () => (await look(server, ada, webhook.id)).disabledReason === "KEY_ENDED");
  const outcome = await change(server, ada, "resumeWebhook", { webhookId: webhook.id });
  expect(outcome.webhook).toBeNull();
  expect(outcome.userErrors).toMatchObject([{ code: "INVALID", field: ["input", "webhookId"] }]);
  expect(outcome.userErrors[0].message).toContain("API key");
  expect(await look(server, ada, webhook.id)).toMatchObject({ state: "DISABLED", disabledReason: "KEY_ENDED" });
});

test("one whose key expired while it was paused is not resumed", async () => {
  const { id, account } = await withKey("WEBHOOKS", "LIVE", "READ");
  const webhook = await createWebhook(server, account, receiver);
  await change(server, ada, "pauseWebhook", { webhookId: webhook.id });
  const where = { id: parseIdOf("ApiKey", id) };
  await server.database.prisma.apiKey.update({ where, data: { expiresAt: new Date(Date.now() - 1) } });
  const outcome = await change(server, ada, "resumeWebhook", { webhookId: webhook.id });
  expect(outcome.userErrors[0].code).toBe("INVALID");
  expect((await look(server, ada, webhook.id)).state).toBe("PAUSED");
});

test("one whose key is good is resumed, by a session or by another key", async () => {
  const { account } = await withKey("WEBHOOKS", "LIVE", "READ");
  const webhook = await createWebhook(server, account, receiver);
  for (const who of [ada, (await withKey("WEBHOOKS")).account]) {
    await change(server, ada, "pauseWebhook", { webhookId: webhook.id });
    expect((await change(server, who, "resumeWebhook", { webhookId: webhook.id })).userErrors).toEqual([]);
    expect((await look(server, ada, webhook.id)).state).toBe("ACTIVE");
  }
});

test.each([
  ["url", () => ({ url: receiver.url.replace("/hook", "/other") })],
  ["subscription", () => ({ subscription: "subscription { postCreated { id } }" })],
])("a session's webhook whose %s a key changes ends with the key", async (_, input) => {
  const webhook = await createWebhook(server, ada, receiver);
  receiver.secrets.set("/other", webhook.secret);
  const { id, account } = await withKey("WEBHOOKS", "LIVE", "READ");
  expect((await change(server, account, "updateWebhook", { webhookId: webhook.id, ...input() })).userErrors).toEqual(
    [],
  );
  await post(server.url, bob, "While the key is good");
  await receiver.received.first(1);
  await revokeKey(server.url, ada.token, id);
  await post(server.url, bob, "After it");
  await until(async () => (await look(server, ada, webhook.id)).disabledReason === "KEY_ENDED");
  expect(receiver.received.all).toHaveLength(1);
});

test("a key sends nowhere what it may not select itself", async () => {
  const subscription = "subscription { postCreated { post { author { email } } } }";
  const webhook = await createWebhook(server, ada, receiver, { subscription });
  const { account } = await withKey("WEBHOOKS", "LIVE", "READ");
  const url = receiver.url.replace("/hook", "/stolen");
  const outcome = await change(server, account, "updateWebhook", { webhookId: webhook.id, url });
  expect(outcome.userErrors).toMatchObject([{ code: "INVALID" }]);
  expect(outcome.userErrors[0].message).toContain("EMAIL");
  expect((await look(server, ada, webhook.id)).url).toBe(receiver.url);
});

test("a key that changes the description alone leaves the webhook to whom it belongs", async () => {
  const webhook = await createWebhook(server, ada, receiver);
  const { id, account } = await withKey("WEBHOOKS");
  await change(server, account, "updateWebhook", { webhookId: webhook.id, description: "Noted" });
  await revokeKey(server.url, ada.token, id);
  await post(server.url, bob, "Still sent");
  const [received] = await receiver.received.first(1);
  expect(received?.payload.data.postCreated.post.title).toBe("Still sent");
  expect((await look(server, ada, webhook.id)).description).toBe("Noted");
});
