/** The longest texts that Parley keeps, in characters (Unicode code points), and the one way to count them. */

/** Display name. A longer one is cut. */
export const nameLimit = 100;
/** Title of a post. */
export const titleLimit = 200;
/** Content of a post, as Markdown. */
export const contentLimit = 40_000;
/** Text of a comment, as Markdown. */
export const textLimit = 30_000;

/** What is wrong with the length of `value`, or undefined. `subject` begins the sentence, such as "title". */
export function lengthProblem(subject: string, value: string, limit: number): string | undefined {
  if (value.trim() === "") return `${subject} is empty`;
  const length = characterCount(value);
  if (length > limit) return `${subject} must be at most ${limit} characters, got ${length}`;
  return undefined;
}

function characterCount(value: string): number {
  const surrogatePairs = value.match(/[\u{10000}-\u{10FFFF}]/gu)?.length ?? 0;
  return value.length - surrogatePairs;
}
