/** CORS: pages of the origins in `ALLOWED_ORIGINS` may read responses (Fetch standard). No credentials. */
import type { HttpResponse } from "./http-response.js";
import type { Exchange } from "./listener.js";

const methods = "GET, POST, OPTIONS";
/** What clients of ours and of Apollo send. `authorization` is no credential here: a page sends it by itself. */
const requestHeaders = [
  "accept",
  "apollo-require-preflight",
  "authorization",
  "content-type",
  "idempotency-key",
  "last-event-id",
  "x-apollo-operation-name",
  "x-graphql-cost",
  "x-request-id",
].join(", ");
const responseHeaders = "etag, ratelimit, ratelimit-policy, retry-after, x-request-id";
const preflightSeconds = 7_200;

/** The response to a preflight request; undefined for every other request. */
export function preflight({ request }: Exchange, allowed: readonly string[]): HttpResponse | undefined {
  const { origin } = request.headers;
  if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return undefined;
  if (origin === undefined || !allowed.includes(origin)) return { status: 403, headers: { vary: "origin" }, body: "" };
  const headers = {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": methods,
    "access-control-allow-headers": requestHeaders,
    "access-control-max-age": String(preflightSeconds),
    vary: "origin",
  };
  return { status: 204, headers, body: "" };
}

/** Headers of any other answer. */
export function corsHeaders({ request }: Exchange, allowed: readonly string[]): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": responseHeaders };
}
