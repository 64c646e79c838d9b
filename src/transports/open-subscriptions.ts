/** Opens subscriptions: the engine, and its transports WebSocket and Server-Sent Events. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Authenticator } from "../auth/viewer.js";
import type { Config } from "../config/config.js";
import type { Query } from "../db/database.js";
import { retryWhileUnavailable, withRetry } from "../db/retry-while-unavailable.js";
import { unreachable } from "../errors.js";
import { isViewerChange, type ViewerChange } from "../events/event.js";
import type { EventLogStream } from "../events/open-event-stream.js";
import { withLimit } from "../execution/execute.js";
import type { ContextDependencies } from "../graphql/context.js";
import type { GraphQL } from "../graphql/open-graphql.js";
import type { ClientOf } from "../http/client-address.js";
import type { ConnectionCount } from "../http/connection-count.js";
import type { Handler } from "../http/listener.js";
import { refuseUpgrade } from "../http/refuse-upgrade.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import { LiveEngine } from "../subscriptions/engine.js";
import type { OperationReader } from "../subscriptions/operation.js";
import { checkUpgrade } from "./check-upgrade.js";
import { LiveConnections } from "./connections.js";
import { frameLimit } from "./frame-limit.js";
import { createEventStreamHandler } from "./server-sent-events.js";
import type { TransportDependencies } from "./transport-dependencies.js";
import { createWebSocketEndpoint } from "./websocket.js";

export interface SubscriptionsOptions {
  readonly config: Config;
  readonly log: Log;
  readonly now: () => Date;
  readonly query: Query;
  readonly events: EventLogStream;
  readonly graphql: GraphQL;
  readonly reader: OperationReader;
  readonly context: ContextDependencies;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly clientOf: ClientOf;
  readonly connectionCount: ConnectionCount;
  readonly unread: UnreadBytes;
}

export interface Subscriptions {
  readonly engine: LiveEngine;
  readonly connections: LiveConnections;
  /** `GET` and `POST /graphql/stream`. */
  readonly stream: Handler;
  /** Handles a WebSocket upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes all connections, spread over `spreadMs`. */
  endListeners(spreadMs: number): Promise<void>;
}

const initTimeoutMs = 3_000;
const pingMs = 15_000;
/** How long clients have to answer the server's close, before they are cut off. */
const closeHandshakeMs = 1_000;

export function openSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { config, log, now, query, events, graphql, authenticator, limiter, clientOf } = options;
  const responseLimit = frameLimit(config.backlogBytes, graphql.responseLimit);
  const connections = new LiveConnections({
    perUser: config.connectionsPerUser,
    exempt: (stream) => options.connectionCount.exempt(stream),
    now,
  });
  // Subscribers wait while the database is unreachable: an event sent without its data, or with an error, is not
  // repeated.
  const engine = new LiveEngine({
    execute: withLimit(graphql.execute, responseLimit),
    query: withRetry(query),
    log,
    logId: events.logId,
    position: events.position,
  });
  events.consume({
    onEvents(batch) {
      for (const { data } of batch) {
        if (!isViewerChange(data)) continue;
        endConnections(data, connections);
        authenticator.invalidateViewers();
      }
      engine.take(batch);
    },
    onLost() {
      authenticator.invalidateViewers();
      engine.expireAll();
      connections.endAllOfUsers();
    },
  });
  const dependencies: TransportDependencies = {
    schema: graphql.schema,
    apollo: graphql.apollo,
    authenticate: (header) => retryWhileUnavailable(() => authenticator.authenticate(header)),
    context: options.context,
    engine,
    reader: options.reader,
    connections,
    limiter,
    documents: graphql.documents,
    clientOf,
    log,
    responseLimit,
    unread: options.unread,
    bounds: {
      messageBytes: config.bodyLimitBytes,
      initBytes: config.connectionInitBytes,
      backlogBytes: config.backlogBytes,
      retainedBytes: config.retainedBytes,
      subscriptions: config.subscriptionsPerConnection,
      initTimeoutMs,
      pingMs,
      deadlineMs: config.deadlineMs,
    },
  };
  const sockets = createWebSocketEndpoint(dependencies);
  let ending: Promise<void> | undefined;
  const upgradeRules = { allowedOrigins: config.allowedOrigins, limiter, clientOf };

  return {
    engine,
    connections,
    stream: createEventStreamHandler(dependencies),
    upgrade(request, socket, head) {
      const refusal = checkUpgrade(upgradeRules, request);
      if (refusal === undefined) return sockets.upgrade(request, socket, head);
      const { status, headers } = refusal;
      const { address } = clientOf(request);
      log.info(
        { component: "websocket", status, origin: request.headers.origin, address },
        "WebSocket upgrade rejected",
      );
      refuseUpgrade(socket, status, headers);
    },
    endListeners(spreadMs) {
      ending ??= connections.endAll(spreadMs, closeHandshakeMs).then(sockets.close);
      return ending;
    },
  };
}

/** Closes the connections whose credentials have ended. */
function endConnections(change: ViewerChange, connections: LiveConnections): void {
  switch (change.type) {
    case "SessionsEnded":
      connections.endSessions(change.sessionIds);
      break;
    case "ApiKeyRevoked":
      connections.endKey(change.apiKeyId);
      break;
    case "UserDeleted":
      connections.endUser(change.userId);
      break;
    case "SuspensionChanged":
      connections.changeSuspension(change);
      break;
    case "BlockChanged":
    case "HiddenChanged":
    case "RoleChanged":
      break;
    default:
      unreachable(change);
  }
}
