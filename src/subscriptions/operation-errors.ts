/** Errors of an operation that cannot be executed, with the codes of Apollo Server. */
import { GraphQLError } from "graphql";
import { withTokenSetting } from "../graphql/documents/document-bounds.js";

/** All errors of one operation. */
export class OperationErrors extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.errors = errors;
  }
}

export function unknownOperation(): GraphQLError {
  return new GraphQLError(
    "Unknown operation name, or operationName is required because the document has several operations.",
    {
      extensions: { code: "OPERATION_RESOLUTION_FAILURE" },
    },
  );
}

export function withCode({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(withTokenSetting(message), {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });
}
