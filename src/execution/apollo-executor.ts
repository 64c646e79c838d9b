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

/** Nothing to add to the head of the answer. Apollo Server copies from it. */
const http = { headers: new HeaderMap() };

export function createApolloExecutor(schema: GraphQLSchema, execute: Execute): ApolloExecutor {
  /** Results of failed operations, until the gateway returns them. */
  const wentWrong = new WeakMap<object, Outcome>();

  return {
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: "" });
        return () => undefined;
      },
      load: async () => ({
        async executor({ document, request: { operationName, variables }, context }) {
          const outcome = wentWrong.get(context);
          if (outcome === undefined)
            return execute({ document, operationName, variables, context, responseLimit: limitOf(context) });
          if ("error" in outcome) throw outcome.error;
          return outcome.result;
        },
      }),
      stop: async () => undefined,
    },
    async responseForOperation({ document, operation, request, contextValue: context }) {
      // The gateway refuses it.
      if (operation === undefined) return null;
      try {
        const { operationName, variables } = request;
        const result = await execute({ document, operationName, variables, context, responseLimit: limitOf(context) });
        if (result.errors === undefined) {
          return { http, body: { kind: "single", singleResult: { data: result.data ?? null } } };
        }
        wentWrong.set(context, { result });
      } catch (error) {
        wentWrong.set(context, { error });
      }
      return null;
    },
  };
}

/** A context may have a limit of its own: the transport's. */
function limitOf({ responseLimit }: { readonly responseLimit?: ResponseLimit | undefined }): ResponseLimit | undefined {
  return responseLimit;
}
