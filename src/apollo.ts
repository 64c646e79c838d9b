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
import { cacheHeaders } from "./guard/cache-headers.js";
import { type DocumentGuard, mostErrors } from "./guard/document-bounds.js";
import { statusForPlainJson } from "./guard/http-status.js";
import { logInternalErrors, maskError } from "./guard/masked-errors.js";
import { meterOperations } from "./guard/meter-operations.js";
import type { RateLimiter } from "./guard/rate-limit.js";
import { refuseLargeDocuments } from "./guard/refuse-large-documents.js";
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
      refuseLargeDocuments(guard),
      wellFormedVariables,
      refuseSubscriptions,
      meterOperations(guard, limiter),
      cacheHeaders(config.publicCacheSeconds),
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
