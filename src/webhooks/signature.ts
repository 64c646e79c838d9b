/**
 * Signs deliveries according to Standard Webhooks 1.0: with the secret, and for a day after a rotation also with the
 * previous one.
 */
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** 256 random bits (Standard Webhooks: 192 to 512). */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Purpose that `SecretBox` binds these secrets to. */
export const webhookSecretPurpose = "webhook secret";

/** Headers of one attempt. The signature includes the time, so each attempt has its own. */
export function signedHeaders(eventId: string, body: string, secrets: readonly string[], now: Date) {
  return {
    "content-type": "application/json",
    "user-agent": "Parley (Standard Webhooks 1.0)",
    "webhook-id": eventId,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(eventId, now, body)).join(" "),
  };
}
