/** The end of a webhook that cannot go on: its owner is told, by an event and by what the webhook says of itself. */
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
