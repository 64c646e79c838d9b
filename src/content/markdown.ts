/** The HTML of posts and comments: rendered within bounds of time and length, and kept, because many read the same text. */
import { LRUCache } from "lru-cache";
import { RenderThread } from "./render-thread.js";

const thread = new RenderThread({ maxMilliseconds: 500, maxWaiting: 1_000 });

/** What was rendered is kept, up to 16 Mi characters. */
const rendered = new LRUCache<string, string>({
  maxSize: 16_777_216,
  sizeCalculation: (html, markdown) => html.length + markdown.length + 1,
});

const underWay = new Map<string, Promise<string>>();

/** A machine under load may be late with any text; one that is always late is tried once in this time. */
const lateForMilliseconds = 60_000;

/** A text that cannot be rendered within the bounds is shown as it was written. */
export function renderMarkdown(markdown: string): string | Promise<string> {
  if (markdown === "") return "";
  const known = rendered.get(markdown) ?? underWay.get(markdown);
  if (known !== undefined) return known;
  const rendering = render(markdown).finally(() => underWay.delete(markdown));
  underWay.set(markdown, rendering);
  return rendering;
}

async function render(markdown: string): Promise<string> {
  const rendering = await thread.render(markdown);
  if ("html" in rendering) {
    rendered.set(markdown, rendering.html);
    return rendering.html;
  }
  const html = asWritten(markdown);
  if (rendering.refused === "long") rendered.set(markdown, html);
  if (rendering.refused === "late") rendered.set(markdown, html, { ttl: lateForMilliseconds });
  return html;
}

function asWritten(markdown: string): string {
  return `<pre>${markdown.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</pre>`;
}
