/** Renders any Markdown within limits; falls back to the escaped source text. */
import { LRUCache } from "lru-cache";
import { processPool, type TextPool } from "./text-pool.js";
import type { Outcome } from "./text-task.js";

export interface Rendered {
  readonly html: string;
  /**
   * Whether the text is always shown so, by this version: rendered, or as it was written because it exceeds a limit. Else it
   * is shown as it was written this once, because it could not be rendered now.
   */
  readonly isFinal: boolean;
  /** Why the renderer failed, for the operator. */
  readonly failure?: string;
}

/** Cache of rendered texts, up to 8 Mi characters: a text may be read many times before its HTML is stored. */
const rendered = new LRUCache<string, Rendered>({
  maxSize: 8_388_608,
  sizeCalculation: ({ html }, markdown) => html.length + markdown.length + 1,
});

const underWay = new Map<string, Promise<Rendered>>();

export interface RenderOptions {
  /** The author of the text: owners take turns (text-pool.ts). */
  readonly owner: string;
  /** Default the one of this process. */
  readonly pool?: TextPool | undefined;
}

/** Never rejects. Without waiting where the text was rendered not long ago. */
export function renderMarkdown(
  markdown: string,
  { owner, pool = processPool }: RenderOptions,
): Rendered | Promise<Rendered> {
  if (markdown === "") return { html: "", isFinal: true };
  const known = rendered.get(markdown);
  if (known !== undefined) return known;
  // Another owner with the same text does not wait for this owner's turn.
  const key = `${owner}\n${markdown}`;
  const rendering = underWay.get(key) ?? render(markdown, owner, pool).finally(() => underWay.delete(key));
  underWay.set(key, rendering);
  return rendering;
}

async function render(markdown: string, owner: string, pool: TextPool): Promise<Rendered> {
  const result = resultOf(markdown, await pool.run({ to: "html", text: markdown }, owner));
  if (result.isFinal) rendered.set(markdown, result);
  return result;
}

function resultOf(markdown: string, outcome: Outcome): Rendered {
  if ("text" in outcome) return { html: outcome.text, isFinal: true };
  const html = asWritten(markdown);
  if (outcome.refused === "failed") return { html, isFinal: false, failure: outcome.reason };
  return { html, isFinal: outcome.refused !== "busy" };
}

/** Fallback for missing HTML: the escaped source. */
export function asWritten(markdown: string): string {
  return `<pre>${markdown.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</pre>`;
}
