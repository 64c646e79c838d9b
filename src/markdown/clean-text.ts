/** Removes characters that the database or clients cannot handle. Pure. */

/**
 * Removes lone surrogates, which UTF-8 cannot say, and control characters but tab and line breaks: NUL, which
 * PostgreSQL's text type refuses, above all.
 */
export function cleanText(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}]/gu, "");
}
