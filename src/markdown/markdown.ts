/** Renders any Markdown within limits; falls back to the escaped source text. */
import { LRUCache } from "lru-cache";
import { processPool, type TextPool } from "./text-pool.js";
import type { Outcome } from "./text-task.js";

export interface Rendered {
  readonly html: string;
  /**
   * Whether this version always renders the text so, be it as escaped source because it exceeds a limit. False if the
   * source is shown because the renderer was busy or failed.
   */
  readonly isFinal: boolean;
  /** Reason for the operator, if the renderer failed. */
  readonly failure?: string;
}

/** Cache of rendered texts, up to 8 Mi characters: a text may be read many times before its HTML is stored. */
const rendered = new LRUCache<string, Rendered>({
  maxSize: 8_388_608,
  sizeCalculation: ({ html }, markdown) => html.length + markdown.length + 1,
});

const pending = new Map<string, Promise<Rendered>>();

export interface RenderOptions {
  /** The author of the text: owners take turns (text-pool.ts). */
  readonly owner: string;
  /** Default the pool of the process. */
  readonly pool?: TextPool | undefined;
}

/** Renders a text. Never rejects. Returns a recently rendered text without a promise. */
export function renderMarkdown(
  markdown: string,
  { owner, pool = processPool }: RenderOptions,
): Rendered | Promise<Rendered> {
  if (markdown === "") return { html: "", isFinal: true };
  const known = rendered.get(markdown);
  if (known !== undefined) return known;
  // Per owner, so that another owner with the same text does not wait for this owner's turn.
  const key = `${owner}\n${markdown}`;
  const rendering = pending.get(key) ?? render(markdown, owner, pool).finally(() => pending.delete(key));
  pending.set(key, rendering);
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
