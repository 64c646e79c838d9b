/** Inbound webhooks: each becomes one event, even if it is received several times. */
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";

export interface ReceivedHook {
  readonly source: string;
  readonly messageId: string;
  /** Unique per source. */
  readonly seenAs: string;
  /** JSON. */
  readonly body: string;
}

export interface InboundWebhooks {
  /** False when it was seen before: then nothing happens. */
  receive(hook: ReceivedHook): Promise<boolean>;
}

export function createInboundWebhooks(prisma: PrismaClient, now: () => Date): InboundWebhooks {
  return {
    receive: ({ source, messageId, seenAs, body }) =>
      prisma.$transaction(async (tx) => {
        const data = { source, messageId: seenAs, receivedAt: now() };
        // One that comes twice at once waits here for the first.
        const { count } = await tx.receivedHook.createMany({ data, skipDuplicates: true });
        if (count > 0) await appendEvent(tx, { type: "WebhookReceived", source, messageId, body }, now());
        return count > 0;
      }),
  };
}
