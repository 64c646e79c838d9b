/** Puts the parts together: opens them in order, closes them in reverse. */
import { fileURLToPath } from "node:url";
import { startApollo } from "./apollo.js";
import { createAccessTokens } from "./auth/access-tokens.js";
import { createSecretBox } from "./auth/secret-box.js";
import { loadSecretsKey } from "./auth/secrets-key.js";
import { openSigningKeys } from "./auth/signing-keys.js";
import { createAuthenticator } from "./auth/viewer.js";
import type { Config } from "./config.js";
import type { Database } from "./db/database.js";
import { openDatabase } from "./db/open-database.js";
import { plantDemo } from "./demo/plant.js";
import { createExecute, executeSlowly } from "./execution/execute.js";
import { type ClientOf, createClientOf } from "./guard/client-address.js";
import { createDocumentGuard } from "./guard/document-bounds.js";
import { limitPasswords } from "./guard/limit-passwords.js";
import { type OpenRateLimiter, openRateLimiter } from "./guard/open-rate-limiter.js";
import type { RateLimiter } from "./guard/rate-limit.js";
import { loadTrustedDocuments } from "./guard/trusted-documents.js";
import { createGraphQLHandler } from "./http/graphql.js";
import { type Exchange, listen } from "./http/listener.js";
import { outward } from "./http/outward.js";
import { problem } from "./http/problem.js";
import { dispatch, type Route } from "./http/routes.js";
import { type Live, openLive, refuseUpgrade } from "./live/live.js";
import { createOperationReader } from "./live/operation.js";
import type { Log } from "./log.js";
import { loadPlayground } from "./playground/playground.js";
import { openReads, type Reads } from "./replicas/reads.js";
import { healthRoutes, type Phase } from "./rest/health.js";
import { incomingRoute } from "./rest/incoming.js";
import { jwksRoute } from "./rest/jwks.js";
import { createRequestMetrics, metricsRoute, type Requests } from "./rest/metrics.js";
import { openApiRoute } from "./rest/openapi.js";
import { playgroundFiles, playgroundPage, playgroundRoute } from "./rest/playground.js";
import type { RestRoute } from "./rest/rest-route.js";
import { loadSchema } from "./schema.js";
import { createReceivedHooks } from "./services/received-hooks.js";
import { countDeliveriesWaiting } from "./webhooks/lanes.js";
import { openWebhooks, type Webhooks, type WebhookTimes } from "./webhooks/webhooks.js";

export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** Opens the database. Default as the settings say. */
  readonly openDatabase?: typeof openDatabase;
  /** How long things take in delivering webhooks. Default as the README says. */
  readonly webhookTimes?: Partial<WebhookTimes>;
  /** When the port is taken. Default "first". A process that shares its port is "last": others serve until it can. */
  readonly takesPort?: "first" | "last";
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What listens, for tests that look for what was left behind. */
  readonly live: Live;
  /** Lets requests in flight finish, refuses new ones, closes everything. Repeating it changes nothing. */
  close(): Promise<void>;
}

