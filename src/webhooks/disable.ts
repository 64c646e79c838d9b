/** Disables a webhook: the reason and the event for its owner, in one transaction. */
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";

export interface DisableOptions {
  readonly prisma: PrismaClient;
  readonly log: Log;
  readonly now: () => Date;
}

export type DisableReason = "GONE" | "FAILING" | "UNFILLABLE" | "KEY_ENDED";

/** With `url`, only while the webhook has that URL: failures of the previous endpoint do not count. */
export async function disable(
  { prisma, now, log }: DisableOptions,
  { id, url }: { readonly id: number; readonly url?: string },
  reason: DisableReason,
): Promise<void> {
  const isDone = await prisma.$transaction(async (tx) => {
    const [webhook] = await tx.webhook.updateManyAndReturn({
      where: { id, state: "ACTIVE", ...(url !== undefined && { url }) },
      data: { state: "DISABLED", disabledReason: reason, fanOutTries: 0, fanOutSince: null },
      select: { ownerId: true },
    });
    if (webhook === undefined) return false;
    await appendEvent(tx, { type: "WebhookDisabled", webhookId: id, ownerId: Number(webhook.ownerId) }, now());
    return true;
  });
  if (isDone) log.warn({ component: "webhooks", webhookId: id, reason }, "webhook disabled");
}
