/** Conditional GET: 304 without a body if the client already has the response (RFC 9110, section 13.1.2). */
import { createHash } from "node:crypto";
import type { HttpResponse } from "./http-response.js";
import type { Exchange } from "./listener.js";

/** Adds an `ETag` to a response with 200. A weak one, since the response may be compressed. */
export function conditional({ request }: Exchange, answer: HttpResponse): HttpResponse {
  const { status, body, headers } = answer;
  if (request.method === "POST" || status !== 200 || typeof body === "function") return answer;
  if (headers["cache-control"] === "no-store") return answer;
  const etag = `W/"${createHash("sha1").update(body).digest("base64url")}"`;
  const isKnown = matches(request.headers["if-none-match"], etag);
  return isKnown
    ? { status: 304, headers: { ...headers, etag }, body: "" }
    : { ...answer, headers: { ...headers, etag } };
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.some((tag) => tag === etag || `W/${tag}` === etag);
}
