/** An owner's change during an attempt is kept, whatever the attempt's outcome, which concerns the state before. */
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { Account, TestServer } from "../harness/server.js";
import { post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { change, createWebhook, forEachTest, look } from "./owning.js";
import type { Receiver } from "./receiver.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let receiver: Receiver;
/** A failed attempt comes again, but not while this runs. */
const retryWaitsMs = [3_600_000];

forEachTest(retryWaitsMs, (owners) => {
  ({ server, ada, bob, receiver } = owners);
});

/** What the owner does, and what is so afterwards when the attempt was answered with 410 or 500. */
const actions = {
  nothing: async () => undefined,
  "another URL": (webhookId: string) => {
    const url = receiver.url.replace("/hook", "/another");
    return change(server, ada, "updateWebhook", { webhookId, url });
  },
  "asks for it again": async (webhookId: string) => {
    const { deliveries } = await look(server, ada, webhookId);
    return change(server, ada, "redeliver", { deliveryId: deliveries.nodes[0].id });
  },
} as const;

type Action = keyof typeof actions;

const statuses = [204, 410, 500] as const;
const cases = (Object.keys(actions) as Action[]).flatMap((action) => statuses.map((status) => ({ action, status })));

test.each(cases)("$action, while an attempt is under way that is answered with $status", async ({ action, status }) => {
  const held: ServerResponse[] = [];
  receiver.behave((_, response) => void held.push(response));
  const { id, secret } = await createWebhook(server, ada, receiver);
  receiver.secrets.set("/another", secret);
  await post(server.url, bob, "A post");
  await receiver.received.first(1);
  await actions[action](id);
  receiver.behave((_, response) => void response.writeHead(204).end());
  held[0]?.writeHead(status).end();
  await until(async () => (await look(server, ada, id)).deliveries.nodes[0].attempts.nodes.length > 0);
  // What the verdict means for the webhook is written after the attempt: when that is done, its lease is released.
  const { prisma } = server.database;
  const isLetGo = async () => (await prisma.webhook.count({ where: { leasedBy: { not: null } } })) === 0;
  const isSentAgain = action === "asks for it again" && status === 500;
  if (isSentAgain) await receiver.received.first(2);
  await until(isLetGo);

  const { state, failingSince, deliveries } = await look(server, ada, id);
  const isItsOwn = action !== "another URL";
  expect(state).toBe(status === 410 && isItsOwn ? "DISABLED" : "ACTIVE");
  if (status === 500 && !isSentAgain) expect(failingSince !== null).toBe(isItsOwn);
  if (isSentAgain) {
    await until(async () => (await look(server, ada, id)).deliveries.nodes[0].state === "DELIVERED");
    expect(deliveries.nodes[0].attempts.nodes.length).toBeGreaterThan(0);
  }
  if (status === 204) expect(deliveries.nodes[0].state).toBe("DELIVERED");
});
