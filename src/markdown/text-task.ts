/** Task and result types of the text worker threads. */

export interface TextTask {
  /** `html`: of Markdown, safe to show. `markdown`: of HTML. */
  readonly to: "html" | "markdown";
  readonly text: string;
}

/** Reply of the thread to a task. */
export type Reply = { readonly text: string } | { readonly tooLong: true } | { readonly error: string };

/**
 * The text made of another, or why there is none. `late` and `long` are about the text: it exceeded the limit of time or of
 * length (or memory). `busy` and `failed` are not: it may succeed at another time.
 */
export type Outcome =
  | { readonly text: string }
  | { readonly refused: "late" | "long" | "busy" }
  | { readonly refused: "failed"; readonly reason: string };

/**
 * The most that a text of this length may become. What people write stays below: a task list of short tasks has 7
 * times.
 */
export function maxTextLength(text: string): number {
  return 8 * text.length + 4_096;
}
