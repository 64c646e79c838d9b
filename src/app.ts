/** Wires up the server once its database is open: every component, and the HTTP routes. */
import { fileURLToPath } from "node:url";
import { createAccessTokens } from "./auth/access-tokens.js";
import { createApiKeys } from "./auth/api-keys.js";
import { openExternalIdentities } from "./auth/external-identities.js";
import { createSecretBox } from "./auth/secret-box.js";
import { loadSecretsKey } from "./auth/secrets-key.js";
import { openSigningKeys } from "./auth/signing-keys.js";
import { createAuthenticator } from "./auth/viewer.js";
import type { Config } from "./config/config.js";
import type { Database } from "./db/database.js";
import { seedDemo } from "./demo/seed.js";
import { reasonOf } from "./errors.js";
import { createExecute, executeWithGraphqlJs, withLimit } from "./execution/execute.js";
import { lesser } from "./execution/response-size.js";
import { startApollo } from "./graphql/apollo.js";
import { createDocumentGuard } from "./graphql/documents/document-bounds.js";
import { DocumentStore } from "./graphql/documents/document-store.js";
import { loadTrustedDocuments } from "./graphql/documents/trusted-documents.js";
import { loadSchema } from "./graphql/schema.js";
import type { ClientOf } from "./http/client-address.js";
import type { ConnectionCount } from "./http/connection-count.js";
import { createGraphQLHandler } from "./http/graphql.js";
import type { Handler } from "./http/listener.js";
import type { Route } from "./http/routes.js";
import type { UnreadBytes } from "./http/unread-bytes.js";
import type { Log } from "./log.js";
import { type HtmlStore, openHtmlStore } from "./markdown/html-store.js";
import { packageRoot } from "./package-root.js";
import { loadPlayground, type Playground } from "./playground/playground.js";
import { playgroundFiles, playgroundPage, playgroundRoute } from "./playground/playground-route.js";
import type { RateLimiter } from "./rate-limit/rate-limit.js";
import { StatementTime } from "./rate-limit/statement-time.js";
import { openReads, type Reads } from "./replicas/reads.js";
import { incomingRoute } from "./rest/inbound-webhooks.js";
import { jwksRoute } from "./rest/jwks.js";
import { metricsRoute, type Requests } from "./rest/metrics.js";
import { openApiRoute } from "./rest/openapi.js";
import type { RestRoute } from "./rest/rest-route.js";
import { createUserProvisioner } from "./services/external-identities.js";
import { createReceivedHooks } from "./services/inbound-webhooks.js";
import { createOperationReader } from "./subscriptions/operation.js";
import { type Live, openLive } from "./transports/open-subscriptions.js";
import { countDeliveriesWaiting } from "./webhooks/delivery-queue.js";
import { openWebhooks, type Webhooks, type WebhookTimes } from "./webhooks/webhooks.js";

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
  readonly live: Live;
  readonly webhooks: Webhooks;
  readonly reads: Reads;
  readonly html: HtmlStore;
}

