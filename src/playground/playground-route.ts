/** Serves the playground: its files, and its page for a browser's `GET /graphql` without an operation. */
import type { HttpResponse } from "../http/http-response.js";
import type { Exchange } from "../http/listener.js";
import { problem } from "../http/problem.js";
import type { Route } from "../http/routes.js";
import type { Playground } from "./playground.js";

export const playgroundFiles = "/graphql/assets/";

export function playgroundRoute(playground: Playground): Route {
  return {
    method: "GET",
    path: playgroundFiles,
    handle: ({ path }) => {
      const file = playground.asset(path);
      return file === undefined ? problem(404, "The playground has no such file.") : { status: 200, ...file };
    },
  };
}

/** The page, for a request that is a browser's visit; else undefined. */
export function playgroundPage(playground: Playground, { request, search }: Exchange): HttpResponse | undefined {
  const isVisit = request.method !== "POST" && search === "" && request.headers.accept?.includes("text/html") === true;
  return isVisit ? { status: 200, ...playground.page() } : undefined;
}
