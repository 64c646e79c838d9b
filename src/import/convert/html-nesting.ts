/** Measures the nesting depth of HTML elements without parsing. Pure. */

/** Elements that hold none of their own kind: void ones, and those whose end tag may be left out (HTML, 13.1.2). */
const notNesting = new Set(
  "area base br col embed hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot".split(" "),
);

/** Whether some element is inside more than `most` others. Takes time in proportion to the length of the text. */
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
