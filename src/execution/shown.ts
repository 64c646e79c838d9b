/** A value as a message to developers shows it. graphql-js has a function of its own for that, which it does not export. */
import { inspect } from "node:util";

export function shown(value: unknown): string {
  return inspect(value, { depth: 1, maxArrayLength: 10, maxStringLength: 100, breakLength: Number.POSITIVE_INFINITY });
}
