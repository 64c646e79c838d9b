/**
 * Verifies the signature of an inbound webhook: Standard Webhooks 1.0, or GitHub's `X-Hub-Signature-256`. Over the raw
 * body.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { WebhookSource } from "../config/formats.js";

/** A hook that its source has signed. */
export interface VerifiedHook {
  /** The sender's id of the message. */
  readonly messageId: string;
  /** Signed identifier of the webhook: a second request with the same id is a duplicate. */
  readonly seenAs: string;
}

/** Why a hook is refused, with the HTTP status that says so. */
export class HookRefusal extends Error {
  readonly status: 400 | 401;

  constructor(status: 400 | 401, message: string) {
    super(message);
    this.status = status;
  }
}

/** How old a hook may be, or how far ahead of our clock (Standard Webhooks: 5 min, as the package has it). */
const toleranceSeconds = 300;

/** Throws a HookRefusal. */
export function verifyHook(source: WebhookSource, headers: IncomingHttpHeaders, body: Buffer, now: Date): VerifiedHook {
  return source.kind === "github"
    ? verifyGitHub(source.secret, headers, body)
    : verifyStandard(source.secret, headers, body, now);
}

function verifyStandard(secret: string, headers: IncomingHttpHeaders, body: Buffer, now: Date): VerifiedHook {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signature = headerOf(headers, "webhook-signature");
  const seconds = Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp)) throw new HookRefusal(400, "webhook-timestamp must be seconds since 1970.");
  if (Math.abs(now.getTime() / 1_000 - seconds) > toleranceSeconds) {
    throw new HookRefusal(400, `webhook-timestamp must be within ${toleranceSeconds} s of now.`);
  }
  try {
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
    new Webhook(secret).verify(body, signed, { jsonParse: false });
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    throw new HookRefusal(401, "webhook-signature does not match.");
  }
  return { messageId: id, seenAs: id };
}

/** GitHub signs the body only, not `X-GitHub-Delivery`: a captured webhook could be replayed under another id. */
function verifyGitHub(secret: string, headers: IncomingHttpHeaders, body: Buffer): VerifiedHook {
  const signature = Buffer.from(headerOf(headers, "x-hub-signature-256"));
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new HookRefusal(401, "x-hub-signature-256 does not match.");
  }
  const seenAs = `sha256:${createHash("sha256").update(body).digest("base64url")}`;
  return { messageId: headerOf(headers, "x-github-delivery"), seenAs };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  if (typeof value === "string" && value !== "" && value.length <= 1_000) return value;
  throw new HookRefusal(401, `The header ${name} must be sent exactly once, with at most 1,000 characters.`);
}
