/** Puts our execution behind Apollo Server's pipeline, through its public seam for what executes elsewhere. */
import type { ApolloServerOptionsWithGateway, BaseContext } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import type { Execute } from "./execute.js";

export function gatewayTo(
  schema: GraphQLSchema,
  execute: Execute,
): ApolloServerOptionsWithGateway<BaseContext>["gateway"] {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, operationName, request, context }) =>
        execute({
          document,
          operationName: request.operationName ?? operationName,
          variables: request.variables,
          context,
        }),
    }),
    stop: async () => undefined,
  };
}
