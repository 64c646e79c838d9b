/**
 * Rendered HTML of user content, stored beside the source: rendered before the write, so that a read costs one column.
 * HTML that is missing or of an older version, because the renderer was busy or has changed, is rendered when it is
 * read, and stored then.
 */
import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import { htmlVersion } from "./html-version.js";
import { HtmlWriter } from "./html-writer.js";
import { asWritten, type Rendered, renderMarkdown } from "./markdown.js";
import type { TextPool } from "./text-pool.js";

/** Columns stored beside a text. Both null: it is rendered at the first read. */
export interface StoredHtml {
  readonly html: string | null;
  readonly version: number | null;
}

/** Never rejects, and waits at most `maxWriteMs`, so that a busy renderer does not fail a write. */
export type RenderForStorage = (markdown: string, authorId: number | null) => Promise<StoredHtml>;

export type TextType = "Post" | "Comment";

/** A row of a text, with its HTML or else the text itself (src/loaders/entities/content.ts). */
export interface TextRow {
  readonly id: number;
  readonly authorId: number | null;
  readonly storedHtml: string | null;
  readonly unrendered: string | null;
}

/** The HTML to show for a row. */
export type ShowHtml = (type: TextType, row: TextRow) => string | Promise<string>;

export interface HtmlStore {
  readonly renderHtml: RenderForStorage;
  readonly showHtml: ShowHtml;
  /** Waits for the running statement. */
  close(): Promise<void>;
}

/** How long a write waits for the renderer. */
const maxWriteMs = 1_000;
/** How long a read waits for the HTML before it returns the escaped source: half of the request's deadline. */
const maxReadMs = 5_000;

/** `query` must be the primary's. */
export function openHtmlStore(query: Query, log: Log, pool?: TextPool): HtmlStore {
  const writer = new HtmlWriter(query, (error) =>
    log.debug({ component: "html", reason: reasonOf(error) }, "cannot store HTML; it is rendered again when read"),
  );
  const note = ({ failure }: Rendered) => {
    if (failure === undefined) return;
    log.error({ component: "html", reason: failure }, "cannot render text; it is shown as escaped source");
  };
  return {
    async renderHtml(markdown, authorId) {
      const rendered = await within(maxWriteMs, renderMarkdown(markdown, { owner: String(authorId), pool }));
      if (rendered !== undefined) note(rendered);
      return toStore(rendered);
    },
    showHtml: (type, row) =>
      show(row, pool, (markdown, rendered) => {
        note(rendered);
        if (rendered.isFinal) writer.add({ type, id: row.id, markdown, html: rendered.html });
      }),
    close: () => writer.close(),
  };
}

/** Waits until the text is rendered, for imports. */
export async function renderPatiently(markdown: string, owner: string): Promise<StoredHtml> {
  return toStore(await renderMarkdown(markdown, { owner }));
}

function toStore(rendered: Rendered | undefined): StoredHtml {
  return rendered?.isFinal ? { html: rendered.html, version: htmlVersion } : { html: null, version: null };
}

/** Renders without storing, for contexts without a database. */
export const showWithoutStoring: ShowHtml = (_, row) => show(row, undefined, () => undefined);

/** Calls `onRendered` even if the HTML is too late for this read. */
function show(
  { storedHtml, unrendered, authorId }: TextRow,
  pool: TextPool | undefined,
  onRendered: (markdown: string, rendered: Rendered) => void,
): string | Promise<string> {
  if (storedHtml !== null) return storedHtml;
  // A deleted text is empty and has no stored HTML.
  if (unrendered === null || unrendered === "") return "";
  const shown = (rendered: Rendered) => {
    onRendered(unrendered, rendered);
    return rendered.html;
  };
  const rendering = renderMarkdown(unrendered, { owner: String(authorId), pool });
  if ("html" in rendering) return shown(rendering);
  return within(maxReadMs, rendering.then(shown)).then((html) => html ?? asWritten(unrendered));
}

/** Undefined if it takes longer; the work continues in the background. */
async function within<T>(maxMs: number, work: T | Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), maxMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
