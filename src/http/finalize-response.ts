/** Finalises every response: CORS, compression, `Vary`. */

import { compress, mayCompress } from "./compression.js";
import { corsHeaders, preflight } from "./cors.js";
import type { HttpResponse } from "./http-response.js";
import type { Exchange, Handler } from "./listener.js";

export interface OutwardOptions {
  /** Origins whose pages may read responses. */
  readonly allowedOrigins: readonly string[];
}

export function finalizeResponse({ allowedOrigins }: OutwardOptions, handle: Handler): Handler {
  return async (exchange) => {
    const preflightResponse = preflight(exchange, allowedOrigins);
    if (preflightResponse !== undefined) return preflightResponse;
    const answer = await handle(exchange);
    return compress(exchange, withHeaders(exchange, answer, allowedOrigins));
  };
}

function withHeaders(exchange: Exchange, answer: HttpResponse, allowedOrigins: readonly string[]): HttpResponse {
  const vary = [answer.headers.vary, "origin", mayCompress(answer) ? "accept-encoding" : undefined];
  const headers = {
    ...answer.headers,
    ...corsHeaders(exchange, allowedOrigins),
    vary: vary.filter((each) => each !== undefined).join(", "),
  };
  return { ...answer, headers };
}
