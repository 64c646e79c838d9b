/** Deliveries of webhooks. For the webhook's owner alone. */
import type { WebhookDeliveryState } from "../../generated/graphql.js";
import { byId, defineEntity } from "../entity.js";
import { byCreation } from "../list.js";

export interface WebhookDeliveryRow {
  readonly id: number;
  readonly ownerId: number;
  readonly webhookId: number;
  readonly eventId: string;
  /** Type of the event. */
  readonly eventType: string;
  readonly state: WebhookDeliveryState;
  readonly attemptCount: number;
  readonly dueAt: string;
  readonly createdAt: string;
}

const webhookDelivery = defineEntity<WebhookDeliveryRow>({
  type: "WebhookDelivery",
  table: "webhook_deliveries",
  alias: "d",
  join: "JOIN webhooks AS w ON w.id = r.webhook_id",
  visibility: "private",
  columns: {
    ownerId: "w.owner_id",
    webhookId: "webhook_id",
    eventId: "event_id",
    eventType: "type",
    state: "state",
    attemptCount: "attempt_count",
    dueAt: "due_at",
    createdAt: "created_at",
  },
});

export const webhookDeliveries = byId(webhookDelivery);

const ofWebhook = {
  ...byCreation(webhookDelivery, { name: "webhook.deliveries", parent: "webhook_id" }),
  join: "JOIN webhooks AS w ON w.id = d.webhook_id",
};

/** Parts of one list: their cursors are interchangeable. */
export const deliveriesOfWebhook = {
  ALL: ofWebhook,
  WAITING: { ...ofWebhook, where: "d.state = 'WAITING'" },
  DELIVERED: { ...ofWebhook, where: "d.state = 'DELIVERED'" },
  DEAD: { ...ofWebhook, where: "d.state = 'DEAD'" },
};
