/** Task and result types of the text worker threads. */

export interface TextTask {
  /** `html`: Markdown to safe HTML. `markdown`: HTML to Markdown. */
  readonly to: "html" | "markdown";
  readonly text: string;
}

/** Reply of the thread to a task. */
export type Reply = { readonly text: string } | { readonly tooLong: true } | { readonly error: string };

/**
 * The transformed text, or the reason why there is none. `late` and `long` are final: the text exceeds the limit of
 * time, or of length or memory. `busy` and `failed` are temporary.
 */
export type Outcome =
  | { readonly text: string }
  | { readonly refused: "late" | "long" | "busy" }
  | { readonly refused: "failed"; readonly reason: string };

/**
 * Maximum length of a transformed text. Ordinary texts stay below it: a list of short tasks becomes 7 times as long.
 */
export function maxTextLength(text: string): number {
  return 8 * text.length + 4_096;
}