export async function openApp({ config, log, now, webhookTimes }: AppOptions, opened: AppParts): Promise<App> {
  const { database, clientOf, limiter, health, requests, connectionCount, unread } = opened;
  const { prisma, query, writes } = database;
  const html = openHtmlStore(query, log);
  if (database.kind === "embedded" && config.demo && (await seedDemo(database, html.renderHtml, now()))) {
    log.info({ component: "demo" }, "added a demo community to the empty database; set DEMO=off to keep it empty");
  }
  const { refreshTokenDays, apiKeysPerUser, bodyLimitBytes, deadlineMs } = config;
  const box = createSecretBox(await loadSecretsKey(config));
  const keys = await openSigningKeys(database, box, now);
  const tokens = createAccessTokens(keys, { issuer: config.authIssuer, lifeSeconds: config.accessTokenSeconds, now });
  const reads = await openReads(config, query, log);
  const writing = {
    prisma,
    writes,
    now,
    invalidateViewers: () => authenticator.invalidateViewers(),
    onCommitted: reads.noteWrite,
  };
  const external = openExternalIdentities({
    issuers: config.authIssuers,
    query,
    log,
    now,
    provisionUser: createUserProvisioner({ ...writing, deadlineMs, random: Math.random, box }),
  });
  const apiKeys = createApiKeys(query, now, (error) =>
    log.debug({ component: "auth", reason: reasonOf(error) }, "cannot store the last use of an API key"),
  );
  const authenticator = createAuthenticator(tokens, query, now, { apiKeys, external });
  const schema = await loadSchema(html.showHtml, limiter);
  const documents = await loadTrustedDocuments(config.trustedDocuments, config.trustedDocumentsFile);
  const hideSuggestions = !config.introspection;
  const guard = createDocumentGuard(schema, config.limits.document, hideSuggestions);
  const responseLimit = { bytes: config.responseLimitBytes, setting: "RESPONSE_LIMIT_BYTES" };
  const execute = (config.compiledExecution ? createExecute : executeWithGraphqlJs)(schema, {
    responseLimit,
    hideSuggestions,
  });
  const store = new DocumentStore(config.limits.documentStoreNodes);
  const reader = createOperationReader(schema, guard, { store, introspection: config.introspection });
  const bodyLimit = { bytes: config.webhookBodyLimitBytes, setting: "WEBHOOK_BODY_LIMIT_BYTES" };
  const executeBody = withLimit(execute, lesser(bodyLimit, responseLimit));
  const webhooks = openWebhooks({
    ...{ config, log, now, database, execute: executeBody, reader, documents, box, limiter },
    times: webhookTimes,
  });
  const statementTime = new StatementTime({
    limiter,
    limits: config.limits.statement,
    maxWaiting: config.databaseQueueSize,
    now,
  });
  const dependencies = {
    ...writing,
    query,
    tokens,
    refreshTokenDays,
    apiKeysPerUser,
    webhooks: webhooks.dependencies,
    renderHtml: html.renderHtml,
    readFor: reads.readFor,
    searchTimeoutMs: config.limits.statement.searchTimeoutMs,
    statementsOf: statementTime.of,
  };
  const apollo = await startApollo({ schema, execute, config, guard, store, limiter, log });
  const shared = { apollo, authenticator, limiter, documents };
  const { onEvents } = webhooks;
  const live = await openLive({
    ...shared,
    config,
    log,
    now,
    database,
    schema,
    execute,
    clientOf,
    dependencies,
    reader,
    connectionCount,
    unread,
    onEvents,
  });
  const graphql = createGraphQLHandler({
    ...shared,
    dependencies: { ...dependencies, eventCursor: live.eventCursor },
    bodyLimitBytes,
    deadlineMs,
  });
  webhooks.start();
  const { metricsToken: token, production, webhookSources: sources } = config;
  const metrics = metricsRoute(requests, { token, production, query, live, unread, countDeliveriesWaiting });
  const parts = { live, webhooks, reads, html };
  if (config.worker === "only") return { ...parts, routes: [metrics] };
  const hooks = createReceivedHooks(prisma, now);
  const shim = [metrics, jwksRoute(keys), incomingRoute({ sources, hooks, now, bodyLimitBytes })];
  const playground = config.playground ? await openPlayground() : undefined;
  const routes = [...graphqlRoutes(graphql, live, playground), ...shim, openApiRoute([...health, ...shim])];
  return { ...parts, routes };
}

function graphqlRoutes(graphql: Handler, { stream }: Live, playground: Playground | undefined): Route[] {
  const visit: Handler = (exchange) => (playground && playgroundPage(playground, exchange)) ?? graphql(exchange);
  return [
    { method: "GET", path: "/graphql", handle: visit },
    { method: "POST", path: "/graphql", handle: graphql },
    { method: "GET", path: "/graphql/stream", handle: stream },
    { method: "POST", path: "/graphql/stream", handle: stream },
    ...(playground === undefined ? [] : [playgroundRoute(playground)]),
  ];
}

function openPlayground() {
  const directory = fileURLToPath(new URL("dist/playground/", packageRoot));
  return loadPlayground({ directory, basePath: playgroundFiles });
}
