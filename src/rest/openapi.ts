/** `/openapi.json`: describes the REST endpoints from their route table (OpenAPI 3.1). GraphQL describes itself. */
import { json } from "../http/http-response.js";
import type { ResponseDoc, RestRoute, RouteDoc } from "./rest-route.js";

const problemSchema = {
  type: "object",
  description: "Problem details (RFC 9457).",
  required: ["type", "title", "status", "detail", "requestId"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What was expected and what was received." },
    requestId: { type: "string", description: "Also in the header `x-request-id`, and in the server's log." },
  },
};

/** The route that describes the others, and itself. */
export function openApiRoute(others: readonly RestRoute[]): RestRoute {
  const headers = { "cache-control": "public, max-age=300" };
  const doc: RouteDoc = {
    summary: "This description",
    responses: { 200: { description: "OpenAPI 3.1.", type: "application/json", schema: { type: "object" } } },
  };
  const route: RestRoute = {
    method: "GET",
    path: "/openapi.json",
    doc,
    handle: () => json(200, describe([...others, route]), headers),
  };
  return route;
}

/** Pure. */
function describe(routes: readonly RestRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, doc } of routes) {
    const item = paths[doc.path ?? path] ?? {};
    paths[doc.path ?? path] = { ...item, [method.toLowerCase()]: operation(doc) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Parley",
      version: "1",
      description: "The HTTP endpoints beside GraphQL. The API itself is at `/graphql`; its schema describes it.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation({ summary, parameters, requestBody, bearer, responses }: RouteDoc): object {
  return {
    summary,
    ...(parameters && { parameters }),
    ...(requestBody && { requestBody }),
    security: bearer ? [{ bearer: [] }, {}] : [],
    responses: Object.fromEntries(Object.entries(responses).map(([status, doc]) => [status, response(doc)])),
  };
}

function response({ description, type, schema }: ResponseDoc): object {
  const problem = { $ref: "#/components/schemas/Problem" };
  return { description, content: { [type ?? "application/problem+json"]: { schema: schema ?? problem } } };
}
