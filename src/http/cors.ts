/** CORS: pages of the origins in `ALLOWED_ORIGINS` may read responses (Fetch standard). No credentials. */
import type { HttpResponse } from "./http-response.js";
import type { Exchange } from "./listener.js";

const methods = "GET, POST, OPTIONS";
/** Request headers of Parley's and Apollo's clients. `authorization` is set by the page, so it needs no credentials mode. */
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

/** CORS headers of all other responses. */
export function corsHeaders({ request }: Exchange, allowed: readonly string[]): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": responseHeaders };
}
