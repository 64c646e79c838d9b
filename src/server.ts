/** Server lifecycle: takes the port, opens the database and the other parts in order, closes them in reverse. */

import { type App, type AppOptions, openApp } from "./app.js";
import type { Database } from "./db/database.js";
import { openDatabase } from "./db/open-database.js";
import { createClientOf, createIsProxy } from "./http/client-address.js";
import { ConnectionCount } from "./http/connection-count.js";
import { finalizeResponse } from "./http/finalize-response.js";
import { listen } from "./http/listener.js";
import { problem } from "./http/problem.js";
import { refuseUpgrade } from "./http/refuse-upgrade.js";
import { dispatch, type Route } from "./http/routes.js";
import { UnreadBytes } from "./http/unread-bytes.js";
import { type OpenRateLimiter, openRateLimiter } from "./rate-limit/open-rate-limiter.js";
import { healthRoutes, type Phase } from "./rest/health.js";
import { createRequestMetrics } from "./rest/metrics.js";
import type { Subscriptions } from "./transports/open-subscriptions.js";
import { countDeliveriesWaiting } from "./webhooks/delivery-queue.js";

export interface ServerOptions extends AppOptions {
  /** Opens the database. Default as the settings say. */
  readonly openDatabase?: typeof openDatabase;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Subscriptions, for tests that check for leaks. */
  readonly live: Subscriptions;
  /** Finishes requests in flight, rejects new ones, closes everything. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when the server is ready. Throws a StartupError for mistakes of the operator, after closing everything. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  const isProxy = createIsProxy(config.trustedProxies);
  const clientOf = createClientOf(isProxy);
  let phase: Phase = "starting";
  let database: Database | undefined;
  let rateLimiter: OpenRateLimiter | undefined;
  let app: App | undefined;
  const health = healthRoutes({
    phase: () => phase,
    query: () => database?.query,
    isBusUp: () => app?.isBusUp() ?? false,
    countDeliveriesWaiting,
  });
  const elapsedMs = () => performance.now();
  const requests = createRequestMetrics(() => connectionCount.size);
  const connectionCount = new ConnectionCount({
    limits: config.limits.http,
    isProxy,
    log,
    elapsedMs,
    onRefused: requests.noteRefused,
  });
  const unread = new UnreadBytes(config.unreadLimitBytes, log);
  let routes: readonly Route[] = health;

  // First: an orchestrator can ask how the start goes, and a second server stops before it writes.
  const listener = await listen({
    host: config.host,
    port: config.port,
    log,
    elapsedMs,
    connectionCount,
    isAlwaysServed: isHealth,
    clientOf,
    limits: config.limits.http,
    unread,
    handle: finalizeResponse(config, (exchange) => {
      if (phase === "ready" || isHealth(exchange.path)) return dispatch(routes, exchange);
      return notNow();
    }),
    onServed: (served) => requests.note(served, routes),
    upgrade: (request, socket, head) => {
      if (config.worker === "only") refuseUpgrade(socket, "404 Not Found");
      else if (phase === "ready" && app !== undefined) app.live.upgrade(request, socket, head);
      else refuseUpgrade(socket, "503 Service Unavailable");
    },
  });
  const closeAll = async () => {
    phase = "stopping";
    // Listeners first: their streams are requests in flight, which the listener waits for.
    await app?.live.endListeners(config.shutdownTimeoutMs / 2);
    await listener.close(config.shutdownTimeoutMs);
    await app?.close();
    rateLimiter?.close();
    await database?.close();
  };
  try {
    database = await (options.openDatabase ?? openDatabase)(config, log);
    rateLimiter = await openRateLimiter({ config, query: database.query, now: options.now, log });
    app = await openApp(options, {
      database,
      clientOf,
      limiter: rateLimiter.limiter,
      health,
      requests,
      connectionCount,
      unread,
    });
    routes = [...health, ...app.routes];
    phase = "ready";
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

/** A liveness probe must not cause a restart because the server is busy. */
function isHealth(path: string): boolean {
  return path.startsWith("/health/");
}

function notNow() {
  return problem(503, "The server is starting or stopping.", { connection: "close", "retry-after": "1" });
}
