/** Disables a webhook, with the reason and the event for its owner in one transaction. */
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Log } from "../log.js";

export interface DisableOptions {
  readonly prisma: PrismaClient;
  readonly log: Log;
  readonly now: () => Date;
}

export type DisableReason = "GONE" | "FAILING" | "UNFILLABLE" | "KEY_ENDED";

export async function disable({ prisma, now, log }: DisableOptions, id: number, reason: DisableReason): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const [webhook] = await tx.webhook.updateManyAndReturn({
      where: { id, state: "ACTIVE" },
      data: { state: "DISABLED", disabledReason: reason, fillTries: 0, fillingSince: null },
      select: { ownerId: true },
    });
    if (webhook === undefined) return;
    await appendEvent(tx, { type: "WebhookDisabled", webhookId: id, ownerId: Number(webhook.ownerId) }, now());
  });
  log.warn({ webhookId: id, reason }, "a webhook was disabled");
}
