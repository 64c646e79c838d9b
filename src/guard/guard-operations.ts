/**
 * What guards an operation in Apollo Server's pipeline: its document is bounded, it is priced before it runs and charged to
 * who asks, who may ask for the price; and caches are told what they may keep. One plugin, because each costs every request.
 */
import type {
  ApolloServerPlugin,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextWillSendResponse,
} from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import type { Context } from "../context.js";
import { ParleyError, refuseRequest } from "../errors.js";
import { createCacheHeaders } from "./cache-headers.js";
import type { DocumentGuard } from "./document-bounds.js";
import type { RateLimiter } from "./rate-limit.js";
import { documentHooks } from "./refuse-large-documents.js";

/** Request header; its value is `report`. */
const reportHeader = "x-graphql-cost";

type Resolved = Pick<
  GraphQLRequestContextDidResolveOperation<Context>,
  "contextValue" | "document" | "operation" | "request" | "response"
>;

export interface GuardParts {
  readonly guard: DocumentGuard;
  readonly limiter: RateLimiter;
  readonly schema: GraphQLSchema;
  /** How long caches may at most keep a visitor's answer to a GET. */
  readonly publicSeconds: number;
}

export function guardOperations({ guard, limiter, schema, publicSeconds }: GuardParts): ApolloServerPlugin<Context> {
  const setCacheHeaders = createCacheHeaders(schema, publicSeconds);

  /** The cost of an operation that may run. */
  async function charge({ contextValue, document, operation, request, response }: Resolved): Promise<number> {
    if (operation === undefined) return 0;
    try {
      const cost = guard.costOf(document, operation, request.variables ?? {});
      const quota = limiter.charge(contextValue, cost);
      for (const [name, value] of quota instanceof Promise ? await quota : quota)
        response.http.headers.set(name, value);
      return cost;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (error.code !== "RATE_LIMITED") limiter.fail(contextValue);
      throw refuseRequest(error);
    }
  }

  // One object for all requests: most do not ask for a report.
  const silent = {
    ...documentHooks(guard),
    async willSendResponse(answered: GraphQLRequestContextWillSendResponse<Context>) {
      setCacheHeaders(answered);
    },
    async didResolveSource({ contextValue }: Pick<Resolved, "contextValue">) {
      try {
        limiter.enter(contextValue);
      } catch (error) {
        throw error instanceof ParleyError ? refuseRequest(error) : error;
      }
    },
    async didResolveOperation(resolved: Resolved) {
      await charge(resolved);
    },
    async didEncounterErrors({ contextValue, operation }: { contextValue: Context; operation?: unknown }) {
      // Neither parsed nor valid.
      if (operation === undefined) limiter.fail(contextValue);
    },
  };
  return {
    async requestDidStart({ request }) {
      if (request.http?.headers.get(reportHeader) !== "report") return silent;
      return { ...silent, ...reporting(charge, setCacheHeaders, guard.mostCost) };
    },
    async unexpectedErrorProcessingRequest({ requestContext, error }) {
      const isLimited = "extensions" in error && isRateLimited(error.extensions);
      if (!isLimited) limiter.fail(requestContext.contextValue);
    },
  };
}

function isRateLimited(extensions: unknown): boolean {
  return (
    typeof extensions === "object" && extensions !== null && "code" in extensions && extensions.code === "RATE_LIMITED"
  );
}

function reporting(
  charge: (resolved: Resolved) => Promise<number>,
  setCacheHeaders: (answered: GraphQLRequestContextWillSendResponse<Context>) => void,
  limit: number,
) {
  let cost: number | undefined;
  return {
    async didResolveOperation(resolved: Resolved) {
      cost = await charge(resolved);
    },
    async willSendResponse(answered: GraphQLRequestContextWillSendResponse<Context>) {
      setCacheHeaders(answered);
      const { body } = answered.response;
      if (cost === undefined || body.kind !== "single") return;
      const { singleResult } = body;
      singleResult.extensions = { ...singleResult.extensions, cost: { cost, limit } };
    },
  };
}
