/** Delivers the due deliveries of one webhook in order. Each attempt is stored before the next one starts. */
import type { SecretBox } from "../auth/secret-box.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";
import { meterFor } from "./build-payload.js";
import { type ContentOptions, contentToSend } from "./content.js";
import {
  type ClaimedWebhook,
  type DeliveryQueue,
  deliveriesAtOnce,
  type ReadyDelivery,
  type WebhookWithDue,
} from "./delivery-queue.js";
import { disable } from "./disable.js";
import { decide, type EndpointHealth, type RetryDecision, type Times } from "./retry-policy.js";
import type { WebhookSender } from "./sender.js";
import { signedHeaders, webhookSecretPurpose } from "./signature.js";

export interface DeliverOptions extends ContentOptions {
  readonly prisma: PrismaClient;
  readonly box: SecretBox;
  readonly sender: WebhookSender;
  readonly log: Log;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly times: Times;
}

/** Control of a delivery run by the worker. */
export interface DeliveryControl {
  /** Ends the run after the attempt in flight. */
  readonly stop: AbortSignal;
  /** Aborts the attempt in flight. */
  readonly cut: AbortSignal;
  /** Called while the run waits for points, so that another can take its place. */
  readonly onWaiting: (isWaiting: boolean) => void;
}

/**
 * Resolves when nothing is due, the claim is lost, or the run is stopped. Waits for rate limit points before a body is
 * executed again.
 */
export async function deliverWebhook(
  options: DeliverOptions,
  queue: DeliveryQueue,
  claimed: WebhookWithDue,
  control: DeliveryControl,
): Promise<void> {
  let next: WebhookWithDue | undefined = claimed;
  while (next !== undefined) {
    const { webhook, due } = next;
    const meter = meterFor(options, webhook);
    let hasWaited = false;
    for (const { id } of due) {
      if (control.stop.aborted) return;
      const ready = await queue.prepare(id);
      if (ready === undefined) return;
      if (ready.delivery.state !== "WAITING") continue;
      if (!ready.delivery.isFresh && meter.isEmpty) {
        control.onWaiting(true);
        hasWaited = await meter.pay(0, control.stop);
        control.onWaiting(false);
        break;
      }
      const decision = await attemptOne(options, queue, ready, control.cut);
      if (decision.disable !== null || decision.health.circuitOpenUntil !== null) return;
    }
    if (control.stop.aborted || (!hasWaited && due.length < deliveriesAtOnce)) return;
    next = await queue.read(webhook.id, options.now());
  }
}

async function attemptOne(
  options: DeliverOptions,
  queue: DeliveryQueue,
  { webhook, delivery }: ReadyDelivery,
  signal: AbortSignal,
): Promise<RetryDecision> {
  const { sender, now, log } = options;
  const began = now();
  const health = healthOf(webhook);
  const { id, eventId, attemptCount, dueAt: wasDueAt } = delivery;
  const content = await contentToSend(options, delivery);
  if (!("body" in content)) {
    const attempt = { ...nothingSent, error: "refusal" in content ? content.refusal : content.failure };
    const state = "refusal" in content ? "DEAD" : undefined;
    // Nothing was sent, so the endpoint's health is unchanged.
    const { state: next, dueAt } = decide(attempt, attemptCount, health, { ...options, now: began });
    const decision = { state: state ?? next, dueAt, health, disable: null };
    await queue.record({ deliveryId: id, wasDueAt, attempt, decision, at: began });
    return decision;
  }
  const { body } = content;
  const headers = signedHeaders(eventId, body, secretsOf(options, webhook, began), began);
  const attempt = await sender.post({ url: webhook.url, headers, body }, signal);
  const decision = decide(attempt, attemptCount, health, { ...options, now: now() });
  await queue.record({ deliveryId: id, wasDueAt, attempt, decision, at: began });
  if (hasChanged(health, decision.health)) await queue.recordHealth(webhook, health, decision.health);
  if (decision.disable !== null) await disable(options, webhook, decision.disable);
  const { status, error, durationMs } = attempt;
  log.debug(
    { component: "webhooks", webhookId: webhook.id, deliveryId: id, status, error, durationMs },
    "delivery attempted",
  );
  return decision;
}

const nothingSent = { status: null, isTimeout: false, durationMs: 0, responseExcerpt: "", retryAfter: undefined };

/** The current secret, then the previous one until it expires. */
function secretsOf({ box }: DeliverOptions, webhook: ClaimedWebhook, now: Date): string[] {
  const { previousSecret, previousSecretUntil } = webhook;
  const isPreviousValid = previousSecretUntil !== null && Date.parse(previousSecretUntil) > now.getTime();
  const sealed = previousSecret !== null && isPreviousValid ? [webhook.secret, previousSecret] : [webhook.secret];
  return sealed.map((each) => box.open(each, webhookSecretPurpose));
}

function healthOf({ failingSince, timeouts }: ClaimedWebhook): EndpointHealth {
  return { failingSince: failingSince === null ? null : new Date(failingSince), timeouts, circuitOpenUntil: null };
}

function hasChanged(before: EndpointHealth, after: EndpointHealth): boolean {
  return (
    before.failingSince?.getTime() !== after.failingSince?.getTime() ||
    before.timeouts !== after.timeouts ||
    after.circuitOpenUntil !== null
  );
}
