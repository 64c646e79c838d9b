/** Webhooks. For their owner alone. */
import type { WebhookDisabledReason, WebhookState } from "../../generated/graphql.js";
import { byId, defineEntity } from "../entity.js";
import { byCreation } from "../list.js";

export interface WebhookRow {
  readonly id: number;
  readonly ownerId: number;
  readonly url: string;
  readonly description: string;
  readonly subscription: string;
  readonly state: WebhookState;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly failingSince: string | null;
  readonly circuitOpenUntil: string | null;
  readonly gapAt: string | null;
  readonly previousSecretUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const webhook = defineEntity<WebhookRow>({
  type: "Webhook",
  table: "webhooks",
  alias: "w",
  visibility: "private",
  columns: {
    ownerId: "owner_id",
    url: "url",
    description: "description",
    subscription: "subscription",
    state: "state",
    disabledReason: "disabled_reason",
    failingSince: "failing_since",
    circuitOpenUntil: "spared_until",
    gapAt: "gap_at",
    previousSecretUntil: "previous_secret_until",
    createdAt: "created_at",
    updatedAt: "updated_at",
  },
});

export const webhooks = byId(webhook);

export const webhooksOfUser = byCreation(webhook, { name: "user.webhooks", parent: "owner_id" });
