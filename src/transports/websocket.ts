/**
 * GraphQL over WebSocket: graphql-ws implements the protocol (graphql-transport-ws), the subscription engine writes the
 * events.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type Server,
  type Context as SocketContext,
  type SubscribePayload,
} from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Viewer } from "../auth/viewer.js";
import { withDeadline } from "../deadline.js";
import { ParleyError } from "../errors.js";
import { createContext } from "../graphql/context.js";
import { requestIdOf } from "../http/request-id.js";
import { executeOperation } from "../subscriptions/execute-operation.js";
import { OperationErrors, type OperationRequest, unknownOperation } from "../subscriptions/operation.js";
import { tooManyConnections } from "./connections.js";
import { maxIdBytes } from "./frame-limit.js";
import { closeCodes, SocketConnection } from "./socket-connection.js";
import type { TransportDependencies } from "./transport-dependencies.js";

export interface WebSocketEndpoint {
  /** Takes over a socket that asked to be upgraded. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Terminates the remaining connections. */
  close(): void;
}

type Params = Record<string, unknown> | undefined;

/** Execution of an accepted operation, run by graphql-ws. */
type Work = () => ReturnType<NonNullable<Parameters<typeof makeServer>[0]["execute"]>>;

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

function createProtocol(options: TransportDependencies): Server<SocketConnection> {
  const { authenticate, bounds } = options;
  return makeServer<Params, SocketConnection>({
    connectionInitWaitTimeout: bounds.initTimeoutMs,
    async onConnect(context) {
      const { connectionParams, extra: connection } = context;
      // All that is kept of it is the credential: the rest would stay in memory as long as the socket.
      Object.assign(context, { connectionParams: undefined });
      try {
        connection.authorization = authorizationOf(connectionParams);
        const viewer = await authenticate(connection.authorization);
        if (connection.register(viewer)) return true;
        connection.close(closeCodes.forbidden, tooManyConnections);
      } catch (error) {
        if (!(error instanceof ParleyError)) throw error;
        const isAway = error.code === "ISSUER_UNAVAILABLE";
        connection.close(isAway ? closeCodes.tryAgainLater : closeCodes.forbidden, error.message);
      }
      // The socket is closing: graphql-ws would close it again, which changes nothing.
      return false;
    },
    async onSubscribe(context, id, payload) {
      const { extra: connection } = context;
      const sent = { operationRequest: take(payload), bytes: connection.messageBytes };
      if (Buffer.byteLength(JSON.stringify(id)) > maxIdBytes) {
        connection.close(CloseCode.BadRequest, `The id of an operation must be at most ${maxIdBytes} bytes`);
        return [new GraphQLError("The operation id is too long.")];
      }
      if (connection.takeId(id)) return accept(options, context, id, sent);
      connection.close(closeCodes.idInUse, `Subscriber for ${id} already exists`);
      return [new GraphQLError("The operation id is already in use.")];
    },
    execute: run,
    subscribe: run,
    // Apollo Server has formatted the errors already: graphql-ws would do it again, with methods they do not have.
    onNext: (_context, _id, _payload, _args, result) => plain(result),
  });
}

interface Sent {
  readonly operationRequest: OperationRequest;
  readonly bytes: number;
}

/** Removes the payload from the message, which graphql-ws keeps as long as the operation runs but no longer reads. */
function take(payload: SubscribePayload & { readonly documentId?: unknown }): OperationRequest {
  const operationRequest = { ...payload };
  for (const name of Object.keys(payload)) Reflect.deleteProperty(payload, name);
  return operationRequest;
}

/** What `toJSON` of a GraphQLError gives, for errors that have been through it. */
function plain({ data, errors }: Result): FormattedExecutionResult {
  const shown = errors?.map(({ message, locations, path, extensions }) => ({
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions,
  }));
  return { ...(shown && { errors: shown }), ...(data !== undefined && { data }) };
}

interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** Checks an operation. Returns its errors, or what to run. */
async function accept(
  options: TransportDependencies,
  { extra: connection, subscriptions }: SocketContext<Params, SocketConnection>,
  id: string,
  { operationRequest: sent, bytes }: Sent,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { reader, bounds, authenticate, limiter, documents } = options;
  const { address } = connection;
  let release = () => {};
  try {
    if (Object.keys(subscriptions).length > bounds.subscriptions) {
      throw new ParleyError(
        "TOO_MANY_SUBSCRIPTIONS",
        `The connection has reached its limit of ${bounds.subscriptions} operations (SUBSCRIPTIONS_PER_CONNECTION).`,
      );
    }
    release = connection.retained.keepMessage(bytes);
    // Again for each operation: the session may have ended, the role changed.
    const viewer = await authenticate(connection.authorization);
    connection.viewer = viewer;
    limiter.assertNotExhausted({ viewer, address });
    const operationRequest = { ...sent, query: documents.resolve(sent) ?? sent.query };
    const kind = reader.kindOf(operationRequest);
    if (kind === undefined) throw unknownOperation();
    if (kind !== "subscription") return argsToExecute(options, connection, id, { operationRequest, viewer, release });
    const args = await argsToListen(options, connection, id, { operationRequest, viewer });
    release();
    return args;
  } catch (error) {
    release();
    connection.freeId(id);
    if (!isRateLimited(error)) limiter.chargeFailure({ viewer: connection.viewer, address });
    if (error instanceof OperationErrors) return error.errors;
    if (error instanceof ParleyError)
      connection.log.info({ component: "websocket", code: error.code }, "operation refused");
    if (error instanceof GraphQLError) return [error];
    connection.log.error({ component: "websocket", err: error }, "operation failed");
    return [new GraphQLError("Internal server error", { extensions: { code: "INTERNAL_SERVER_ERROR" } })];
  }
}

interface Accepted {
  readonly operationRequest: OperationRequest;
  readonly viewer: Viewer | null;
}

/**
 * A subscription. Its result is kept while the subscription runs, so it references nothing of the message except the
 * document.
 */
async function argsToListen(
  { schema, reader, engine, limiter }: TransportDependencies,
  connection: SocketConnection,
  id: string,
  { operationRequest, viewer }: Accepted,
): Promise<ExecutionArgs> {
  const operation = reader.read(operationRequest, viewer);
  const caller = { viewer, address: connection.address };
  await limiter.charge(caller, operation.cost);
  const handle = await connection.listen(engine, operation, id, limiter.meterOf(caller));
  return argsFor(schema, operation.document, operation.operationName, () => handle);
}

/** A query or a mutation. `release` is called when it is over. */
function argsToExecute(
  { schema, apollo, reader, bounds, context, responseLimit }: TransportDependencies,
  connection: SocketConnection,
  id: string,
  { operationRequest, viewer, release }: Accepted & { readonly release: () => void },
): ExecutionArgs {
  const { address, onDisconnect } = connection;
  const openLog = () => connection.log;
  return argsFor(schema, reader.parse(operationRequest.query), operationRequest.operationName, () =>
    withDeadline(bounds.deadlineMs, onDisconnect, (deadline) =>
      executeOperation(
        apollo,
        operationRequest,
        createContext(context, { viewer, address, openLog, deadline, responseLimit }),
      ),
    ).finally(() => {
      release();
      connection.freeId(id);
    }),
  );
}

function isRateLimited(error: unknown): boolean {
  return error instanceof ParleyError && error.code === "RATE_LIMITED";
}

function argsFor(
  schema: GraphQLSchema,
  document: ExecutionArgs["document"],
  operationName: string | null | undefined,
  work: Work,
): ExecutionArgs {
  return { schema, document, operationName, contextValue: work };
}

function run({ contextValue }: ExecutionArgs): ReturnType<Work> {
  if (typeof contextValue !== "function") throw new Error("an accepted operation carries its work");
  return contextValue();
}

function authorizationOf(params: Params): string | undefined {
  const [, value] = Object.entries(params ?? {}).find(([name]) => name.toLowerCase() === "authorization") ?? [];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new ParleyError(
    "UNAUTHENTICATED",
    "connectionParams.authorization must be of the form: Bearer <access token>.",
  );
}

const awaitsPong = new WeakSet<WebSocket>();

/** One timer for all sockets. */
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
