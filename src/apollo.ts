/** Apollo Server's pipeline: parsing, validation, persisted queries, CSRF prevention, error masking. No transport. */
import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { Config } from "./config.js";
import type { Context } from "./context.js";
import type { Execute } from "./execution/execute.js";
import { gatewayTo } from "./execution/gateway.js";
import { type DocumentGuard, mostErrors } from "./guard/document-bounds.js";
import { guardOperations } from "./guard/guard-operations.js";
import { statusForPlainJson } from "./guard/http-status.js";
import { logInternalErrors, maskError } from "./guard/masked-errors.js";
import type { RateLimiter } from "./guard/rate-limit.js";
import { refuseSubscriptions } from "./guard/subscriptions.js";
import { NoNulRule, wellFormedVariables } from "./guard/well-formed-text.js";
import { wantedBy } from "./loaders/wanted.js";
import type { Log } from "./log.js";

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly config: Config;
  readonly guard: DocumentGuard;
  readonly limiter: RateLimiter;
  readonly log: Log;
}

export async function startApollo({
  schema,
  execute,
  config,
  guard,
  limiter,
  log,
}: ApolloOptions): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    gateway: gatewayTo(schema, execute),
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationRules: [NoNulRule],
    validationOptions: { maxErrors: mostErrors },
    parseOptions: { maxTokens: guard.mostTokens },
    formatError: maskError,
    // Not Apollo's, which adds a newline and so has the whole text copied.
    stringifyResult: (result) => JSON.stringify(result),
    logger: log,
    // Registering documents is of no use where they are known beforehand.
    // Otherwise those registered are in Apollo Server's cache, which holds 30 MiB and lets go of what was not asked for.
    persistedQueries: config.trustedDocuments === "require" ? false : {},
    plugins: [
      lookAhead(schema),
      guardOperations({ guard, limiter, schema, publicSeconds: config.publicCacheSeconds }),
      wellFormedVariables,
      refuseSubscriptions,
      statusForPlainJson,
      logInternalErrors,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      // Half the time of a request when left on (lab.md); guard/cache-policy.ts reads the same hints.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Tells the loaders what the operation wants before it runs. */
function lookAhead(schema: GraphQLSchema): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, contextValue }) {
          contextValue.beginOperation(wantedBy(schema, document));
        },
      };
    },
  };
}
