/**
 * Router: finds the handler by path and method. Unknown paths get 404, wrong methods 405 with `Allow`. HEAD and OPTIONS
 * are derived.
 */
import type { HttpResponse } from "./http-response.js";
import type { Exchange, Handler } from "./listener.js";
import { problem } from "./problem.js";

export type Method = "GET" | "POST";

export interface Route {
  readonly method: Method;
  /** A path; if it ends in `/`, also every path below it. */
  readonly path: string;
  readonly handle: Handler;
}

/** Passes the request to the handler of its route. */
export function dispatch(routes: readonly Route[], exchange: Exchange): Promise<HttpResponse> | HttpResponse {
  const matching = routes.filter((route) => isAt(route, exchange.path));
  if (matching.length === 0) return problem(404, "Not found.");
  const method = exchange.request.method === "HEAD" ? "GET" : exchange.request.method;
  const route = matching.find((each) => each.method === method);
  return route === undefined ? otherMethod(exchange, matching) : route.handle(exchange);
}

/** Whether a route is for this path. */
export function isAt(route: Route, path: string): boolean {
  return route.path.endsWith("/") ? path.startsWith(route.path) : path === route.path;
}

function otherMethod({ request }: Exchange, matching: readonly Route[]): HttpResponse {
  const methods = matching.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...new Set(methods), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return { status: 204, headers: { allow }, body: "" };
  return problem(405, `The method must be one of ${allow}, got ${request.method}.`, { allow });
}
