/**
 * GraphQL over Server-Sent Events, in the distinct connections mode of graphql-sse: one request, one operation, its
 * results as `next` events and a `complete`. Each event of a subscription has its cursor as `id:`, which a browser's
 * EventSource sends back as `Last-Event-ID` when it reconnects (HTML, 9.2).
 */
import type { ServerResponse } from "node:http";
import { GraphQLError } from "graphql";
import type { Viewer } from "../auth/viewer.js";
import { withDeadline } from "../deadline.js";
import { type HeaderList, httpOf, ParleyError } from "../errors.js";
import { createContext } from "../graphql/context.js";
import { BodyError, readJson } from "../http/body.js";
import { headerText } from "../http/header-text.js";
import { type HttpResponse, json } from "../http/http-response.js";
import type { Exchange, Handler } from "../http/listener.js";
import { limitFailures } from "../rate-limit/rate-limit.js";
import { executeOperation } from "../subscriptions/execute-operation.js";
import type { OperationRequest } from "../subscriptions/operation.js";
import { OperationErrors, unknownOperation } from "../subscriptions/operation-errors.js";
import { tooManyConnections } from "./connections.js";
import { EventStream } from "./event-stream.js";
import { RetainedBytes } from "./retained-bytes.js";
import type { TransportDependencies } from "./transport-dependencies.js";

const streamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // A buffering proxy (nginx) would hold events back.
  "x-accel-buffering": "no",
};

/** Handles `GET` and `POST /graphql/stream`. */
export function createEventStreamHandler(options: TransportDependencies): Handler {
  return async (exchange) => {
    if (exchange.request.method === "HEAD") return noHead();
    const { address } = exchange.client;
    const { responseLimit } = options;
    let viewer: Viewer | null = null;
    try {
      const operationRequest = await readAsked(exchange, options);
      viewer = await options.authenticate(exchange.request.headers.authorization);
      options.limiter.assertNotExhausted({ viewer, address });
      const kind = options.reader.kindOf(operationRequest);
      if (kind === undefined) throw unknownOperation();
      if (kind === "subscription") return await subscribe(options, exchange, operationRequest, viewer);
      if (kind === "mutation" && exchange.request.method === "GET") return onlyQueries();
      const result = await withDeadline(options.bounds.deadlineMs, exchange.onDisconnect, (deadline) =>
        executeOperation(
          options.apollo,
          operationRequest,
          createContext(options.context, {
            ...{ viewer, address, openLog: exchange.openLog, deadline, responseLimit },
            ...{ idempotencyKey: headerText(exchange.request.headers["idempotency-key"]), operation: operationRequest },
          }),
        ),
      );
      return stream((response) => EventStream.answer(response, JSON.stringify(result)));
    } catch (error) {
      if (error instanceof ParleyError && error.code === "UNAUTHENTICATED") {
        return refusal(limitFailures(options.limiter, address, error), exchange.request);
      }
      if (!(error instanceof ParleyError && error.code === "RATE_LIMITED"))
        options.limiter.chargeFailure({ viewer, address });
      return refusal(error, exchange.request);
    }
  };
}

async function subscribe(
  { reader, engine, connections, limiter, bounds, unread }: TransportDependencies,
  { request, client: { address } }: Exchange,
  operationRequest: OperationRequest,
  viewer: Viewer | null,
): Promise<HttpResponse> {
  const operation = reader.read(operationRequest, viewer);
  new RetainedBytes(bounds.retainedBytes).keepSubscription(operation);
  const quota = await limiter.charge({ viewer, address }, operation.cost);
  const lastEventId = request.headers["last-event-id"];
  // A browser reconnects with the original URL and its original `after`; the current cursor is in the header.
  const after = typeof lastEventId === "string" && lastEventId !== "" ? lastEventId : operation.after;
  const events = new EventStream({
    viewer,
    address,
    stream: request.socket,
    backlogBytes: bounds.backlogBytes,
    unread,
  });
  const release = connections.register(events);
  if (release === undefined)
    return json(429, { errors: [{ message: tooManyConnections, extensions: { code: "TOO_MANY_CONNECTIONS" } }] });
  const cursor = after ?? engine.cursor;
  try {
    events.onClose(release);
    events.onClose(await engine.listen({ ...operation, after }, events, limiter.meterOf({ viewer, address })));
  } catch (error) {
    release();
    throw error;
  }
  return stream((response) => events.writeTo(response, cursor), quota);
}

