/** A header as one string: repeated fields are joined (RFC 9110, 5.3). */
export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
