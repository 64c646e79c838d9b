/**
 * What caches may do with an answer. Apollo Server's cache control goes by hints on fields, at half the time of a request
 * (lab.md); here it goes by who asked and how.
 */
import type { GraphQLRequestContextWillSendResponse } from "@apollo/server";
import { OperationTypeNode } from "graphql";
import type { Context } from "../context.js";

type Answered = Pick<
  GraphQLRequestContextWillSendResponse<Context>,
  "contextValue" | "errors" | "operation" | "request" | "response"
>;

/** `publicSeconds` is how long a cache may keep a visitor's answer to a GET without asking again. */
export function createCacheHeaders(publicSeconds: number): (answered: Answered) => void {
  const forVisitors = publicSeconds > 0 ? `public, max-age=${publicSeconds}` : "no-cache";
  return ({ operation, contextValue, errors, request, response: { http } }) => {
    // Tokens and passwords are in mutations; an error may be gone the next moment.
    const isKept = operation?.operation === OperationTypeNode.QUERY && errors === undefined;
    if (!isKept) http.headers.set("cache-control", "no-store");
    else if (contextValue.viewer !== null) http.headers.set("cache-control", "private, no-cache");
    else http.headers.set("cache-control", request.http?.method === "GET" ? forVisitors : "no-cache");
  };
}
