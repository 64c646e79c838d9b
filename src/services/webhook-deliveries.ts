/** Deliveries requested by the owner: tests, redeliveries, replays. The delivery worker sends them. */
import { randomUUID } from "node:crypto";
import DataLoader from "dataloader";
import type { Viewer } from "../auth/viewer.js";
import { parseEventCursor } from "../events/event-cursor.js";
import { userError, type WebhookDeliveryOutcome, type WebhookOutcome } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";
import { findOwn, noSuchWebhook, type ShownBody, type WebhookDependencies } from "./webhooks.js";

/** Tests that may wait for one webhook. */
const maxTestsWaiting = 10;

export function createWebhookDeliveryService(
  transact: Transact,
  now: () => Date,
  { onDue, openBodyReader, maxReplayEvents }: Pick<WebhookDependencies, "onDue" | "openBodyReader" | "maxReplayEvents">,
) {
  let bodies: DataLoader<number, ShownBody> | undefined;
  const shown = new WeakMap<object, Promise<ShownBody>>();

  return {
    /** Once per loaded row: a row that is loaded again, after a mutation, is executed again. */
    body(viewer: Viewer, row: { readonly id: number }): Promise<ShownBody> {
      bodies ??= new DataLoader(openBodyReader(viewer), { cache: false });
      const known = shown.get(row) ?? bodies.load(row.id);
      shown.set(row, known);
      return known;
    },

    async test(viewer: Viewer, { webhookId }: { webhookId: number }): Promise<WebhookDeliveryOutcome> {
      const outcome = await transact(async (tx) => {
        const webhook = await findOwn(tx, viewer, webhookId);
        if (webhook === null) return { deliveryId: null, userErrors: [noSuchWebhook()] };
        if (webhook.state !== "ACTIVE") {
          const message = `The webhook must be ACTIVE, got ${webhook.state}: resume it first.`;
          return { deliveryId: null, userErrors: [userError("INVALID", "webhookId", message)] };
        }
        const waiting = await tx.webhookDelivery.count({ where: { webhookId, position: null, state: "WAITING" } });
        if (waiting >= maxTestsWaiting) {
          const message = `This webhook already has ${waiting} tests waiting to be delivered. Try again later.`;
          return { deliveryId: null, userErrors: [userError("TOO_MANY", "webhookId", message)] };
        }
        const { id } = await tx.webhookDelivery.create({ data: testDelivery(webhookId, now()), select: { id: true } });
        return { deliveryId: Number(id), userErrors: [] };
      });
      onDue();
      return outcome;
    },

    async redeliver(viewer: Viewer, { deliveryId }: { deliveryId: number }): Promise<WebhookDeliveryOutcome> {
      const outcome = await transact(async (tx) => {
        const where = { id: deliveryId, webhook: { ownerId: viewer.id } };
        const again = { state: "WAITING", attemptCount: 0, executionTries: 0, asOf: null, dueAt: now() } as const;
        const { count } = await tx.webhookDelivery.updateMany({ where, data: again });
        if (count > 0) return { deliveryId, userErrors: [] };
        const message = "You have no webhook delivery with this id.";
        return { deliveryId: null, userErrors: [userError("NOT_FOUND", "deliveryId", message)] };
      });
      onDue();
      return outcome;
    },

    /** Throws BAD_CURSOR or CURSOR_EXPIRED. */
    async replay(viewer: Viewer, { webhookId, after }: { webhookId: number; after: string }): Promise<WebhookOutcome> {
      const outcome = await transact(async (tx) => {
        const webhook = await findOwn(tx, viewer, webhookId);
        if (webhook === null) return { webhookId: null, userErrors: [noSuchWebhook()] };
        const from = await positionOf(tx, after);
        const events = Number(webhook.position) - from;
        if (events > maxReplayEvents) {
          const message =
            `after must be at most ${maxReplayEvents} events before the webhook's position in the log ` +
            `(WEBHOOK_REPLAY_LIMIT), got ${events}: replay from a later event.`;
          return { webhookId: null, userErrors: [userError("INVALID", "after", message)] };
        }
        // A webhook that is further behind reads from there anyway.
        if (from < Number(webhook.position)) {
          await tx.webhook.update({ where: { id: webhookId }, data: { position: from }, select: { id: true } });
        }
        return { webhookId, userErrors: [] };
      });
      onDue();
      return outcome;
    },
  };
}

async function positionOf(tx: Tx, cursor: string): Promise<number> {
  const { logId, floor, position } = await tx.eventHead.findUniqueOrThrow({ where: { id: 1 } });
  return parseEventCursor(cursor, { logId, floor: Number(floor), head: Number(position) });
}

function testDelivery(webhookId: number, now: Date) {
  const type = "webhook.test";
  const data = { message: "This is a test. If the signature is valid and you respond with 2xx, your webhook works." };
  const body = JSON.stringify({ type, timestamp: now.toISOString(), data });
  return { webhookId, eventId: `test_${randomUUID()}`, type, body, dueAt: now, createdAt: now };
}
