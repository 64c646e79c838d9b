/** Finds Markdown that takes seconds to parse: time grows with the square of what is nested. Pure. */

/** Quotes and list items that begin on one line; and all of them but the first of each line. */
const mostContainersOfLine = 50;
const mostNestedContainers = 2_000;
/** Characters in one paragraph that may begin or end emphasis, a link or an image. */
const mostDelimitersOfParagraph = 2_000;

const thematicBreak = /^[ \t]*([-*_])(?:[ \t]*\1)+[ \t]*$/;
const containers = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?![^ \t])))+/;
/** A blank line; or a bullet, which ends a paragraph without one (CommonMark, section 5.2). */
const paragraphEnd = /\n[ \t]*(?=\n)|\n {0,3}(?=[-*+] +\S)/;

/** What people write stays far below: a text that is tangled was made to be. */
export function isTangled(markdown: string): boolean {
  const nested = markdown.split("\n").map(containersOf);
  if (nested.some((count) => count > mostContainersOfLine)) return true;
  if (nested.reduce((sum, count) => sum + Math.max(0, count - 1), 0) > mostNestedContainers) return true;
  return markdown.split(paragraphEnd).some((each) => count(each, /[*_~[\]!]/g) > mostDelimitersOfParagraph);
}

function containersOf(line: string): number {
  if (thematicBreak.test(line)) return 0;
  return count(containers.exec(line)?.[0] ?? "", />|[-*+]|\d[.)]/g);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
