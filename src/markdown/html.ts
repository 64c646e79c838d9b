/** Renders Markdown (GitHub flavoured) as safe HTML: parsed, then reduced to GitHub's allow-list of elements. */
import { createHash } from "node:crypto";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { maxTextLength } from "./text-task.js";

/**
 * Removes scripts, event handlers, styles and links with other schemes than http, https, mailto and the like. Null for a
 * text that is nested too deeply to parse or becomes longer than `maxTextLength`.
 */
export function toHtml(markdown: string): string | null {
  try {
    const html = String(processorFor(markdown).processSync(markdown));
    return html.length > maxTextLength(markdown) ? null : html;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TooLong) return null;
    throw error;
  }
}

class TooLong extends Error {}

function processorFor(markdown: string) {
  // A page shows several texts, so the ids of footnotes include a hash of the text.
  const own = createHash("sha256").update(markdown).digest("hex").slice(0, 12);
  return (
    unified()
      .use(remarkParse)
      .use(remarkGfm)
      // Parses HTML inside Markdown, so that the sanitiser sees its elements.
      .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: `user-content-${own}-` })
      .use(rehypeRaw)
      .use(rehypeSanitize)
      .use(() => (tree: HtmlNode) => {
        fixFootnotes(tree, own);
        if (lengthOf(tree) > maxTextLength(markdown)) throw new TooLong();
      })
      .use(rehypeStringify)
  );
}

interface HtmlNode {
  readonly type: string;
  readonly tagName?: string;
  readonly value?: string;
  readonly properties?: Record<string, unknown>;
  readonly children?: readonly HtmlNode[];
}

/** Removes the second prefix that the sanitiser adds to the ids of footnotes, which breaks the links to them. */
function fixFootnotes({ properties, children = [] }: HtmlNode, own: string): void {
  for (const name of ["id", "ariaDescribedBy"]) {
    const value = properties?.[name];
    if (properties === undefined || value === undefined) continue;
    properties[name] = String(value)
      .replace("user-content-user-content-", "user-content-")
      .replace(/^user-content-footnote-label$/, `user-content-${own}-footnote-label`);
  }
  for (const child of children) fixFootnotes(child, own);
}

/** Lower bound of the length of the HTML, computed before it is written, which may exhaust the memory. */
function lengthOf({ tagName, value = "", properties = {}, children = [] }: HtmlNode): number {
  let length = value.length + (tagName === undefined ? 0 : tagName.length + 2);
  for (const property of Object.values(properties)) length += String(property).length;
  for (const child of children) length += lengthOf(child);
  return length;
}
