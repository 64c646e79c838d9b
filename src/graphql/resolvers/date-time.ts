/** The `DateTime` scalar: RFC 3339 in, RFC 3339 in UTC with milliseconds out. Rows carry it as text already. */
import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { parseInstant } from "../../db/timestamps.js";

export const dateTime = new GraphQLScalarType<string, string>({
  name: "DateTime",
  serialize(value) {
    if (typeof value === "string") return value;
    throw new Error(`a DateTime must be an RFC 3339 string, got a ${typeof value}`);
  },
  parseValue: (value) => parse(value),
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  const instant = typeof value === "string" ? parseInstant(value) : undefined;
  if (instant !== undefined) return instant;
  throw new GraphQLError("DateTime must be an RFC 3339 string such as 2026-11-21T09:30:00Z", {
    extensions: { code: "BAD_USER_INPUT" },
  });
}
