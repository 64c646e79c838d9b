/**
 * Resolvers of webhooks and deliveries: fields that are not columns. Only the owner can load the rows, so they check
 * nothing.
 */

import { toGlobalId } from "../../db/global-id.js";
import type { WebhookDeliveryResolvers, WebhookResolvers } from "../../generated/graphql.js";
import { webhooks } from "../../loaders/entities/webhook.js";
import { attemptsOfDelivery } from "../../loaders/entities/webhook-attempt.js";
import { deliveriesOfWebhook } from "../../loaders/entities/webhook-delivery.js";

export const webhook: WebhookResolvers = {
  id: ({ id }) => toGlobalId("Webhook", id),
  sparedUntil: ({ circuitOpenUntil }) => circuitOpenUntil,
  deliveries: ({ id }, { state, ...input }, { loaders }) =>
    loaders.page(deliveriesOfWebhook[state ?? "ALL"], id, input),
};

export const webhookDelivery: WebhookDeliveryResolvers = {
  id: ({ id }) => toGlobalId("WebhookDelivery", id),
  webhook: ({ webhookId }, _, { loaders }) => loaders.row(webhooks, webhookId),
  type: ({ eventType }) => eventType,
  body: async (row, _, context) => (await context.deliveryBody(row)).body,
  bodyWithheld: async (row, _, context) => (await context.deliveryBody(row)).withheld,
  nextAttemptAt: ({ state, dueAt }) => (state === "WAITING" ? dueAt : null),
  attempts: ({ id }, input, { loaders }) => loaders.page(attemptsOfDelivery, id, input),
};
