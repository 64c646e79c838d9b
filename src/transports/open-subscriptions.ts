/** Wires up subscriptions: event log, relay and bus, the engine, and the transports. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ApolloServer } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import type { Authenticator } from "../auth/viewer.js";
import type { Config } from "../config/config.js";
import type { Database } from "../db/database.js";
import { retryWhileUnavailable, withRetry } from "../db/retry-while-unavailable.js";
import { type HeaderList, ParleyError, unreachable } from "../errors.js";
import { type Bus, createLocalBus } from "../events/bus.js";
import { isViewerChange, type LoggedEvent, type ViewerChange } from "../events/event.js";
import { toEventCursor } from "../events/event-cursor.js";
import { readBounds } from "../events/event-log.js";
import { startRelay } from "../events/relay.js";
import { openTail } from "../events/tail.js";
import { type Execute, withLimit } from "../execution/execute.js";
import type { Context, ContextDependencies } from "../graphql/context.js";
import type { TrustedDocuments } from "../graphql/documents/trusted-documents.js";
import type { ClientOf } from "../http/client-address.js";
import type { ConnectionCount } from "../http/connection-count.js";
import type { Handler } from "../http/listener.js";
import { isOriginAllowed } from "../http/origin.js";
import { refuseUpgrade } from "../http/refuse-upgrade.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import { removeExpired } from "../services/housekeeping.js";
import { LiveEngine } from "../subscriptions/engine.js";
import type { OperationReader } from "../subscriptions/operation.js";
import { LiveConnections } from "./connections.js";
import { responseLimitOf } from "./frame-limit.js";
import { createEventStreamHandler } from "./server-sent-events.js";
import { createWebSocketEndpoint } from "./websocket.js";

export interface LiveOptions {
  readonly config: Config;
  readonly log: Log;
  readonly now: () => Date;
  readonly database: Database;
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly limiter: RateLimiter;
  readonly documents: TrustedDocuments;
  readonly clientOf: ClientOf;
  readonly apollo: ApolloServer<Context>;
  readonly authenticator: Authenticator;
  readonly dependencies: Omit<ContextDependencies, "eventCursor">;
  readonly reader: OperationReader;
  readonly connectionCount: ConnectionCount;
  readonly unread: UnreadBytes;
  /** Called after new events. */
  readonly onEvents: () => void;
}

export interface Live {
  readonly engine: LiveEngine;
  readonly connections: LiveConnections;
  /** Cursor of the last event handed to the engine. */
  eventCursor(): string;
  /** `GET` and `POST /graphql/stream`. */
  readonly stream: Handler;
  /** Handles a WebSocket upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  isBusUp(): boolean;
  /** Closes all connections, spread over `spreadMs`. */
  endListeners(spreadMs: number): Promise<void>;
  close(): Promise<void>;
}

const initTimeoutMs = 3_000;
const pingMs = 15_000;
/** How long clients have to answer the server's close, before they are cut off. */
const closeHandshakeMs = 1_000;
const webSocketPath = "/graphql";

