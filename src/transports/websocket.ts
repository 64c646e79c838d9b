/** WebSocket endpoint: accepts upgrades, opens a connection for each socket and pings idle ones. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { handleProtocols, type Server } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { requestIdOf } from "../http/request-id.js";
import { SocketConnection } from "./socket-connection.js";
import type { TransportDependencies } from "./transport-dependencies.js";
import { createProtocol } from "./websocket-protocol.js";

export interface WebSocketEndpoint {
  /** Takes over a socket whose client requested an upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Terminates the remaining connections. */
  close(): void;
}

export function createWebSocketEndpoint(options: TransportDependencies): WebSocketEndpoint {
  const { bounds, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: bounds.messageBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = createProtocol(options);
  const pinging = setInterval(() => pingAll(sockets), bounds.pingMs);
  return {
    upgrade(request, stream, head) {
      sockets.handleUpgrade(request, stream, head, (socket) => open(socket, stream, request, protocol, options));
    },
    close() {
      clearInterval(pinging);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      log.debug({ component: "websocket" }, "WebSocket endpoint closed");
    },
  };
}

function open(
  socket: WebSocket,
  stream: Duplex,
  request: IncomingMessage,
  protocol: Server<SocketConnection>,
  { bounds, log, connections, clientOf, unread }: TransportDependencies,
): void {
  const requestId = requestIdOf(request.headers["x-request-id"]);
  const { address } = clientOf(request);
  log.info({ component: "websocket", requestId, address, origin: request.headers.origin }, "WebSocket opened");
  const connection = new SocketConnection(socket, stream, {
    address,
    openLog: () => log.child({ requestId }),
    backlogBytes: bounds.backlogBytes,
    initBytes: bounds.initBytes,
    retainedBytes: bounds.retainedBytes,
    connections,
    unread,
  });
  const closed = protocol.opened(connection, connection);
  socket.on("error", (error) =>
    connection.log.debug({ component: "websocket", reason: error.message }, "WebSocket failed"),
  );
  socket.once("close", (code, reason) => {
    log.info({ component: "websocket", requestId, userId: connection.viewer?.id, code }, "WebSocket closed");
    connection.closed();
    closed(code, String(reason)).catch((error: unknown) =>
      connection.log.error({ component: "websocket", err: error }, "closing a WebSocket failed"),
    );
  });
}

const awaitsPong = new WeakSet<WebSocket>();

/** Pings all sockets from one timer; disconnects those that have not answered. */
function pingAll(sockets: WebSocketServer): void {
  for (const socket of sockets.clients) {
    if (awaitsPong.has(socket)) {
      socket.terminate();
      continue;
    }
    awaitsPong.add(socket);
    socket.once("pong", () => awaitsPong.delete(socket));
    socket.ping();
  }
}
