/** A header as one text: fields of the same name are joined (RFC 9110, 5.3). */
export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
