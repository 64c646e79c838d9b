/** Parses and validates a document, as Apollo Server does. */
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, type ValidationRule, validate } from "graphql";
import { type DocumentGuard, maxErrors } from "../graphql/documents/document-bounds.js";
import { OperationErrors, withCode } from "./operation-errors.js";

/** Throws OperationErrors for a syntax error. */
export function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (isStackExhausted(error)) throw tooDeep("GRAPHQL_PARSE_FAILED");
    if (!(error instanceof GraphQLError)) throw error;
    throw new OperationErrors([withCode(error, "GRAPHQL_PARSE_FAILED")]);
  }
}

/** Throws OperationErrors for an invalid document. */
export function requireValid(
  schema: GraphQLSchema,
  { hideSuggestions }: DocumentGuard,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): void {
  try {
    const errors = validate(schema, document, rules, { maxErrors, hideSuggestions });
    if (errors.length === 0) return;
    throw new OperationErrors(errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED")));
  } catch (error) {
    throw isStackExhausted(error) ? tooDeep("GRAPHQL_VALIDATION_FAILED") : error;
  }
}

/** Parsing and validation are recursive, so a deep document may exhaust the stack. */
function isStackExhausted(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof GraphQLError && error.originalError instanceof RangeError);
}

function tooDeep(code: string): OperationErrors {
  return new OperationErrors([new GraphQLError("The document is nested too deeply.", { extensions: { code } })]);
}
