/** Prices each operation before it runs, refuses what costs too much, and tells the price to who asks for it. */
import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from "@apollo/server";
import type { Context } from "../context.js";
import { ParleyError, refuseRequest } from "../errors.js";
import type { DocumentGuard } from "./document-bounds.js";

/** Request header; its value is `report`. */
const reportHeader = "x-graphql-cost";

type Resolved = Pick<GraphQLRequestContextDidResolveOperation<Context>, "document" | "operation" | "request">;

export function meterOperations(guard: DocumentGuard): ApolloServerPlugin<Context> {
  function price({ document, operation, request }: Resolved): number {
    try {
      return operation === undefined ? 0 : guard.costOf(document, operation, request.variables ?? {});
    } catch (error) {
      throw error instanceof ParleyError ? refuseRequest(error) : error;
    }
  }

  // One object for all requests: most do not ask for a report.
  const silent = {
    async didResolveOperation(resolved: Resolved) {
      price(resolved);
    },
  };
  return {
    async requestDidStart({ request }) {
      return request.http?.headers.get(reportHeader) === "report" ? reporting(price, guard.mostCost) : silent;
    },
  };
}

function reporting(price: (resolved: Resolved) => number, limit: number) {
  let cost: number | undefined;
  return {
    async didResolveOperation(resolved: Resolved) {
      cost = price(resolved);
    },
    async willSendResponse({ response: { body } }: { response: { body: Body } }) {
      if (cost === undefined || body.kind !== "single") return;
      const { singleResult } = body;
      singleResult.extensions = { ...singleResult.extensions, cost: { cost, limit } };
    },
  };
}

type Body =
  | { readonly kind: "single"; readonly singleResult: { extensions?: Record<string, unknown> } }
  | { readonly kind: "incremental" };
