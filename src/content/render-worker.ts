/** The thread that renders Markdown: apart from the server's, because it is ended when a text takes too long. */
import { parentPort } from "node:worker_threads";
import { toHtml } from "./html.js";

// The first texts take many times longer than those after them: that is no fault of who wrote them.
const sample = "# a\n\n- *b* [c](d) `e`\n\n> f[^1]\n\n|g|h|\n|-|-|\n|i|<b>j</b>|\n\n[^1]: k\n\n";
for (let round = 1; round <= 8; round++) toHtml(sample.repeat(round));

parentPort?.on("message", (markdown: string) => parentPort?.postMessage(toHtml(markdown)));
parentPort?.postMessage(null);
