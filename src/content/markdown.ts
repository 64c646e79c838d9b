/** Markdown (GitHub flavoured) to HTML that is safe to show: parsed, then reduced to GitHub's allow-list of elements. */
import { LRUCache } from "lru-cache";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { isTangled } from "./tangle.js";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  // HTML inside Markdown is parsed too, so that the sanitiser sees elements and not text.
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .use(() => mendFootnotes)
  .use(rehypeStringify)
  .freeze();

/** Rendering takes about a millisecond, so what was rendered is kept, up to 16 Mi characters. */
const rendered = new LRUCache<string, string>({
  maxSize: 16_777_216,
  sizeCalculation: (html, markdown) => html.length + markdown.length + 1,
});

/**
 * Scripts, event handlers, styles and links other than to http, https, mailto and the like do not survive. A text nested
 * too deeply to be parsed is shown as it was written.
 */
export function renderMarkdown(markdown: string): string {
  const known = rendered.get(markdown);
  if (known !== undefined) return known;
  const html = isTangled(markdown) ? asWritten(markdown) : process(markdown);
  rendered.set(markdown, html);
  return html;
}

interface HtmlNode {
  readonly type: string;
  readonly properties?: { id?: unknown };
  readonly children?: readonly HtmlNode[];
}

/** Ids of footnotes come with a prefix; the sanitiser adds one to every id, which parts these from the links to them. */
function mendFootnotes({ properties, children = [] }: HtmlNode): void {
  if (typeof properties?.id === "string") {
    properties.id = properties.id.replace("user-content-user-content-", "user-content-");
  }
  for (const child of children) mendFootnotes(child);
}

function process(markdown: string): string {
  try {
    return String(processor.processSync(markdown));
  } catch (error) {
    // Nested so deep that the stack is exhausted. One such text must not take a page of others with it.
    if (error instanceof RangeError) return asWritten(markdown);
    throw error;
  }
}

function asWritten(markdown: string): string {
  return `<pre>${markdown.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</pre>`;
}
