/** The one error class that may reach a client, its closed union of codes, and what each means over HTTP. */
import { GraphQLError } from "graphql";

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
  | "CANCELLED";

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
  // Nobody reads it: the client has gone.
  CANCELLED: 499,
};

/** How Apollo Server answers a request that met with it, wherever that was (RFC 9110, section 15.6.4). */
const tryAgain = { status: 503, headers: new Map([["retry-after", "1"]]) };

/** An error whose message is written for the client: it names the subject, what was expected and what came. */
export class ParleyError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message, { extensions: { code, ...(code === "BUSY" && { http: tryAgain }) } });
    this.code = code;
  }
}

/** The same error as the answer to a whole request, with its HTTP status. Apollo Server reads `extensions.http`. */
export function refuseRequest(error: ParleyError): GraphQLError {
  if (error.code === "BUSY") return error;
  const headers = error.code === "UNAUTHENTICATED" ? new Map([["www-authenticate", "Bearer"]]) : undefined;
  return new GraphQLError(error.message, {
    extensions: { code: error.code, http: { status: httpStatus[error.code], ...(headers && { headers }) } },
  });
}

/** A mistake of the operator that stops the program: told in one line, without a stack trace. */
export class StartupError extends Error {
  override readonly name = "StartupError";
}

/**
 * What an error says, for a log line or a message to the operator. A name with several addresses, none of which answers,
 * gives an AggregateError without a message.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message || error.name : String(error);
}

/** What a program that ends says on standard error: a mistake of the operator in one line, all else with its stack. */
export function operatorText(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
