/**
 * Connects our executor to Apollo Server's pipeline through two public extension points.
 *
 * The hook `responseForOperation` executes operations. The option `gateway` handles failed ones, because Apollo Server
 * then formats the errors as it does those of its own execution. It is not used for all: the context it creates for a
 * gateway has accessors, so every request's context gets a hidden class of its own, which lives until the next full
 * collection and retains the request. A third of the allocated memory survived each young collection that way
 * (bench/README.md).
 */
import {
  type ApolloServerOptionsWithGateway,
  type BaseContext,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
  HeaderMap,
} from "@apollo/server";
import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Execute } from "./execute.js";
import type { ResponseLimit } from "./response-size.js";

export interface ApolloExecutor {
  readonly gateway: ApolloServerOptionsWithGateway<BaseContext>["gateway"];
  readonly responseForOperation: (
    requestContext: GraphQLRequestContextResponseForOperation<BaseContext>,
  ) => Promise<GraphQLResponse | null>;
}

type Outcome = { readonly result: ExecutionResult } | { readonly error: unknown };

/** No further headers. Shared, since Apollo Server only copies from it. */
const http = { headers: new HeaderMap() };

export function createApolloExecutor(schema: GraphQLSchema, execute: Execute): ApolloExecutor {
  /** Results of failed operations, until the gateway returns them. */
  const failures = new WeakMap<object, Outcome>();

  return {
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: "" });
        return () => undefined;
      },
      load: async () => ({
        async executor({ document, request: { operationName, variables }, context }) {
          const outcome = failures.get(context);
          if (outcome === undefined)
            return execute({ document, operationName, variables, context, responseLimit: limitOf(context) });
          if ("error" in outcome) throw outcome.error;
          return outcome.result;
        },
      }),
      stop: async () => undefined,
    },
    async responseForOperation({ document, operation, request, contextValue: context }) {
      // Without an operation the gateway returns the error.
      if (operation === undefined) return null;
      try {
        const { operationName, variables } = request;
        const result = await execute({ document, operationName, variables, context, responseLimit: limitOf(context) });
        if (result.errors === undefined) {
          return { http, body: { kind: "single", singleResult: { data: result.data ?? null } } };
        }
        failures.set(context, { result });
      } catch (error) {
        failures.set(context, { error });
      }
      return null;
    },
  };
}

/** The limit of the transport, if the context has one. */
function limitOf({ responseLimit }: { readonly responseLimit?: ResponseLimit | undefined }): ResponseLimit | undefined {
  return responseLimit;
}
