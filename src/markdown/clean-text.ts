/** Removes characters that the database or clients cannot handle. Pure. */

/**
 * Removes lone surrogates, which UTF-8 cannot encode, and control characters except tab and line breaks. PostgreSQL's
 * text type does not allow NUL.
 */
export function cleanText(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, "");
}
