/**
 * GraphQL over HTTP: passes requests to Apollo Server's pipeline and returns its responses (GraphQL over HTTP
 * specification, 2025 draft).
 */
import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { Authenticator } from "../auth/viewer.js";
import { withDeadline } from "../deadline.js";
import { httpOf, ParleyError, refuseRequest } from "../errors.js";
import { type Context, type ContextDependencies, createContext } from "../graphql/context.js";
import type { TrustedDocuments } from "../graphql/documents/trusted-documents.js";
import { costReportHeader } from "../graphql/plugins/guard-operations.js";
import { limitFailures, type RateLimiter } from "../rate-limit/rate-limit.js";
import { BodyError, readJson } from "./body.js";
import { conditional } from "./conditional.js";
import { headerText } from "./header-text.js";
import { type HttpResponse, json } from "./http-response.js";
import type { Exchange, Handler } from "./listener.js";
import { withDocument } from "./resolve-document.js";

export interface GraphQLHandlerOptions {
  readonly apollo: ApolloServer<Context>;
  readonly authenticator: Authenticator;
  readonly dependencies: ContextDependencies;
  readonly bodyLimitBytes: number;
  readonly deadlineMs: number;
  readonly limiter: RateLimiter;
  readonly documents: TrustedDocuments;
}

/** Handles `GET /graphql` (queries only) and `POST /graphql`. */
export function createGraphQLHandler({
  apollo,
  authenticator,
  dependencies,
  bodyLimitBytes,
  deadlineMs,
  limiter,
  documents,
}: GraphQLHandlerOptions): Handler {
  return async (exchange) => {
    const { request, search, openLog, onDisconnect } = exchange;
    const { address } = exchange.client;
    const method = request.method === "POST" ? "POST" : "GET";
    const body = method === "POST" ? await readBody({ request, bodyLimitBytes }) : undefined;
    if (body instanceof BodyError) return errorAnswer(body);
    const resolved = trusted(documents, { search, body });
    if (resolved instanceof ParleyError) return refusalAnswer(limitFailures(limiter, address, resolved));
    const { headers, ...rest } = await withDeadline(deadlineMs, onDisconnect, (deadline) =>
      apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method, headers: headerMap(request), ...resolved },
        context: async () => {
          try {
            const viewer = await authenticator.authenticate(request.headers.authorization);
            const idempotencyKey = headerText(request.headers["idempotency-key"]);
            const { body: operation } = resolved;
            return createContext(dependencies, { viewer, address, openLog, deadline, idempotencyKey, operation });
          } catch (error) {
            if (error instanceof ParleyError) throw refuseRequest(limitFailures(limiter, address, error));
            openLog().error({ component: "graphql", err: error }, "cannot begin request");
            throw error;
          }
        },
      }),
    );
    if (rest.body.kind === "chunked")
      throw new Error("incremental delivery is not supported: the schema has no @defer");
    const answer = {
      status: rest.status ?? 200,
      headers: varying(Object.fromEntries(headers)),
      body: rest.body.string,
    };
    return conditional(exchange, answer);
  };
}

async function readBody({ request, bodyLimitBytes }: Pick<Exchange, "request"> & { bodyLimitBytes: number }) {
  try {
    return await readJson(request, bodyLimitBytes);
  } catch (error) {
    if (error instanceof BodyError) return error;
    throw error;
  }
}

/**
 * Request headers that change the response: viewer, media type, cost report, and `Idempotency-Key`, because an invalid
 * one is rejected.
 */
function varying(headers: Record<string, string>): Record<string, string> {
  return { ...headers, vary: `accept, authorization, idempotency-key, ${costReportHeader}` };
}

interface Sent {
  readonly search: string;
  readonly body: unknown;
}

/** Replaces the hash of a trusted document with its text. */
function trusted(documents: TrustedDocuments, sent: Sent): Sent | ParleyError {
  if (documents.mode === "off") return sent;
  try {
    return withDocument(documents, sent);
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
}

function refusalAnswer(error: ParleyError): HttpResponse {
  const { status, headers } = httpOf(error);
  return json(status, { errors: [error] }, { ...headers, "cache-control": "no-store" });
}

/** GraphQL response to an unreadable body. */
function errorAnswer({ status, message }: BodyError): HttpResponse {
  return json(status, { errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
}

function headerMap(request: Exchange["request"]): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, headerText(value) ?? "");
  }
  return headers;
}
