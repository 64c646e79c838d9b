/** Timestamps as text: RFC 3339 in UTC with milliseconds, to and from what PostgreSQL and clients send. Pure. */

/** `pg_type.oid` of the types that are not left to the driver. */
export const int8Oid = 20;
export const timestamptzOid = 1184;

/** The last moment that a `Date` can hold: for what never ends. */
export const endOfTime = new Date(8.64e15);

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

/** Years 1 to 9999, which PostgreSQL and `Date` both represent. `Date` takes hour 24 as well, for the next day's midnight. */
const rfc3339Form = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** The instant in UTC with milliseconds, or undefined when the text is none. */
export function parseInstant(text: string): string | undefined {
  if (!rfc3339Form.test(text)) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const instant = date.toISOString();
  // `Date` takes 30 February for 1 March: the day must come back as it was sent, at most a zone away.
  const isReal = Math.abs(Number(text.slice(8, 10)) - new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate()) === 0;
  return isReal && /^(?!0000)\d{4}-/.test(instant) ? instant : undefined;
}
