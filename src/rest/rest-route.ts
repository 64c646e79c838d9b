/** Type of a REST route: its handler and its `/openapi.json` description. */
import type { Route } from "../http/routes.js";

export interface RestRoute extends Route {
  readonly doc: RouteDoc;
}

export interface RouteDoc {
  readonly summary: string;
  /** The path as OpenAPI writes it, where it has parameters. */
  readonly path?: string;
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  /** Whether it may want a bearer token. */
  readonly bearer?: boolean;
  readonly responses: Readonly<Record<number, ResponseDoc>>;
}

/** Without a type it is a problem (RFC 9457), as every refusal is. */
export interface ResponseDoc {
  readonly description: string;
  readonly type?: string;
  readonly schema?: object;
}