function stream(body: (response: ServerResponse) => void, quota: HeaderList = []): HttpResponse {
  return { status: 200, headers: { ...streamHeaders, ...Object.fromEntries(quota) }, body };
}

/** The operation, from the query string of a GET or the body of a POST. */
async function readAsked(exchange: Exchange, { documents, bounds }: TransportDependencies): Promise<OperationRequest> {
  const { request, search } = exchange;
  const sent = request.method === "POST" ? await readJson(request, bounds.messageBytes) : fromSearch(search);
  const query = typeof sent === "object" && sent !== null ? documents.resolve(sent) : undefined;
  const given = query === undefined ? sent : { ...Object(sent), query };
  if (isAsked(given)) return given;
  throw new BodyError(400, "The request must have a query; variables must be an object if sent.");
}

function fromSearch(search: string): Record<string, unknown> {
  const given = Object.fromEntries(new URLSearchParams(search));
  return { ...given, ...parsed(given, "variables"), ...parsed(given, "extensions") };
}

function parsed(given: Record<string, string>, name: string): Record<string, unknown> {
  const text = given[name];
  if (text === undefined) return {};
  try {
    return { [name]: JSON.parse(text) };
  } catch {
    throw new BodyError(400, `The ${name} of the query string must be JSON.`);
  }
}

function isAsked(value: unknown): value is OperationRequest {
  if (typeof value !== "object" || value === null) return false;
  const { query, operationName, variables } = value as Record<string, unknown>;
  const isName = operationName === undefined || operationName === null || typeof operationName === "string";
  return (
    typeof query === "string" &&
    isName &&
    (variables === undefined || (typeof variables === "object" && !Array.isArray(variables)))
  );
}

/** HEAD is refused, because a stream has no length and no end. */
function noHead(): HttpResponse {
  return json(405, { errors: [] }, { allow: "GET, POST, OPTIONS" });
}

function onlyQueries(): HttpResponse {
  const errors = [{ message: "A GET request must be a query or a subscription.", extensions: { code: "BAD_REQUEST" } }];
  return json(405, { errors }, { allow: "POST" });
}

/** Response to an error before the stream begins: with its status, or as a stream for a client of graphql-sse. */
function refusal(error: unknown, request: Exchange["request"]): HttpResponse {
  const answer = asAnswer(error);
  return answer.status === 400 && !(error instanceof BodyError) && takesStreamedErrors(request)
    ? stream((response) => EventStream.answer(response, String(answer.body)))
    : answer;
}

/**
 * Whether errors are streamed as the only result, as graphql-sse's server does: its client, which sends a POST, retries
 * any status but 200 as a network failure and never shows the errors. An EventSource, which can only GET, would reconnect
 * forever after a stream with 200.
 */
function takesStreamedErrors({ method, headers }: Exchange["request"]): boolean {
  return method === "POST" && /\btext\/event-stream\b/i.test(headers.accept ?? "");
}

function asAnswer(error: unknown): HttpResponse {
  if (error instanceof BodyError) {
    return json(error.status, { errors: [{ message: error.message, extensions: { code: "BAD_REQUEST" } }] });
  }
  if (error instanceof OperationErrors) return json(400, { errors: error.errors });
  if (error instanceof ParleyError) {
    const { status, headers } = httpOf(error);
    return json(status, { errors: [error] }, headers);
  }
  if (error instanceof GraphQLError) return json(400, { errors: [error] });
  throw error;
}
