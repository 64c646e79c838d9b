/** Attempts to deliver a webhook. For the webhook's owner alone. */
import { defineEntity } from "../entity.js";
import { byCreation, oldestFirst } from "../list.js";

export interface WebhookAttemptRow {
  readonly id: number;
  readonly createdAt: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseExcerpt: string;
}

const webhookAttempt = defineEntity<WebhookAttemptRow>({
  type: "WebhookAttempt",
  table: "webhook_attempts",
  alias: "a",
  visibility: "private",
  columns: {
    createdAt: "created_at",
    status: "status",
    error: "error",
    durationMs: "duration_ms",
    responseExcerpt: "response_excerpt",
  },
});

export const attemptsOfDelivery = {
  ...byCreation(webhookAttempt, { name: "delivery.attempts", parent: "delivery_id" }),
  defaultOrder: oldestFirst,
};
