/** What went wrong inside stays inside: the log gets the error, the client a plain sentence. */
import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLFormattedError } from "graphql";
import type { Context } from "../context.js";

const internalCode = "INTERNAL_SERVER_ERROR";

/** Apollo Server's `formatError`. */
export function maskError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (formatted.extensions?.code !== internalCode) return formatted;
  const { path, locations } = formatted;
  return {
    message: "Internal server error",
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: internalCode },
  };
}

/** Logs what is masked, with the request's id. */
export const logInternalErrors: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue, operationName }) {
        for (const error of errors) {
          if (error.extensions.code !== undefined && error.extensions.code !== internalCode) continue;
          contextValue.log.error(
            { err: error.originalError ?? error, path: error.path, operationName },
            "a resolver failed",
          );
        }
      },
    };
  },
};
