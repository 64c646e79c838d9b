/** Apollo Server's pipeline: parsing, validation, persisted queries, CSRF prevention, error masking. No transport. */
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { Config } from "./config.js";
import type { Context } from "./context.js";
import { type DocumentGuard, mostErrors } from "./guard/document-bounds.js";
import { guardOperations } from "./guard/guard-operations.js";
import { statusForPlainJson } from "./guard/http-status.js";
import { logInternalErrors, maskError } from "./guard/masked-errors.js";
import type { RateLimiter } from "./guard/rate-limit.js";
import { refuseSubscriptions } from "./guard/subscriptions.js";
import { NoNulRule, wellFormedVariables } from "./guard/well-formed-text.js";
import type { Log } from "./log.js";

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly config: Config;
  readonly guard: DocumentGuard;
  readonly limiter: RateLimiter;
  readonly log: Log;
}

export async function startApollo({
  schema,
  config,
  guard,
  limiter,
  log,
}: ApolloOptions): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationRules: [NoNulRule],
    validationOptions: { maxErrors: mostErrors },
    parseOptions: { maxTokens: guard.mostTokens },
    formatError: maskError,
    logger: log,
    // Registering documents is of no use where they are known beforehand.
    // Otherwise those registered are in Apollo Server's cache, which holds 30 MiB and lets go of what was not asked for.
    persistedQueries: config.trustedDocuments === "require" ? false : {},
    plugins: [
      guardOperations({ guard, limiter, publicSeconds: config.publicCacheSeconds }),
      wellFormedVariables,
      refuseSubscriptions,
      statusForPlainJson,
      logInternalErrors,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      // Half the time of a request when left on (lab.md).
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
