/** Conversion of PostgreSQL values to JavaScript values in reads, the same for both drivers. */

/** `pg_type.oid` of the types that are not left to the driver. */
export const int8Oid = 20;
export const timestamptzOid = 1184;

/**
 * Turns PostgreSQL's text of a `timestamptz`, in a session whose time zone is UTC, into RFC 3339 with milliseconds,
 * without a `Date` in between (parsing dates was 8 % of a request: docs/architecture.md, Reads).
 */
export function rfc3339(text: string): string {
  return withMilliseconds(text.slice(0, 10), text.slice(11, -"+00".length));
}

/** The same for a `timestamptz` in JSON that PostgreSQL made. */
export function rfc3339OfJson(text: string): string {
  return withMilliseconds(text.slice(0, 10), text.slice(11, -"+00:00".length));
}

function withMilliseconds(day: string, time: string): string {
  const [seconds = "", fraction = ""] = time.split(".");
  return `${day}T${seconds}.${fraction.padEnd(3, "0")}Z`;
}
