/** Delivers the due deliveries of one webhook in order. Each attempt is stored before the next one starts. */
import type { SecretBox } from "../auth/secret-box.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";
import type { Poster } from "./attempt.js";
import { type ContentOptions, contentToSend } from "./content.js";
import { disable } from "./disable.js";
import { type ClaimedLane, deliveriesAtOnce, type Lane, type Lanes, type ReadyDelivery } from "./lanes.js";
import { meterFor } from "./make.js";
import { judge, type Standing, type Times, type Verdict } from "./schedule.js";
import { signedHeaders, webhookSecretPurpose } from "./signature.js";

export interface DeliverOptions extends ContentOptions {
  readonly prisma: PrismaClient;
  readonly box: SecretBox;
  readonly poster: Poster;
  readonly log: Log;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly times: Times;
}

/** Signals of the worker to a delivery run. */
export interface LaneControl {
  /** Aborted to end it after the attempt in flight. */
  readonly stop: AbortSignal;
  /** Aborted to end it in the middle of one. */
  readonly cut: AbortSignal;
  /** Called while the run waits for points, so that another can take its place. */
  readonly onWaiting: (isWaiting: boolean) => void;
}

/**
 * Resolves when nothing is due, the claim is lost, or it is stopped. A body that must be executed again waits until
 * there are points for it.
 */
export async function deliverLane(
  options: DeliverOptions,
  lanes: Lanes,
  claimed: ClaimedLane,
  control: LaneControl,
): Promise<void> {
  let next: ClaimedLane | undefined = claimed;
  while (next !== undefined) {
    const { lane, due } = next;
    const meter = meterFor(options, lane);
    let hasWaited = false;
    for (const { id } of due) {
      if (control.stop.aborted) return;
      const ready = await lanes.prepare(id);
      if (ready === undefined) return;
      if (ready.delivery.state !== "WAITING") continue;
      if (!ready.delivery.isFresh && meter.isEmpty) {
        control.onWaiting(true);
        hasWaited = await meter.pay(0, control.stop);
        control.onWaiting(false);
        break;
      }
      const verdict = await attemptOne(options, lanes, ready, control.cut);
      if (verdict.disable !== null || verdict.standing.sparedUntil !== null) return;
    }
    if (control.stop.aborted || (!hasWaited && due.length < deliveriesAtOnce)) return;
    next = await lanes.read(lane.id, options.now());
  }
}

async function attemptOne(
  options: DeliverOptions,
  lanes: Lanes,
  { lane, delivery }: ReadyDelivery,
  signal: AbortSignal,
): Promise<Verdict> {
  const { poster, now, log } = options;
  const began = now();
  const standing = standingOf(lane);
  const { id, eventId, attemptCount, dueAt: wasDueAt } = delivery;
  const content = await contentToSend(options, delivery);
  if (!("body" in content)) {
    const attempt = { ...nothingSent, error: "refusal" in content ? content.refusal : content.failure };
    const state = "refusal" in content ? "DEAD" : undefined;
    // The endpoint has no part in it.
    const { state: next, dueAt } = judge(attempt, attemptCount, standing, { ...options, now: began });
    const verdict = { state: state ?? next, dueAt, standing, disable: null };
    await lanes.record({ deliveryId: id, wasDueAt, attempt, verdict, at: began });
    return verdict;
  }
  const { body } = content;
  const headers = signedHeaders(eventId, body, secretsOf(options, lane, began), began);
  const attempt = await poster.post({ url: lane.url, headers, body }, signal);
  const verdict = judge(attempt, attemptCount, standing, { ...options, now: now() });
  await lanes.record({ deliveryId: id, wasDueAt, attempt, verdict, at: began });
  if (hasChanged(standing, verdict.standing)) await lanes.recordStanding(lane, standing, verdict.standing);
  if (verdict.disable !== null) await disable(options, lane, verdict.disable);
  const { status, error, durationMs } = attempt;
  log.debug(
    { component: "webhooks", webhookId: lane.id, deliveryId: id, status, error, durationMs },
    "delivery attempted",
  );
  return verdict;
}

const nothingSent = { status: null, isTimeout: false, durationMs: 0, responseExcerpt: "", retryAfter: undefined };

/** The present one first, and the one before it, while it lasts. */
function secretsOf({ box }: DeliverOptions, lane: Lane, now: Date): string[] {
  const { previousSecret, previousSecretUntil } = lane;
  const isPreviousGood = previousSecretUntil !== null && Date.parse(previousSecretUntil) > now.getTime();
  const sealed = previousSecret !== null && isPreviousGood ? [lane.secret, previousSecret] : [lane.secret];
  return sealed.map((each) => box.open(each, webhookSecretPurpose));
}

function standingOf({ failingSince, timeouts }: Lane): Standing {
  return { failingSince: failingSince === null ? null : new Date(failingSince), timeouts, sparedUntil: null };
}

function hasChanged(before: Standing, after: Standing): boolean {
  return (
    before.failingSince?.getTime() !== after.failingSince?.getTime() ||
    before.timeouts !== after.timeouts ||
    after.sparedUntil !== null
  );
}
