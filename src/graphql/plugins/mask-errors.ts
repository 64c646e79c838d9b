/** Masks internal errors: logs the error, sends a generic message to the client. */
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { internalCode, internalError } from "../../errors.js";
import { withTokenSetting } from "../documents/document-bounds.js";
import type { RequestHooks } from "./compose-plugins.js";

/**
 * What V8 says when the stack is too small: parsing is recursive, and so is validation, along chains of fragments too.
 */
const stackExhausted = "Maximum call stack size exceeded";
const tooDeep = "The document is nested too deeply.";

/** Apollo Server's `formatError`. `error` is the one that was formatted. */
export function maskError(formatted: GraphQLFormattedError, error?: unknown): GraphQLFormattedError {
  if (formatted.extensions?.code === "GRAPHQL_PARSE_FAILED") {
    const message = formatted.message === stackExhausted ? tooDeep : withTokenSetting(formatted.message);
    return { ...formatted, message };
  }
  if (formatted.extensions?.code !== internalCode) return formatted;
  if (isRefusal(error)) return { ...formatted, extensions: { ...formatted.extensions, code: "BAD_REQUEST" } };
  const { path, locations } = formatted;
  return { ...internalError().toJSON(), ...(locations && { locations }), ...(path && { path }) };
}

/** Logs masked errors with the request id. */
export const logInternalErrors: RequestHooks = {
  /** An error thrown here replaces the error of the pipeline. */
  unexpectedErrorProcessingRequest({ error, requestContext }) {
    if (isRefusal(error)) throw error;
    if (error.message === stackExhausted) {
      const extensions = { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400 } };
      throw new GraphQLError(tooDeep, { extensions });
    }
    requestContext.contextValue.log.error({ component: "graphql", err: error }, "request failed");
  },
  didEncounterErrors({ errors, contextValue, operationName }) {
    for (const error of errors) {
      if (error.extensions.code !== undefined && error.extensions.code !== internalCode) continue;
      if (isRefusal(error)) continue;
      contextValue.log.error(
        { component: "graphql", err: error.originalError ?? error, path: error.path, operationName },
        "resolver failed",
      );
    }
  },
};

/** Apollo Server refuses a bad persisted query with a status of 4xx, but without a code. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return false;
  const http: unknown = error.extensions.http;
  if (typeof http !== "object" || http === null || !("status" in http)) return false;
  return typeof http.status === "number" && http.status >= 400 && http.status < 500;
}
