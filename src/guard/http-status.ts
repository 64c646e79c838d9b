/**
 * Status 200 for a well-formed request whose document does not parse or validate, or whose variables do not fit, when
 * the client takes `application/json`: there, a status of 4xx may come from an intermediary and the body is not to be
 * trusted (GraphQL over HTTP, 6.4.1). Under `application/graphql-response+json` it stays 400.
 */
import type { ApolloServerPlugin } from "@apollo/server";
import Negotiator from "negotiator";
import type { Context } from "../context.js";

const plainJson = "application/json";
const responseJson = "application/graphql-response+json";
/** Errors of the request's content, not of its form. */
const contentErrors: readonly unknown[] = [
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "OPERATION_RESOLUTION_FAILURE",
];

export const statusForPlainJson: ApolloServerPlugin<Context> = {
  async requestDidStart({ request }) {
    return {
      async willSendResponse({ response }) {
        if (response.http.status !== 400 || response.body.kind !== "single") return;
        const errors = response.body.singleResult.errors ?? [];
        if (!errors.every((error) => contentErrors.includes(error.extensions?.code))) return;
        if (acceptedType(request.http?.headers.get("accept")) === plainJson) response.http.status = 200;
      },
    };
  },
};

/** The type Apollo Server will answer with. A client that says nothing gets `application/json`. */
function acceptedType(accept: string | undefined): string | undefined {
  if (accept === undefined) return plainJson;
  return new Negotiator({ headers: { accept } }).mediaType([plainJson, responseJson]);
}
