/** Opens webhooks: what the services need, and the delivery worker. */
import type { SecretBox } from "../auth/secret-box.js";
import type { Viewer } from "../auth/viewer.js";
import type { Config } from "../config/config.js";
import type { Database } from "../db/database.js";
import { ParleyError } from "../errors.js";
import type { EventLogStream } from "../events/open-event-stream.js";
import { withLimit } from "../execution/execute.js";
import { lesser } from "../execution/response-size.js";
import type { TrustedDocuments } from "../graphql/documents/trusted-documents.js";
import type { GraphQL } from "../graphql/open-graphql.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import type { WebhookDependencies } from "../services/webhooks.js";
import type { OperationReader } from "../subscriptions/operation.js";
import { OperationErrors } from "../subscriptions/operation-errors.js";
import { createAddressCheck } from "./address.js";
import { Isolation } from "./isolation.js";
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
  readonly events: EventLogStream;
  readonly graphql: GraphQL;
  readonly reader: OperationReader;
  readonly box: SecretBox;
  readonly limiter: RateLimiter;
  readonly times: Partial<WebhookTimes> | undefined;
  /** Asks name servers by default. */
  readonly resolve?: Resolve;
}

export interface Webhooks {
  readonly dependencies: WebhookDependencies;
  /** Starts the worker, if this process has one. */
  start(): void;
  close(): Promise<void>;
}

const answerTimeoutMs = 15_000;
/** How long attempts in flight may continue at shutdown. */
const stopGraceMs = 2_000;

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const { config, log, now, database, graphql, reader, box, limiter, resolve = createResolve() } = options;
  const { query, prisma } = database;
  const times = { ...defaultTimes, ...defaultWorkerTimes, answerTimeoutMs, ...options.times };
  const rules = {
    allowHttp: !config.production,
    checkAddress: createAddressCheck(config.webhookAllowNetworks),
  };
  const maxBodyBytes = config.webhookBodyLimitBytes;
  const bodyLimit = { bytes: maxBodyBytes, setting: "WEBHOOK_BODY_LIMIT_BYTES" };
  const execute = withLimit(graphql.execute, lesser(bodyLimit, graphql.responseLimit));
  let worker: WebhookWorker | undefined;
  options.events.consume({ onEvents: () => worker?.onEvents() });

  return {
    dependencies: {
      box,
      newSecret: newWebhookSecret,
      secretPurpose: webhookSecretPurpose,
      urlProblem: (url) => urlProblem(url, rules),
      subscriptionProblem: (document, viewer) => subscriptionProblem(reader, graphql.documents, document, viewer),
      openBodyReader: (viewer) =>
        openBodyReader(
          { query, execute, reader, log, maxBodyBytes, limiter, maxCost: config.limits.document.cost },
          viewer,
        ),
      onDue: () => worker?.onDue(),
      perUser: config.webhooksPerUser,
      maxReplayEvents: config.webhookReplayEvents,
    },
    start() {
      if (config.worker === "off") return;
      const { allowHttp, checkAddress } = rules;
      const elapsedMs = () => performance.now();
      worker = startWebhookWorker({
        database,
        query,
        prisma,
        log,
        now,
        execute,
        reader,
        maxBodyBytes,
        meterOf: limiter.meterOf,
        box,
        sender: createWebhookSender({
          allowHttp,
          checkAddress,
          resolve,
          elapsedMs,
          answerTimeoutMs: times.answerTimeoutMs,
        }),
        random: Math.random,
        times,
        leaseMs: times.leaseMs,
        pollMs: times.pollMs,
        isolation: new Isolation(),
      });
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
  reader: OperationReader,
  documents: TrustedDocuments,
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