/** Resolves when the server is ready. Throws a StartupError for what the operator can mend, with everything closed. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  const clientOf = createClientOf(config.trustedProxies);
  let phase: Phase = "starting";
  let database: Database | undefined;
  let rateLimiter: OpenRateLimiter | undefined;
  let app: App | undefined;
  const health = healthRoutes({
    phase: () => phase,
    query: () => database?.query,
    isBusUp: () => app?.live.isBusUp() ?? false,
    countDeliveriesWaiting,
  });
  const requests = createRequestMetrics();
  const routes = () => [...health, ...(app?.routes ?? [])];

  const takePort = () =>
    listen({
      host: config.host,
      port: config.port,
      log,
      elapsedMs: () => performance.now(),
      clientOf,
      limits: config.limits.http,
      handle: outward(config, (exchange) => {
        if (phase === "ready" || isHealth(exchange)) return dispatch(routes())(exchange);
        return notNow();
      }),
      onServed: (served) => requests.note(served, routes()),
      upgrade: (request, socket, head) => {
        if (config.worker === "only") refuseUpgrade(socket, "404 Not Found");
        else if (phase === "ready" && app !== undefined) app.live.upgrade(request, socket, head);
        else refuseUpgrade(socket, "503 Service Unavailable");
      },
    });
  // First: an orchestrator can ask how the start goes, and a second server stops before it writes.
  let listener = options.takesPort === "last" ? undefined : await takePort();
  const closeAll = async () => {
    phase = "stopping";
    // Listeners first: their streams are requests in flight, which the listener waits for.
    await app?.live.endListeners(config.shutdownTimeoutMs / 2);
    await listener?.close(config.shutdownTimeoutMs);
    await app?.webhooks.close();
    await app?.live.close();
    await app?.reads.close();
    rateLimiter?.close();
    await database?.close();
  };
  try {
    database = await (options.openDatabase ?? openDatabase)(config, log);
    rateLimiter = await openRateLimiter({ config, query: database.query, now: options.now, log });
    app = await openApp(options, { database, clientOf, limiter: rateLimiter.limiter, health, requests });
    phase = "ready";
    listener ??= await takePort();
  } catch (error) {
    await closeAll();
    throw error;
  }
  const { url } = listener;
  let closing: Promise<void> | undefined;
  return {
    url,
    live: app.live,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

interface Opened {
  readonly health: readonly RestRoute[];
  readonly requests: Requests;
  readonly database: Database;
  readonly clientOf: ClientOf;
  readonly limiter: RateLimiter;
}

interface App {
  readonly routes: readonly Route[];
  readonly live: Live;
  readonly webhooks: Webhooks;
  readonly reads: Reads;
}

async function openApp(options: ServerOptions, opened: Opened): Promise<App> {
  const { config, log, now, webhookTimes } = options;
  const { database, clientOf, limiter, health, requests } = opened;
  const { prisma, query, writes } = database;
  if (database.kind === "embedded" && config.demo && (await plantDemo(prisma, now()))) {
    log.info("put a demo community into the empty database; DEMO=off keeps it empty");
  }
  const keys = await openSigningKeys(prisma, now);
  const tokens = createAccessTokens(keys, { issuer: config.authIssuer, lifeSeconds: config.accessTokenSeconds, now });
  const authenticator = createAuthenticator(tokens, query, now);
  const { refreshTokenDays, bodyLimitBytes, deadlineMs } = config;
  const schema = await loadSchema();
  limitPasswords(schema, limiter);
  const documents = await loadTrustedDocuments(config.trustedDocuments, config.trustedDocumentsFile);
  const guard = createDocumentGuard(schema, config.limits.document);
  const execute = config.compiledExecution ? createExecute(schema) : executeSlowly(schema);
  const reader = createOperationReader(schema, guard);
  const box = createSecretBox(await loadSecretsKey(config));
  const webhooks = openWebhooks({ config, log, now, database, execute, reader, box, times: webhookTimes });
  const onSessionsEnded = authenticator.forgetSessions;
  const reads = await openReads(config, query, log);
  const dependencies = {
    prisma,
    query,
    writes,
    tokens,
    now,
    refreshTokenDays,
    onSessionsEnded,
    webhooks: webhooks.dependencies,
    onCommitted: reads.noteWrite,
    readFor: reads.readFor,
  };
  const apollo = await startApollo({ schema, execute, config, guard, limiter, log });
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
    onEvents,
  });
  const graphql = createGraphQLHandler({
    ...shared,
    dependencies: { ...dependencies, eventCursor: live.eventCursor },
    bodyLimitBytes,
    deadlineMs,
  });
  const playground = config.playground ? await openPlayground() : undefined;
  const visit = (exchange: Exchange) => (playground && playgroundPage(playground, exchange)) ?? graphql(exchange);
  webhooks.start();
  const { metricsToken: token, production, webhookSources: sources } = config;
  const metrics = metricsRoute(requests, { token, production, query, live, countDeliveriesWaiting });
  if (config.worker === "only") return { routes: [metrics], live, webhooks, reads };
  const hooks = createReceivedHooks(prisma, now);
  const shim = [metrics, jwksRoute(keys), incomingRoute({ sources, hooks, now, bodyLimitBytes })];
  const routes: Route[] = [
    { method: "GET", path: "/graphql", handle: visit },
    { method: "POST", path: "/graphql", handle: graphql },
    { method: "GET", path: "/graphql/stream", handle: live.stream },
    { method: "POST", path: "/graphql/stream", handle: live.stream },
    ...(playground === undefined ? [] : [playgroundRoute(playground)]),
    ...shim,
    openApiRoute([...health, ...shim]),
  ];
  return { routes, live, webhooks, reads };
}

function openPlayground() {
  const directory = fileURLToPath(new URL("../dist/playground/", import.meta.url));
  return loadPlayground({ directory, basePath: playgroundFiles });
}

function isHealth({ path }: Exchange): boolean {
  return path.startsWith("/health/");
}

function notNow() {
  return problem(503, "The server is starting or stopping.", { connection: "close", "retry-after": "1" });
}
