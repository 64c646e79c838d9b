/** GraphQL over HTTP: from a request to Apollo Server's pipeline and back (GraphQL over HTTP specification, 2025 draft). */
import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { Authenticator } from "../auth/viewer.js";
import { type Context, type ContextDependencies, createContext } from "../context.js";
import { ParleyError, refuseRequest } from "../errors.js";
import { limitFailures, type RateLimiter } from "../guard/rate-limit.js";
import { type Answer, json } from "./answer.js";
import { BodyError, readJson } from "./body.js";
import type { Exchange, Handler } from "./listener.js";

export interface GraphQLHandlerOptions {
  readonly apollo: ApolloServer<Context>;
  readonly authenticator: Authenticator;
  readonly dependencies: ContextDependencies;
  readonly bodyLimitBytes: number;
  readonly limiter: RateLimiter;
}

/** Handles `GET /graphql` (queries only) and `POST /graphql`. */
export function createGraphQLHandler({
  apollo,
  authenticator,
  dependencies,
  bodyLimitBytes,
  limiter,
}: GraphQLHandlerOptions): Handler {
  return async ({ request, search, client: { address }, log }) => {
    const method = request.method === "POST" ? "POST" : "GET";
    const body = method === "POST" ? await readBody({ request, bodyLimitBytes }) : undefined;
    if (body instanceof BodyError) return errorAnswer(body);
    const { headers, ...rest } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: headerMap(request), search, body },
      context: async () => {
        try {
          const viewer = await authenticator.authenticate(request.headers.authorization);
          const idempotencyKey = headerText(request.headers["idempotency-key"]);
          return createContext(dependencies, { viewer, address, log, idempotencyKey, operation: body });
        } catch (error) {
          if (error instanceof ParleyError) throw refuseRequest(limitFailures(limiter, address, error));
          log.error({ err: error }, "a request could not be begun");
          throw error;
        }
      },
    });
    if (rest.body.kind === "chunked") throw new Error("no operation is answered in parts: the schema has no @defer");
    return { status: rest.status ?? 200, headers: Object.fromEntries(headers), body: rest.body.string };
  };
}

async function readBody({ request, bodyLimitBytes }: Pick<Exchange, "request"> & { bodyLimitBytes: number }) {
  try {
    return await readJson(request, bodyLimitBytes);
  } catch (error) {
    if (error instanceof BodyError) return error;
    throw error;
  }
}

/** A body that could not be read, in the form of a GraphQL response. */
function errorAnswer({ status, message }: BodyError): Answer {
  return json(status, { errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
}

function headerMap(request: Exchange["request"]): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, headerText(value) ?? "");
  }
  return headers;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