export async function openLive(options: LiveOptions): Promise<Live> {
  const { config, log, now, database, execute, authenticator } = options;
  const { logId } = await readBounds(database.query);
  const responseLimit = responseLimitOf(config);
  const bus = await openBus(config, logId, log);
  const connections = new LiveConnections({
    perUser: config.connectionsPerUser,
    exempt: (stream) => options.connectionCount.exempt(stream),
    now,
  });
  let engine: LiveEngine | undefined;
  const onEvents = (events: readonly LoggedEvent[]) => {
    followCredentials(events, authenticator, connections);
    engine?.take(events);
    options.onEvents();
  };
  const onLost = () => {
    authenticator.invalidateViewers();
    engine?.expireAll();
    connections.endAllOfUsers();
  };
  const tail = await openTail({ query: database.query, bus, log, onEvents, onLost });
  // Subscribers wait while the database is unreachable: an event sent without its data, or with an error, is not
  // repeated.
  engine = new LiveEngine({
    execute: withLimit(execute, responseLimit),
    query: withRetry(database.query),
    log,
    logId,
    position: tail.position,
  });
  const patient = {
    ...authenticator,
    authenticate: (header: string | undefined) => retryWhileUnavailable(() => authenticator.authenticate(header)),
  };
  const relay = startRelay({
    database,
    bus,
    log,
    now,
    retentionHours: config.eventRetentionHours,
    housekeeping: () => removeExpired(database.query, now()),
  });
  let known = { position: -1, cursor: "" };
  // Cached: every request reads it, mostly without a new event in between.
  const eventCursor = () => {
    const position = tail.position();
    if (known.position !== position) known = { position, cursor: toEventCursor(logId, position) };
    return known.cursor;
  };
  const dependencies = { ...options.dependencies, eventCursor };
  const parts = { ...options, authenticator: patient, dependencies, engine, connections, responseLimit };
  const bounds = {
    messageBytes: config.bodyLimitBytes,
    backlogBytes: config.backlogBytes,
    initBytes: config.connectionInitBytes,
    retainedBytes: config.keptLimitBytes,
    deadlineMs: config.deadlineMs,
    subscriptions: config.subscriptionsPerConnection,
    initTimeoutMs,
    pingMs,
  };
  const sockets = createWebSocketEndpoint({ ...parts, bounds });

  return {
    engine,
    connections,
    eventCursor,
    stream: createEventStreamHandler({
      ...parts,
      bodyLimitBytes: config.bodyLimitBytes,
      backlogBytes: config.backlogBytes,
      retainedBytes: config.keptLimitBytes,
      deadlineMs: config.deadlineMs,
    }),
    upgrade(request, socket, head) {
      const path = request.url?.split("?")[0];
      const { origin, host } = request.headers;
      const refuse = (status: string, headers?: HeaderList) => {
        log.info(
          { component: "websocket", status, origin, address: options.clientOf(request).address },
          "WebSocket upgrade rejected",
        );
        refuseUpgrade(socket, status, headers);
      };
      if (path !== webSocketPath) return refuse("404 Not Found");
      // Drafts before RFC 6455, of which ws takes one, name the page in another header than `Origin`.
      const { "sec-websocket-version": version } = request.headers;
      if (version !== "13") return refuse("426 Upgrade Required", [["sec-websocket-version", "13"]]);
      if (!isOriginAllowed(origin, host, config.allowedOrigins)) return refuse("403 Forbidden");
      const shutOut = shutOutBy(options, request);
      if (shutOut !== undefined) return refuse("429 Too Many Requests", shutOut.headers);
      sockets.upgrade(request, socket, head);
    },
    isBusUp: bus.isUp,
    async endListeners(spreadMs) {
      await connections.endAll(spreadMs, closeHandshakeMs);
      sockets.close();
    },
    async close() {
      tail.close();
      await relay.close();
      await bus.close();
    },
  };
}

/** A visitor with nothing left opens no socket. To open one costs as much as a request that fails. */
function shutOutBy({ limiter, clientOf }: LiveOptions, request: IncomingMessage): ParleyError | undefined {
  const caller = { viewer: null, address: clientOf(request).address };
  try {
    limiter.assertNotExhausted(caller);
    limiter.chargeFailure(caller);
    return undefined;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
}

async function openBus({ redisUrl }: Config, logId: string, log: Log): Promise<Bus> {
  if (redisUrl === undefined) return createLocalBus();
  return (await import("../events/redis-bus.js")).connectRedisBus(redisUrl, logId, log);
}

/** Applies events about sessions, keys and visibility, from any instance. */
function followCredentials(
  events: readonly LoggedEvent[],
  authenticator: Authenticator,
  connections: LiveConnections,
): void {
  for (const { data } of events) {
    if (!isViewerChange(data)) continue;
    endConnections(data, connections);
    authenticator.invalidateViewers();
  }
}

/** Closes the connections of credentials that have ended. */
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
