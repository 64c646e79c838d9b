/** Markdown (GitHub flavoured) to HTML that is safe to show: parsed, then reduced to GitHub's allow-list of elements. */
import { LRUCache } from "lru-cache";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm)
  // HTML inside Markdown is parsed too, so that the sanitiser sees elements and not text.
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .use(rehypeStringify)
  .freeze();

/** Rendering takes about a millisecond, so what was rendered is kept, up to 16 Mi characters. */
const rendered = new LRUCache<string, string>({
  maxSize: 16_777_216,
  sizeCalculation: (html, markdown) => html.length + markdown.length + 1,
});

/** Scripts, event handlers, styles and links other than to http, https, mailto and the like do not survive. */
export function renderMarkdown(markdown: string): string {
  const known = rendered.get(markdown);
  if (known !== undefined) return known;
  const html = String(processor.processSync(markdown));
  rendered.set(markdown, html);
  return html;
}
