/**
 * GraphQL over WebSocket: graphql-ws implements the protocol (graphql-transport-ws), the subscription engine writes the
 * events.
 */
import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import { CloseCode, makeServer, type Server, type Context as SocketContext, type SubscribePayload } from "graphql-ws";
import type { Viewer } from "../auth/viewer.js";
import { withDeadline } from "../deadline.js";
import { internalError, ParleyError } from "../errors.js";
import { createContext } from "../graphql/context.js";
import { executeOperation } from "../subscriptions/execute-operation.js";
import type { OperationRequest } from "../subscriptions/operation.js";
import { OperationErrors, unknownOperation } from "../subscriptions/operation-errors.js";
import { tooManyConnections } from "./connections.js";
import { maxIdBytes } from "./frame-limit.js";
import { closeCodes, type SocketConnection } from "./socket-connection.js";
import type { TransportDependencies } from "./transport-dependencies.js";

type Params = Record<string, unknown> | undefined;

/** Execution of an accepted operation, run by graphql-ws. */
type Work = () => ReturnType<NonNullable<Parameters<typeof makeServer>[0]["execute"]>>;

export function createProtocol(options: TransportDependencies): Server<SocketConnection> {
  const { authenticate, bounds } = options;
  return makeServer<Params, SocketConnection>({
    connectionInitWaitTimeout: bounds.initTimeoutMs,
    async onConnect(context) {
      const { connectionParams, extra: connection } = context;
      // Only the credential is kept: the rest would stay in memory as long as the socket.
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
      // graphql-ws closes the socket again, which has no effect.
      return false;
    },
    async onSubscribe(context, id, payload) {
      const { extra: connection } = context;
      const sent = { operationRequest: detach(payload), bytes: connection.messageBytes };
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
    // Apollo Server has formatted the errors already, and formatted errors have no `toJSON`, which graphql-ws calls.
    onNext: (_context, _id, _payload, _args, result) => plain(result),
  });
}

interface Sent {
  readonly operationRequest: OperationRequest;
  readonly bytes: number;
}

/** Moves the payload out of the message, which graphql-ws keeps, unread, as long as the operation runs. */
function detach(payload: SubscribePayload & { readonly documentId?: unknown }): OperationRequest {
  const operationRequest = { ...payload };
  for (const name of Object.keys(payload)) Reflect.deleteProperty(payload, name);
  return operationRequest;
}

/** The result with its errors as plain objects. */
function plain({ data, errors }: Result): FormattedExecutionResult {
  const plainErrors = errors?.map(({ message, locations, path, extensions }) => ({
    message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions,
  }));
  return { ...(plainErrors && { errors: plainErrors }), ...(data !== undefined && { data }) };
}

interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** Checks an operation. Returns its errors, or the arguments for its execution. */
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
    // The session may have ended, or the role changed, since the last operation.
    const viewer = await authenticate(connection.authorization);
    connection.viewer = viewer;
    limiter.assertNotExhausted({ viewer, address });
    const operationRequest = { ...sent, query: documents.resolve(sent) ?? sent.query };
    const kind = reader.kindOf(operationRequest);
    if (kind === undefined) throw unknownOperation();
    if (kind !== "subscription") return argsToExecute(options, connection, id, { operationRequest, viewer, release });
    const args = await argsToSubscribe(options, connection, id, { operationRequest, viewer });
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
    return [internalError()];
  }
}

interface Accepted {
  readonly operationRequest: OperationRequest;
  readonly viewer: Viewer | null;
}

/**
 * Starts a subscription. The result is kept while it runs, so it references nothing of the message but the document.
 */
async function argsToSubscribe(
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

/** Executes a query or mutation; `release` is called at the end. */
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
