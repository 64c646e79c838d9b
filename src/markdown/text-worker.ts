/**
 * Worker thread that transforms texts. Separate from the main thread because it is terminated when a text takes too
 * long.
 */
import { readlinkSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { toHtml } from "./html.js";
import { maxTextLength, type Reply, type TextTask } from "./text-task.js";

async function transform({ to, text }: TextTask): Promise<Reply> {
  try {
    const made = to === "html" ? toHtml(text) : (await importMarkdown()).htmlToMarkdown(text);
    return made === null || made.length > maxTextLength(text) ? { tooLong: true } : { text: made };
  } catch (error) {
    if (error instanceof RangeError) return { tooLong: true };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Loaded on demand: only imports convert HTML to Markdown. */
function importMarkdown() {
  return import("./html-to-markdown.js");
}

/** Thread id on Linux, with which the main thread reads its CPU time. */
function threadId(): string | undefined {
  try {
    return readlinkSync("/proc/thread-self").split("/").at(-1);
  } catch {
    return undefined;
  }
}

// Warm-up, because the first texts take many times longer, which must not count against their owner.
const sample = "# a\n\n- *b* [c](d) `e`\n\n> f[^1]\n\n|g|h|\n|-|-|\n|i|<b>j</b>|\n\n[^1]: k\n\n";
for (let round = 1; round <= 8; round++) toHtml(sample.repeat(round));

parentPort?.on("message", async (task: TextTask) => parentPort?.postMessage(await transform(task)));
parentPort?.postMessage({ threadId: threadId() });
