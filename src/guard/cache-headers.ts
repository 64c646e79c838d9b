/**
 * What caches may do with an answer. Apollo Server's cache control goes by hints on fields, at half the time of a request
 * (lab.md); here it goes by who asked and how.
 */
import type { ApolloServerPlugin } from "@apollo/server";
import { OperationTypeNode } from "graphql";
import type { Context } from "../context.js";

/** `publicSeconds` is how long a cache may keep a visitor's answer to a GET without asking again. */
export function cacheHeaders(publicSeconds: number): ApolloServerPlugin<Context> {
  const forVisitors = publicSeconds > 0 ? `public, max-age=${publicSeconds}` : "no-cache";
  const listener: Awaited<ReturnType<NonNullable<ApolloServerPlugin<Context>["requestDidStart"]>>> = {
    async willSendResponse({ operation, contextValue, errors, request, response: { http } }) {
      // Tokens and passwords are in mutations; an error may be gone the next moment.
      const isKept = operation?.operation === OperationTypeNode.QUERY && errors === undefined;
      if (!isKept) http.headers.set("cache-control", "no-store");
      else if (contextValue.viewer !== null) http.headers.set("cache-control", "private, no-cache");
      else http.headers.set("cache-control", request.http?.method === "GET" ? forVisitors : "no-cache");
    },
  };
  return { requestDidStart: async () => listener };
}
