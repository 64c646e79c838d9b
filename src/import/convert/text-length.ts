/** Describes why the length of a text is invalid. Pure. */

/**
 * A sentence that begins with `subject`, such as "Title", or undefined when `text` is neither blank nor longer than
 * `most` characters (Unicode code points).
 */
export function lengthProblem(subject: string, text: string, most: number): string | undefined {
  if (text.trim() === "") return `${subject} is empty`;
  const length = Array.from(text).length;
  return length > most ? `${subject} must be at most ${most} characters, got ${length}` : undefined;
}
