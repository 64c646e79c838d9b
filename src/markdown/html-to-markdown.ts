/** Converts HTML to Markdown, for imported content. Pure. */
import TurndownService from "turndown";
import { cleanText } from "./clean-text.js";

const service = new TurndownService({
  headingStyle: "atx",
  hr: "---",
  bulletListMarker: "-",
  codeBlockStyle: "fenced",
  // `foo_bar_baz` has no emphasis in it (CommonMark, section 6.2), `foo*bar*baz` has.
  emDelimiter: "*",
});

// What cannot be read is no content. What slips through is harmless: rendering sanitises.
service.remove(["script", "style"]);

// Markdown has no table of every shape that HTML has; HTML is Markdown.
service.keep("table");

service.addRule("struck out", {
  filter: (node) => ["DEL", "S", "STRIKE"].includes(node.nodeName),
  replacement: (content) => (content.trim() === "" ? content : `~~${content}~~`),
});

service.addRule("without a mark in Markdown", {
  filter: ["sub", "sup", "kbd"],
  replacement: (content, node) => {
    const name = node.nodeName.toLowerCase();
    return `<${name}>${content}</${name}>`;
  },
});

// Turndown's own rules for code pass over `pre` without `code`, and put the marks of what is inside into the code.
service.addRule("code block", {
  filter: "pre",
  replacement: (_, node) => {
    const code = (node.textContent ?? "").replace(/\n$/, "");
    const fence = "`".repeat(Math.max(3, longestRun(code) + 1));
    const [, language = ""] = /\blang(?:uage)?-([\w+#-]+)/.exec(node.className) ?? [];
    return `\n\n${fence}${language}\n${code}\n${fence}\n\n`;
  },
});

service.addRule("code", {
  filter: "code",
  replacement: (_, node) => {
    const code = (node.textContent ?? "").replace(/\s*\n\s*/g, " ");
    if (code === "") return "";
    const fence = "`".repeat(longestRun(code) + 1);
    // CommonMark, section 6.1: a space on both sides is taken off.
    const space = /^`|`$|^ .*[^ ].* $/.test(code) ? " " : "";
    return fence + space + code + space + fence;
  },
});

const escapeMarkdown = service.escape.bind(service);

/** Also escapes text that Turndown does not: what looks like a tag, a character reference or a list item `1)`. */
service.escape = (text) =>
  escapeMarkdown(text)
    .replace(/<(?=[a-z/!?])|&(?=#?\w+;)/gi, "\\$&")
    .replace(/^(\d{1,9})\)/, "$1\\)");

/** Takes time in proportion to length times depth. Throws a RangeError when elements are nested too deeply to follow. */
export function htmlToMarkdown(html: string): string {
  return cleanText(service.turndown(html));
}

/** Length of the longest run of backticks. */
function longestRun(code: string): number {
  return Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
}
