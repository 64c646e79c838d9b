/** Runs queries and mutations over a live transport through Apollo Server's pipeline, as over HTTP. */
import type { ApolloServer } from "@apollo/server";
import type { ExecutionResult } from "graphql";
import type { Context } from "../graphql/context.js";
import type { OperationRequest } from "./operation.js";

export async function executeOperation(
  apollo: ApolloServer<Context>,
  { query, operationName, variables }: OperationRequest,
  contextValue: Context,
): Promise<ExecutionResult> {
  const request = { query, variables: { ...variables }, ...(typeof operationName === "string" && { operationName }) };
  const { body } = await apollo.executeOperation(request, { contextValue });
  if (body.kind === "incremental") throw new Error("incremental delivery is not supported: the schema has no @defer");
  // Apollo Server has formatted the errors into plain objects.
  return body.singleResult as ExecutionResult;
}
