/** Formats a value for error messages to developers. graphql-js has `inspect` for that, but does not export it. */
import { inspect as format } from "node:util";

export function inspect(value: unknown): string {
  return format(value, { depth: 1, maxArrayLength: 10, maxStringLength: 100, breakLength: Number.POSITIVE_INFINITY });
}
