/**
 * Media type and status of a GraphQL response. If the client accepts `application/json`, a well-formed request whose
 * document or variables are invalid gets status 200: with that media type a 4xx may come from an intermediary, so its
 * body cannot be trusted (GraphQL over HTTP, 6.4.1). With `application/graphql-response+json` it stays 400.
 */
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";
import type { RequestHooks } from "./compose-plugins.js";

/** As Apollo Server has them. */
const plainJson = "application/json; charset=utf-8";
const responseJson = "application/graphql-response+json; charset=utf-8";
/** Errors of the request's content, not of its form. */
const contentErrors: readonly unknown[] = [
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
];

/** Types by the `Accept` header: clients of one kind send the same, and working it out costs as much as to parse it. */
const known = new LRUCache<string, string>({ max: 100 });

export const mediaType: RequestHooks = {
  willSendResponse({ request, response: { http, body } }) {
    const type = acceptedType(request.http?.headers.get("accept"));
    // Apollo Server refuses what takes neither, with 406.
    if (type === undefined) return;
    http.headers.set("content-type", type);
    if (type !== plainJson || http.status !== 400 || body.kind !== "single") return;
    const errors = body.singleResult.errors ?? [];
    if (errors.every((error) => contentErrors.includes(error.extensions?.code))) http.status = 200;
  },
};

/** A client that says nothing gets `application/json`. */
function acceptedType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === "application/json") return plainJson;
  const found = known.get(accept) ?? new Negotiator({ headers: { accept } }).mediaType([plainJson, responseJson]);
  // Longer ones are made up.
  if (found !== undefined && accept.length <= 200) known.set(accept, found);
  return found;
}
