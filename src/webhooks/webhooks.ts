/** Wires up webhooks: what the services need, and the delivery worker. */
import type { SecretBox } from "../auth/secret-box.js";
import type { Viewer } from "../auth/viewer.js";
import type { Config } from "../config/config.js";
import type { Database } from "../db/database.js";
import { ParleyError } from "../errors.js";
import type { Execute } from "../execution/execute.js";
import type { TrustedDocuments } from "../graphql/documents/trusted-documents.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import type { WebhookDependencies } from "../services/webhooks.js";
import { OperationErrors, type OperationReader } from "../subscriptions/operation.js";
import { createAddressCheck } from "./address.js";
import { createResolve, type Resolve } from "./resolve.js";
import { defaultTimes, type Times } from "./retry-policy.js";
import { createWebhookSender } from "./sender.js";
import { openBodyReader } from "./show-body.js";
import { newWebhookSecret, webhookSecretPurpose } from "./signature.js";
import { urlProblem } from "./url.js";
import { defaultWorkerTimes, startWebhookWorker, type WebhookWorker, type WorkerTimes } from "./worker.js";

/** How long things take; tests make them short. */
export interface WebhookTimes extends Times, WorkerTimes {
  /** How long a receiver may take to answer. */
  readonly answerTimeoutMs: number;
}

export interface WebhooksOptions {
  readonly config: Config;
  readonly log: Log;
  readonly now: () => Date;
  readonly database: Database;
  readonly execute: Execute;
  readonly reader: OperationReader;
  readonly documents: TrustedDocuments;
  readonly box: SecretBox;
  readonly limiter: RateLimiter;
  readonly times: Partial<WebhookTimes> | undefined;
  /** Asks name servers by default. */
  readonly resolve?: Resolve;
}

export interface Webhooks {
  readonly dependencies: WebhookDependencies;
  /** Called after new events. */
  readonly onEvents: () => void;
  /** Starts the worker, if this process has one. */
  start(): void;
  close(): Promise<void>;
}

const answerTimeoutMs = 15_000;
/** How long attempts in flight may continue at shutdown. */
const stopGraceMs = 2_000;

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const { config, database, box } = options;
  const times = { ...defaultTimes, ...defaultWorkerTimes, answerTimeoutMs, ...options.times };
  const rules = {
    allowHttp: !config.production,
    checkAddress: createAddressCheck(config.webhookAllowNetworks),
  };
  const maxBodyBytes = config.webhookBodyLimitBytes;
  const maxCost = config.limits.document.cost;
  let worker: WebhookWorker | undefined;

  return {
    onEvents: () => worker?.onEvents(),
    dependencies: {
      box,
      newSecret: newWebhookSecret,
      secretPurpose: webhookSecretPurpose,
      urlProblem: (url) => urlProblem(url, rules),
      subscriptionProblem: (document, viewer) => subscriptionProblem(options, document, viewer),
      openBodyReader: (viewer) => openBodyReader({ ...options, query: database.query, maxCost, maxBodyBytes }, viewer),
      onDue: () => worker?.onDue(),
      perUser: config.webhooksPerUser,
      maxReplayEvents: config.webhookReplayEvents,
    },
    start() {
      if (config.worker === "off") return;
      const { resolve = createResolve() } = options;
      const sender = createWebhookSender({ ...rules, ...times, resolve, elapsedMs: () => performance.now() });
      const { query, prisma } = database;
      const { meterOf } = options.limiter;
      const parts = { ...options, query, prisma, sender, maxBodyBytes, meterOf, random: Math.random };
      worker = startWebhookWorker({ ...parts, times, workerTimes: times });
    },
    async close() {
      await worker?.close(stopGraceMs);
    },
  };
}

/**
 * Why a document cannot be a webhook's: what the live engine says of it, and no cursor, for the webhook keeps its own.
 */
function subscriptionProblem(
  { reader, documents }: WebhooksOptions,
  document: string,
  viewer: Viewer,
): string | undefined {
  try {
    // A webhook stores the text, so a hash is not accepted.
    documents.resolve({ query: document });
    const { after } = reader.read({ query: document }, viewer);
    return after === undefined
      ? undefined
      : "after is not allowed here: use replayWebhook to send earlier events again";
  } catch (error) {
    if (error instanceof OperationErrors || error instanceof ParleyError) return error.message;
    throw error;
  }
}
