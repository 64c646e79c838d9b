/** `GET /metrics` for Prometheus. Requires a bearer token or a local connection, because metrics reveal internals. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Query } from "../db/database.js";
import { countWaiting } from "../events/event-log.js";
import type { ConnectionSetting } from "../http/connection-count.js";
import type { Served } from "../http/listener.js";
import { problem } from "../http/problem.js";
import { isAt, type Route } from "../http/routes.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Subscriptions } from "../transports/open-subscriptions.js";
import type { RestRoute } from "./rest-route.js";

export interface MetricsOptions {
  readonly token: string | undefined;
  readonly production: boolean;
  readonly query: Query;
  readonly subscriptions: Pick<Subscriptions, "connections" | "engine">;
  readonly unread: UnreadBytes;
  readonly countDeliveriesWaiting: (query: Query) => Promise<number>;
}

/** Those of the process: there is one, whatever runs in it. */
let processMetrics: Registry | undefined;

export interface Requests {
  /** Called for each request. */
  readonly note: (served: Served, routes: readonly Route[]) => void;
  /** Called for each rejected connection, with the setting that limits it. */
  readonly noteRefused: (setting: ConnectionSetting) => void;
  readonly registry: Registry;
}

export function createRequestMetrics(countConnections: () => number): Requests {
  const registry = new Registry();
  addGauge(registry, "parley_http_connections", "TCP connections, WebSockets and streams included", countConnections);
  const refused = new Counter({
    name: "parley_http_connections_refused_total",
    help: "Refused connections, by the setting that limits them",
    labelNames: ["setting"],
    registers: [registry],
  });
  const durations = new Histogram({
    name: "parley_http_request_duration_seconds",
    help: "Request duration, by method, route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    noteRefused: (setting) => refused.inc({ setting }),
    note: ({ method, path, status, durationMs }, routes) => {
      // What clients make up must not become series without end.
      const route = routes.find((each) => isAt(each, path));
      const known = ["GET", "HEAD", "POST", "OPTIONS"].includes(method) ? method : "other";
      durations.observe({ method: known, route: route?.path ?? "other", status }, durationMs / 1_000);
    },
  };
}

export function metricsRoute(requests: Requests, options: MetricsOptions): RestRoute {
  addGauges(requests.registry, options);
  if (processMetrics === undefined) {
    processMetrics = new Registry();
    collectDefaultMetrics({ register: processMetrics });
  }
  const registry = Registry.merge([requests.registry, processMetrics]);
  return {
    method: "GET",
    path: "/metrics",
    handle: async ({ request }) => {
      const refusal = refuse(request, options);
      if (refusal !== undefined) return refusal;
      const headers = { "content-type": registry.contentType, "cache-control": "no-store" };
      return { status: 200, headers, body: await registry.metrics() };
    },
    doc: {
      summary: "Metrics for Prometheus",
      bearer: true,
      responses: {
        200: { description: "The text format of Prometheus.", type: "text/plain", schema: { type: "string" } },
        401: { description: "The bearer token is not METRICS_TOKEN." },
        404: { description: "METRICS_TOKEN is not set, and the request is not from this machine." },
      },
    },
  };
}

/** Read at each scrape. */
function addGauges(registry: Registry, { query, subscriptions, unread, countDeliveriesWaiting }: MetricsOptions): void {
  const { connections, engine } = subscriptions;
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    addGauge(registry, name, help, read);
  gauge("parley_live_connections", "Open WebSocket and Server-Sent Events connections", () => connections.size);
  gauge("parley_live_groups", "Distinct subscriptions", () => engine.size.groups);
  gauge("parley_live_listeners", "Subscriptions", () => engine.size.listeners);
  gauge("parley_unread_bytes", "Bytes written but not yet read by clients", () => unread.total);
  new Counter({
    name: "parley_unread_closed_total",
    help: "Connections closed because of their unread bytes (UNREAD_LIMIT_BYTES)",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(unread.closedCount);
    },
  });
  gauge("parley_relay_lag_events", "Events that are not yet numbered by the relay", () => countWaiting(query));
  gauge("parley_webhook_deliveries_waiting", "Webhook deliveries that are waiting; counted up to 10,000", () =>
    countDeliveriesWaiting(query),
  );
}

function addGauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}

function refuse({ headers, socket }: IncomingMessage, { token, production }: MetricsOptions) {
  if (token !== undefined) {
    const isRight = timingSafeEqual(digest(headers.authorization ?? ""), digest(`Bearer ${token}`));
    return isRight
      ? undefined
      : problem(401, "The bearer token is not METRICS_TOKEN.", { "www-authenticate": "Bearer" });
  }
  // A proxy on this machine brings the requests of others.
  const isForwarded = "forwarded" in headers || "x-forwarded-for" in headers;
  const isLocal = /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? "") && !isForwarded;
  return isLocal && !production ? undefined : problem(404, "Not found.");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
