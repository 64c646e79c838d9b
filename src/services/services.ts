/** All services of a request: the changes and their rules. Independent of transport and GraphQL. */
import type { AccessTokens } from "../auth/access-tokens.js";
import type { Query } from "../db/database.js";
import type { Semaphore } from "../db/semaphore.js";
import type { Deadline } from "../deadline.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { RenderForStorage } from "../markdown/html-store.js";
import { createAccountService } from "./accounts.js";
import { createApiKeyService } from "./api-keys.js";
import { createBlockService } from "./blocks.js";
import { createCommentService } from "./comments.js";
import { createDataExportService } from "./data-export.js";
import { createDeletionService } from "./deletion.js";
import { createFollowService } from "./follows.js";
import { createModerationService } from "./moderation.js";
import { createPostService } from "./posts.js";
import { createReportService } from "./reports.js";
import { createSessionService } from "./sessions.js";
import { createSuspensionService } from "./suspensions.js";
import { createTransact, type IdempotencyScope } from "./transaction.js";
import { createWebhookDeliveryService } from "./webhook-deliveries.js";
import { createWebhookService, type WebhookDependencies } from "./webhooks.js";

export interface ServiceDependencies {
  readonly prisma: PrismaClient;
  /** Reads committed data. */
  readonly query: Query;
  readonly writes: Semaphore;
  readonly tokens: AccessTokens;
  readonly now: () => Date;
  readonly refreshTokenDays: number;
  /** Called after a commit with an event that makes cached viewers invalid (event.ts). */
  readonly invalidateViewers: () => void;
  readonly webhooks: WebhookDependencies;
  /** Renders a text before its transaction begins. */
  readonly renderHtml: RenderForStorage;
  /** Keys of one user that work. */
  readonly apiKeysPerUser: number;
  /** Called after each commit, before its result is returned. `userId` is the user who will read their own write. */
  readonly onCommitted: (userId: number | null) => Promise<void>;
}

export type Services = ReturnType<typeof createServices>;

/** `idempotency` is set for a request with an `Idempotency-Key`. */
export function createServices(
  dependencies: ServiceDependencies,
  deadline: Deadline,
  idempotency: IdempotencyScope | undefined,
  viewerId: number | null,
) {
  const transact = createTransact(dependencies, deadline, idempotency, viewerId);
  const { prisma, now, tokens, refreshTokenDays, apiKeysPerUser, webhooks } = dependencies;
  const { box } = webhooks;
  const sessions = createSessionService({ prisma, transact, tokens, now, refreshTokenDays });
  return {
    sessions,
    accounts: createAccountService({ prisma, transact, sessions, now }),
    apiKeys: createApiKeyService({ transact, now, box, apiKeysPerUser }),
    posts: createPostService(transact, now, dependencies.renderHtml),
    comments: createCommentService(transact, now, dependencies.renderHtml),
    follows: createFollowService(transact, now),
    blocks: createBlockService(transact, now),
    moderation: createModerationService(transact, now),
    suspensions: createSuspensionService(transact, now),
    reports: createReportService(transact, now),
    dataExport: createDataExportService((text, values) => dependencies.query(text, values, deadline.signal)),
    deletion: createDeletionService({ prisma, box, transact, now }),
    webhooks: createWebhookService(transact, now, webhooks),
    webhookDeliveries: createWebhookDeliveryService(transact, now, webhooks),
  };
}
