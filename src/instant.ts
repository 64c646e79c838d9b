/** Times as text: RFC 3339, limited to what both PostgreSQL and `Date` can represent (years 1 to 9999). Pure. */

/** `Date` takes hour 24 as well, for the next day's midnight. */
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
