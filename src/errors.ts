/** The error class that clients may see, its closed union of codes, and the HTTP status of each code. */
import { type ASTNode, GraphQLError } from "graphql";

/** Top-level error codes, found by clients in `extensions.code`. Refusals of a mutation are values (`UserErrorCode`). */
export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "BAD_USER_INPUT"
  | "BAD_ID"
  | "BAD_CURSOR"
  | "CURSOR_EXPIRED"
  | "BAD_REQUEST"
  | "IDEMPOTENCY_KEY_REUSED"
  | "TOO_MANY_SUBSCRIPTIONS"
  | "BUSY"
  | "DEADLINE_EXCEEDED"
  | "CANCELLED"
  | "RATE_LIMITED"
  | "DOCUMENT_NOT_TRUSTED"
  | "ISSUER_UNAVAILABLE"
  | "DOCUMENT_LIMIT_EXCEEDED"
  | "GRAPHQL_VALIDATION_FAILED"
  | "COST_LIMIT_EXCEEDED"
  | "RESPONSE_LIMIT_EXCEEDED";

/** HTTP status for an error that stops a request before anything was executed. */
const httpStatus: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  BAD_ID: 400,
  BAD_CURSOR: 400,
  CURSOR_EXPIRED: 400,
  BAD_REQUEST: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  TOO_MANY_SUBSCRIPTIONS: 429,
  BUSY: 503,
  DEADLINE_EXCEEDED: 504,
  // Nobody receives it: the client has disconnected.
  CANCELLED: 499,
  RATE_LIMITED: 429,
  DOCUMENT_NOT_TRUSTED: 400,
  ISSUER_UNAVAILABLE: 503,
  DOCUMENT_LIMIT_EXCEEDED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  COST_LIMIT_EXCEEDED: 400,
  RESPONSE_LIMIT_EXCEEDED: 400,
};

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** An error whose message is written for the client: it names the subject, what was expected and what was received. */
export class ParleyError extends GraphQLError {
  readonly code: ErrorCode;
  /** Headers of the HTTP response. */
  readonly headers: HeaderList;

  /**
   * `details` are found by clients beside the code, such as the limit that was passed; `nodes` are the places in the
   * document.
   */
  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    headers: HeaderList = [],
    nodes: readonly ASTNode[] = [],
  ) {
    super(message, { nodes, extensions: { code, ...details } });
    this.code = code;
    this.headers = headers;
  }
}

/** HTTP status and headers of a response with only this error. */
export function httpOf({ code, headers }: ParleyError): { status: number; headers: Record<string, string> } {
  const challenge = code === "UNAUTHENTICATED" ? { "www-authenticate": "Bearer" } : {};
  return { status: httpStatus[code], headers: { ...Object.fromEntries(headers), ...challenge } };
}

/** The same error as the answer to a whole request, with its HTTP status. Apollo Server reads `extensions.http`. */
export function refuseRequest(error: ParleyError): GraphQLError {
  const { status, headers } = httpOf(error);
  const http = { status, headers: new Map(Object.entries(headers)) };
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { ...error.extensions, http } });
}

/** The server is overloaded. Includes the HTTP status and headers, which Apollo Server uses wherever the error occurs. */
export function busy(): ParleyError {
  const headers: HeaderList = [["retry-after", "1"]];
  const http = { status: httpStatus.BUSY, headers: new Map(headers) };
  return new ParleyError("BUSY", "The server is busy (DATABASE_QUEUE_SIZE). Try again in a moment.", { http }, headers);
}

/** Code of errors whose reason is in the log alone. */
export const internalCode = "INTERNAL_SERVER_ERROR";

/** What a client is sent instead of an unexpected error. */
export function internalError(): GraphQLError {
  return new GraphQLError("Internal server error", { extensions: { code: internalCode } });
}

/** A mistake of the operator that stops the program. Printed in one line, without a stack trace. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}

/**
 * The message of an error, for a log line or the operator. A host name with several addresses, none of which answers,
 * gives an AggregateError without a message.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Text for standard error when the program ends: one line for a mistake of the operator, the stack for other errors. */
export function operatorText(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
