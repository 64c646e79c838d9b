/** Cache headers of a response: from the viewer, the request and the `@cacheControl` hints of the selected fields. */
import type { GraphQLRequestContextWillSendResponse } from "@apollo/server";
import { type DocumentNode, type GraphQLSchema, OperationTypeNode } from "graphql";
import type { Context } from "../context.js";
import { createCachePolicies } from "./cache-policy.js";

type Answered = Pick<
  GraphQLRequestContextWillSendResponse<Context>,
  "contextValue" | "document" | "errors" | "operation" | "request" | "response"
>;

/** `publicSeconds` is how long caches may at most keep a visitor's answer to a GET without asking again. */
export function createCacheHeaders(schema: GraphQLSchema, publicSeconds: number): (answered: Answered) => void {
  const policyOf = createCachePolicies(schema);

  function forVisitors(document: DocumentNode | undefined): string {
    if (publicSeconds === 0 || document === undefined) return "no-cache";
    const { maxAgeSeconds, isPrivate } = policyOf(document);
    if (maxAgeSeconds === 0) return "no-cache";
    return `${isPrivate ? "private" : "public"}, max-age=${Math.min(maxAgeSeconds, publicSeconds)}`;
  }

  return ({ document, operation, contextValue, errors, request, response: { http } }) => {
    // Tokens and passwords are in mutations; an error may be gone the next moment.
    const isKept = operation?.operation === OperationTypeNode.QUERY && errors === undefined;
    if (!isKept) http.headers.set("cache-control", "no-store");
    else if (contextValue.viewer !== null) http.headers.set("cache-control", "private, no-cache");
    else http.headers.set("cache-control", request.http?.method === "GET" ? forVisitors(document) : "no-cache");
  };
}
