/** From path and method to handler. Unknown paths are 404, wrong methods 405 with `Allow`; HEAD and OPTIONS work. */
import type { Answer } from "./answer.js";
import type { Exchange, Handler } from "./listener.js";
import { problem } from "./problem.js";

export type Method = "GET" | "POST";

export interface Route {
  readonly method: Method;
  /** A whole path; or, ending in `/`, every path below it. */
  readonly path: string;
  readonly handle: Handler;
}

/** Puts the table to work. */
export function dispatch(routes: readonly Route[]): Handler {
  return (exchange) => {
    const matching = routes.filter(({ path }) =>
      path.endsWith("/") ? exchange.path.startsWith(path) : exchange.path === path,
    );
    if (matching.length === 0) return problem(404, "There is nothing at this path.");
    const method = exchange.request.method === "HEAD" ? "GET" : exchange.request.method;
    const route = matching.find((each) => each.method === method);
    return route === undefined ? otherMethod(exchange, matching) : route.handle(exchange);
  };
}

function otherMethod({ request }: Exchange, matching: readonly Route[]): Answer {
  const methods = matching.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  const allow = [...new Set(methods), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS") return { status: 204, headers: { allow }, body: "" };
  return problem(405, `The method must be one of ${allow}, got ${request.method}.`, { allow });
}
