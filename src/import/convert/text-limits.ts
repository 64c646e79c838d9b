/** Limits of imported texts: length, and nesting depth of HTML. Pure. */

/**
 * A sentence that begins with `subject`, such as "Title"; undefined if the text is neither blank nor longer than `most`
 * characters (Unicode code points).
 */
export function lengthProblem(subject: string, text: string, most: number): string | undefined {
  if (text.trim() === "") return `${subject} is empty`;
  const length = Array.from(text).length;
  return length > most ? `${subject} must be at most ${most} characters, got ${length}` : undefined;
}

/** Void elements, and those whose end tag is optional (HTML, 13.1.2): they do not nest in themselves. */
const notNesting = new Set(
  "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot".split(" "),
);

/** Whether an element is inside more than `most` others. Scans the tags without parsing, in linear time. */
export function isNestedDeeperThan(html: string, most: number): boolean {
  const open: string[] = [];
  for (const [, slash, tag = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^<>]*>/gi)) {
    const name = tag.toLowerCase();
    if (notNesting.has(name)) continue;
    if (slash === "") open.push(name);
    else if (open.includes(name)) open.length = open.lastIndexOf(name);
    if (open.length > most) return true;
  }
  return false;
}
