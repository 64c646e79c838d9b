/** Stores HTML that was rendered during a read: in batches, one statement at a time, without waiting for locks. */
import type { Query } from "../db/database.js";
import { htmlVersion } from "./html-version.js";

export interface LateHtml {
  readonly type: "Post" | "Comment";
  readonly id: number;
  /** The source text. */
  readonly markdown: string;
  readonly html: string;
}

const columns = {
  Post: { table: "posts", text: "content", html: "content_html" },
  Comment: { table: "comments", text: "text", html: "text_html" },
} as const;

/** Time to collect rows for a statement. */
const pauseMs = 50;
const maxRows = 100;
/** Maximum characters per statement and rows in the queue; further HTML is rendered again on the next read. */
const maxCharacters = 2_097_152;
const maxWaiting = 1_000;

export class HtmlWriter {
  readonly #query: Query;
  readonly #onFailure: (error: unknown) => void;
  readonly #waiting = new Map<string, LateHtml>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(query: Query, onFailure: (error: unknown) => void) {
    this.#query = query;
    this.#onFailure = onFailure;
  }

  add(late: LateHtml): void {
    if (this.#isClosed || this.#waiting.size >= maxWaiting) return;
    this.#waiting.set(`${late.type} ${late.id}`, late);
    this.#schedule();
  }

  /** Waits for the running statement; queued rows are not stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#waiting.clear();
    await this.#writing;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#writing !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        this.#schedule();
      });
    }, pauseMs).unref();
  }

  async #write(): Promise<void> {
    const batch = this.#takeBatch();
    try {
      for (const type of ["Post", "Comment"] as const) {
        const rows = batch.filter((late) => late.type === type);
        if (rows.length === 0) continue;
        const values = [rows.map(({ id }) => id), rows.map(({ markdown }) => markdown), rows.map(({ html }) => html)];
        await this.#query(statements[type], values);
      }
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #takeBatch(): LateHtml[] {
    const batch: LateHtml[] = [];
    let characters = 0;
    for (const [key, late] of this.#waiting) {
      characters += late.markdown.length + late.html.length;
      if (batch.length > 0 && (batch.length >= maxRows || characters > maxCharacters)) break;
      this.#waiting.delete(key);
      batch.push(late);
    }
    return batch;
  }
}

const statements = { Post: statementFor("Post"), Comment: statementFor("Comment") };

/**
 * Updates rows whose text is unchanged. HTML of a later version is kept: during an upgrade two versions run side by side
 * and would overwrite each other forever. Locked rows are skipped and rendered again on the next read.
 */
function statementFor(type: LateHtml["type"]): string {
  const { table, text, html } = columns[type];
  return `UPDATE ${table} AS t SET ${html} = late.html, ${html}_version = ${htmlVersion} FROM (
      SELECT r.id, n.html FROM unnest($1::int8[], $2::text[], $3::text[]) AS n(id, markdown, html)
      JOIN ${table} AS r ON r.id = n.id
      WHERE r.${text} = n.markdown AND (r.${html}_version IS NULL OR r.${html}_version < ${htmlVersion})
      FOR NO KEY UPDATE OF r SKIP LOCKED
    ) AS late WHERE t.id = late.id`;
}
