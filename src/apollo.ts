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
import { mostTokens } from "./guard/document-size.js";
import { statusForPlainJson } from "./guard/http-status.js";
import { logInternalErrors, maskError } from "./guard/masked-errors.js";
import { refuseSubscriptions } from "./guard/subscriptions.js";
import { NoNulRule, wellFormedVariables } from "./guard/well-formed-text.js";
import { wantedBy } from "./loaders/wanted.js";
import type { Log } from "./log.js";

export async function startApollo(
  schema: GraphQLSchema,
  execute: Execute,
  config: Config,
  log: Log,
): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    gateway: gatewayTo(schema, execute),
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    validationRules: [NoNulRule],
    // Validation follows fragments recursively: a chain of thousands would exhaust the stack.
    parseOptions: { maxTokens: mostTokens },
    formatError: maskError,
    // Not Apollo's, which adds a newline and so has the whole text copied.
    stringifyResult: (result) => JSON.stringify(result),
    logger: log,
    plugins: [
      lookAhead(schema),
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
