/** Puts the server's parts together once its database is open, in named steps; closes them in reverse. */
import type { Config } from "./config/config.js";
import type { Database } from "./db/database.js";
import { addDemo } from "./demo/add-demo.js";
import { openEventStream } from "./events/open-event-stream.js";
import type { ContextDependencies } from "./graphql/context.js";
import { openGraphQL } from "./graphql/open-graphql.js";
import type { ClientOf } from "./http/client-address.js";
import type { ConnectionCount } from "./http/connection-count.js";
import { createGraphQLHandler } from "./http/graphql.js";
import type { Route } from "./http/routes.js";
import type { UnreadBytes } from "./http/unread-bytes.js";
import type { Log } from "./log.js";
import { openHtmlStore } from "./markdown/html-store.js";
import type { RateLimiter } from "./rate-limit/rate-limit.js";
import { StatementTime } from "./rate-limit/statement-time.js";
import { openReads } from "./replicas/reads.js";
import type { Requests } from "./rest/metrics.js";
import { openRoutes } from "./rest/open-routes.js";
import type { RestRoute } from "./rest/rest-route.js";
import { removeExpired } from "./services/housekeeping.js";
import { openIdentity } from "./services/open-identity.js";
import { createOperationReader } from "./subscriptions/operation.js";
import { openSubscriptions, type Subscriptions } from "./transports/open-subscriptions.js";
import { countDeliveriesWaiting } from "./webhooks/delivery-queue.js";
import { openWebhooks, type WebhookTimes } from "./webhooks/webhooks.js";

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** How long things take in delivering webhooks. Default as in docs/webhooks.md. */
  readonly webhookTimes?: Partial<WebhookTimes>;
}

/** Parts that are opened before the others. */
export interface AppParts {
  readonly health: readonly RestRoute[];
  readonly requests: Requests;
  readonly database: Database;
  readonly clientOf: ClientOf;
  readonly limiter: RateLimiter;
  readonly connectionCount: ConnectionCount;
  readonly unread: UnreadBytes;
}

export interface App {
  readonly routes: readonly Route[];
  readonly live: Subscriptions;
  readonly isBusUp: () => boolean;
  /** Closes the parts, but not those that were opened before. */
  close(): Promise<void>;
}

type Close = () => Promise<void>;

export async function openApp(options: AppOptions, opened: AppParts): Promise<App> {
  const toClose: Close[] = [];
  const close = async () => {
    for (let next = toClose.pop(); next !== undefined; next = toClose.pop()) await next();
  };
  try {
    return { ...(await openParts(options, opened, toClose)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  { config, log, now, webhookTimes }: AppOptions,
  { database, clientOf, limiter, health, requests, connectionCount, unread }: AppParts,
  toClose: Close[],
): Promise<Omit<App, "close">> {
  const { prisma, query, writes } = database;
  const html = openHtmlStore(query, log);
  toClose.push(html.close);
  await addDemo(database, config.demo, log, now());
  const reads = await openReads(config, query, log);
  toClose.push(reads.close);
  const identity = await openIdentity({ config, database, log, now, onCommitted: reads.noteWrite });
  const { authenticator } = identity;
  const graphql = await openGraphQL({ config, log, limiter, showHtml: html.showHtml });
  const { apollo, documents, store } = graphql;
  const reader = createOperationReader(graphql.schema, graphql.guard, { store, introspection: config.introspection });
  const events = await openEventStream({
    database,
    redisUrl: config.redisUrl,
    log,
    now,
    retentionHours: config.eventRetentionHours,
    housekeeping: () => removeExpired(query, now()),
  });
  toClose.push(events.close);
  const webhooks = openWebhooks({
    config,
    log,
    now,
    database,
    events,
    graphql,
    reader,
    box: identity.box,
    limiter,
    times: webhookTimes,
  });
  toClose.push(webhooks.close);
  const statementTime = new StatementTime({
    limiter,
    limits: config.limits.statement,
    maxWaiting: config.databaseQueueSize,
    now,
  });
  const context: ContextDependencies = {
    prisma,
    query,
    writes,
    now,
    tokens: identity.tokens,
    refreshTokenDays: config.refreshTokenDays,
    apiKeysPerUser: config.apiKeysPerUser,
    webhooks: webhooks.dependencies,
    renderHtml: html.renderHtml,
    readFor: reads.readFor,
    eventCursor: events.cursor,
    searchTimeoutMs: config.limits.statement.searchTimeoutMs,
    statementsOf: statementTime.of,
    invalidateViewers: authenticator.invalidateViewers,
    onCommitted: reads.noteWrite,
  };
  const subscriptions = openSubscriptions({
    config,
    log,
    now,
    query,
    events,
    graphql,
    reader,
    context,
    authenticator,
    limiter,
    clientOf,
    connectionCount,
    unread,
  });
  toClose.push(() => subscriptions.endListeners(0));
  const { bodyLimitBytes, deadlineMs } = config;
  const routes = await openRoutes({
    config,
    now,
    database,
    identity,
    graphql: createGraphQLHandler({
      apollo,
      authenticator,
      dependencies: context,
      bodyLimitBytes,
      deadlineMs,
      limiter,
      documents,
    }),
    subscriptions,
    unread,
    requests,
    health,
    countDeliveriesWaiting,
  });
  webhooks.start();
  return { routes, live: subscriptions, isBusUp: events.isBusUp };
}
