/**
 * Apollo Server's request pipeline: parsing, validation, persisted queries, CSRF prevention, error masking. Independent
 * of the transport.
 */
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { Config } from "../config/config.js";
import { createApolloExecutor } from "../execution/apollo-executor.js";
import type { Execute } from "../execution/execute.js";
import { lookAhead } from "../loaders/look-ahead.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import type { Context } from "./context.js";
import { type DocumentGuard, maxErrors } from "./documents/document-bounds.js";
import { type DocumentStore, forApollo } from "./documents/document-store.js";
import { NoNulRule, wellFormedVariables } from "./documents/well-formed-text.js";
import { composePlugin, type RequestHooks } from "./plugins/compose-plugins.js";
import { guardOperations } from "./plugins/guard-operations.js";
import { logInternalErrors, maskError } from "./plugins/mask-errors.js";
import { mediaType } from "./plugins/media-type.js";
import { refuseSubscriptions } from "./plugins/refuse-subscriptions.js";

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly config: Config;
  readonly guard: DocumentGuard;
  readonly store: DocumentStore;
  readonly limiter: RateLimiter;
  readonly log: Log;
}

export async function startApollo({
  schema,
  execute,
  config,
  guard,
  store,
  limiter,
  log,
}: ApolloOptions): Promise<ApolloServer<Context>> {
  const { gateway, responseForOperation } = createApolloExecutor(schema, execute);
  const parts = [
    passLookAhead(schema),
    guardOperations({ guard, limiter, schema, publicSeconds: config.publicCacheSeconds }),
    wellFormedVariables,
    refuseSubscriptions,
    mediaType,
    logInternalErrors,
  ];
  const apollo = new ApolloServer<Context>({
    gateway,
    documentStore: forApollo(store),
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationRules: [NoNulRule],
    validationOptions: { maxErrors, hideSuggestions: guard.hideSuggestions },
    parseOptions: { maxTokens: guard.maxTokens },
    formatError: maskError,
    // Not Apollo's, which adds a newline and so has the whole text copied.
    stringifyResult: (result) => JSON.stringify(result),
    logger: log,
    // Registering documents is of no use where they are known beforehand.
    // Otherwise registered documents would be in Apollo Server's cache of 30 MiB, which evicts the least recently used.
    persistedQueries: config.trustedDocuments === "require" ? false : {},
    plugins: [
      composePlugin(parts, responseForOperation),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      // For subgraphs of a federation; 250 KB of code that a start would load.
      ApolloServerPluginInlineTraceDisabled(),
      // Half the time of a request when left on (docs/architecture.md, Reads); graphql/caching/cache-policy.ts reads the same hints.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** Passes the look-ahead of the operation to the loaders before it runs. */
function passLookAhead(schema: GraphQLSchema): RequestHooks {
  return {
    didResolveOperation({ document, contextValue }) {
      contextValue.beginOperation(lookAhead(schema, document));
    },
  };
}
