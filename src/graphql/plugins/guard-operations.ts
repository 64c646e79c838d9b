/**
 * Apollo plugin hooks that check operations: limits the document, checks API key scopes, computes the cost, charges the
 * caller, reports the cost on request and sets cache headers.
 */
import type { GraphQLRequestContextDidResolveOperation, GraphQLRequestContextWillSendResponse } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import { ParleyError, refuseRequest } from "../../errors.js";
import type { RateLimiter } from "../../rate-limit/rate-limit.js";
import { createCacheHeaders } from "../caching/cache-headers.js";
import type { Context } from "../context.js";
import type { DocumentGuard } from "../documents/document-bounds.js";
import type { RequestHooks } from "./compose-plugins.js";

/** Request header; its value is `report`. */
export const costReportHeader = "x-graphql-cost";

type Resolved = Pick<
  GraphQLRequestContextDidResolveOperation<Context>,
  "contextValue" | "document" | "operation" | "request" | "response"
>;
type Answered = GraphQLRequestContextWillSendResponse<Context>;

export interface GuardParts {
  readonly guard: DocumentGuard;
  readonly limiter: RateLimiter;
  readonly schema: GraphQLSchema;
  /** How long caches may at most keep a visitor's answer to a GET. */
  readonly publicSeconds: number;
}

export function guardOperations({ guard, limiter, schema, publicSeconds }: GuardParts): RequestHooks {
  const setCacheHeaders = createCacheHeaders(schema, publicSeconds);

  /** Charges the operation that may run. */
  function charge({ contextValue, document, operation, request, response }: Resolved): void | Promise<void> {
    if (operation === undefined) return;
    const setHeaders = (quota: Iterable<readonly [string, string]>) => {
      for (const [name, value] of quota) response.http.headers.set(name, value);
    };
    const refuse = (error: unknown): never => {
      if (!(error instanceof ParleyError)) throw error;
      if (error.code !== "RATE_LIMITED") limiter.chargeFailure(contextValue);
      throw refuseRequest(error);
    };
    try {
      guard.checkScopes(contextValue.viewer, document, operation);
      const quota = limiter.charge(contextValue, guard.costOf(document, operation, request.variables ?? {}));
      if (quota instanceof Promise) return quota.then(setHeaders, refuse);
      setHeaders(quota);
    } catch (error) {
      refuse(error);
    }
  }

  /** Of an operation that was not refused for its cost: then there is no document to be asked about again. */
  function reportCost({ document, operation, request, response: { body }, errors }: Answered): void {
    if (request.http?.headers.get(costReportHeader) !== "report" || body.kind !== "single") return;
    if (document === undefined || operation === undefined || errors?.some(isOfCost)) return;
    const cost = guard.costOf(document, operation, request.variables ?? {});
    const { singleResult } = body;
    singleResult.extensions = { ...singleResult.extensions, cost: { cost, limit: guard.maxCost } };
  }

  return {
    // Documents in the document store have passed both of these checks, and skip them. A refusal reaches
    // `unexpectedErrorProcessingRequest` (mask-errors.ts), which does not mask it.
    parsingDidStart: ({ source }) => refuseIfThrown(() => guard.checkSource(source)),
    validationDidStart: ({ document }) => refuseIfThrown(() => guard.checkDocument(document)),
    didResolveSource: ({ contextValue }) => refuseIfThrown(() => limiter.assertNotExhausted(contextValue)),
    didResolveOperation: charge,
    didEncounterErrors({ contextValue, operation }) {
      // Neither parsed nor valid.
      if (operation === undefined) limiter.chargeFailure(contextValue);
    },
    willSendResponse(answered) {
      setCacheHeaders(answered);
      reportCost(answered);
    },
    unexpectedErrorProcessingRequest({ requestContext, error }) {
      const isLimited = "extensions" in error && codeOf(error.extensions) === "RATE_LIMITED";
      if (!isLimited) limiter.chargeFailure(requestContext.contextValue);
    },
  };
}

/** A refusal of the whole request, with its HTTP status. */
function refuseIfThrown(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof ParleyError ? refuseRequest(error) : error;
  }
}

function isOfCost({ extensions }: { readonly extensions: object }): boolean {
  const code = codeOf(extensions);
  return code === "COST_LIMIT_EXCEEDED" || code === "RATE_LIMITED";
}

function codeOf(extensions: unknown): unknown {
  return typeof extensions === "object" && extensions !== null && "code" in extensions ? extensions.code : undefined;
}
