/**
 * Random Markdown over all constructs of CommonMark, GFM and the HTML in them, whole and broken, in two shapes: documents, as
 * people write them, and one construct repeated, which is what makes a parser or its output explode.
 */
import type { Chance } from "../fault-injection/chance.js";

type Make = (random: Random) => string;

/** Draws from a chance. */
class Random {
  readonly #chance: Chance;
  /** How deep the construct that is being made is in others. */
  depth = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** A whole number from 1 to `most`. */
  upTo(most: number): number {
    return 1 + this.#chance.below(most);
  }

  of<T>(all: readonly T[]): T {
    return all[this.#chance.below(all.length)] as T;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.#chance.below(times) === 0;
  }

  repeat(most: number, make: Make, separator = ""): string {
    return Array.from({ length: this.upTo(most) }, () => make(this)).join(separator);
  }

  /** One of `deep`, unless this is deep already. */
  nested(deep: readonly Make[], flat: readonly Make[]): string {
    if (this.depth >= 5) return this.of(flat)(this);
    this.depth += 1;
    const made = this.of(this.once(2) ? deep : flat)(this);
    this.depth -= 1;
    return made;
  }
}

const words = [
  "a",
  "word",
  "and",
  "another",
  "5 < 6",
  "x & y",
  "naïve",
  "日本語",
  "🙂",
  "e.g.",
  "a_b_c",
  "2*3*4",
  "tab\there",
];
const names = ["1", "a", "note", "Some Name", "a".repeat(60)];
const addresses = [
  "https://example.org/a?b=c&d=e",
  "/relative#part",
  "mailto:a@example.org",
  "javascript:alert(1)",
  "JaVaScRiPt&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "<a b>",
  "x(y(z))",
  "vbscript:x",
];
const formatting = [
  "b",
  "i",
  "em",
  "strong",
  "s",
  "del",
  "ins",
  "sub",
  "sup",
  "kbd",
  "code",
  "tt",
  "q",
  "a",
  "span",
  "font",
];
const blockElements = [
  "div",
  "p",
  "blockquote",
  "ul",
  "ol",
  "li",
  "table",
  "tr",
  "td",
  "details",
  "summary",
  "h1",
  "pre",
];
const badElements = [
  "script",
  "style",
  "svg",
  "math",
  "iframe",
  "form",
  "input",
  "textarea",
  "template",
  "select",
  "xmp",
];
const attributes = [
  "",
  "",
  " onclick=alert(1)",
  ' style="x:y"',
  " id=a name=b",
  " href=javascript:alert(1)",
  ' class="c"',
  ' align="left"',
];

const word: Make = (random) => random.of(words);
const text: Make = (random) => random.repeat(8, word, " ");
const address: Make = (random) => random.of(addresses);
const inline: Make = (random) => random.nested(nestingInlines, flatInlines);
const line: Make = (random) => random.repeat(6, inline, random.of([" ", "", " ", "  \n"]));

const surrounded = (marks: readonly string[]): Make => {
  return (random) => {
    const mark = random.of(marks).repeat(random.upTo(3));
    const end = random.once(5) ? random.of(marks).repeat(random.upTo(4)) : mark;
    return `${mark}${inline(random)}${random.once(8) ? "" : end}`;
  };
};

const element = (tags: readonly string[], content: Make): Make => {
  return (random) => {
    const tag = random.of(tags);
    const end = random.once(3) ? "" : `</${random.once(6) ? random.of(tags) : tag}>`;
    return `<${tag}${random.of(attributes)}${random.once(12) ? "/" : ""}>${content(random)}${end}`;
  };
};

const nestingInlines: readonly Make[] = [
  surrounded(["*", "_"]),
  surrounded(["~", "*"]),
  (random) => `[${inline(random)}](${address(random)}${random.once(3) ? ' "a title"' : ""})`,
  (random) => `![${inline(random)}](${address(random)})`,
  (random) => `[${inline(random)}][${random.of(names)}]`,
  (random) => `[${inline(random)}]`,
  element(formatting, inline),
];

const flatInlines: readonly Make[] = [
  text,
  text,
  (random) => `${"`".repeat(random.upTo(3))}${word(random)}${"`".repeat(random.upTo(3))}`,
  (random) => `<${address(random)}>`,
  (random) => random.of(["https://example.org/a", "www.example.org/b_c_", "a.b@example.org", "http://a.b/(c)", "www."]),
  (random) => `[^${random.of(names)}]`,
  (random) => `[${random.of(names)}][]`,
  (random) => random.of(["&amp;", "&lt;script&gt;", "&#106;", "&nosuch;", "&#0;", "\\*", "\\<b>", "\\\\", "\\"]),
  (random) =>
    random.of(["[", "]", "![", "](", "*", "**", "_", "~~", "`", "<", "</", "<!--", "-->", "<?", "<![CDATA[", "|"]),
  element(badElements, word),
  (random) => random.of(["**", "*", "_", "~", "`", "[", "![", "<b>"]).repeat(random.upTo(30)),
];

const indented = (first: string, rest: string, block: string) => first + block.split("\n").join(`\n${rest}`);
const block: Make = (random) => random.nested(nestingBlocks, flatBlocks);
const blocks: Make = (random) => random.repeat(3, block, random.of(["\n\n", "\n", "\n\n"]));

const nestingBlocks: readonly Make[] = [
  (random) => indented("> ".repeat(random.upTo(3)), random.once(4) ? "" : "> ", blocks(random)),
  (random) => {
    const marker = random.of(["-", "*", "+", "1.", "7)", "- [ ]", "- [x]"]);
    const item: Make = () => indented(`${marker} `, " ".repeat(random.of([2, 3, 4])), blocks(random));
    return random.repeat(5, item, random.of(["\n", "\n\n"]));
  },
  (random) => `[^${random.of(names)}]: ${indented("", "    ", blocks(random))}`,
  (random) => element(blockElements, (each) => `\n\n${blocks(each)}\n\n`)(random),
];

const fence: Make = (random) => {
  const mark = random.of(["```", "~~~", "````"]);
  const info = random.of(["", "ts", 'html" onclick="x', "a b"]);
  return `${mark}${info}\n${random.repeat(6, line, "\n")}${random.once(6) ? "" : `\n${mark}`}`;
};

const table: Make = (random) => {
  const columns = random.upTo(random.once(10) ? 60 : 6);
  const row = (cell: () => string, count = columns) => `|${Array.from({ length: count }, cell).join("|")}|`;
  const lines = [row(() => text(random)), row(() => random.of(["-", ":-", "-:", ":-:"]))];
  for (let n = random.upTo(8); n > 0; n--) lines.push(row(() => inline(random), random.once(3) ? 1 : columns));
  return lines.join("\n");
};

const flatBlocks: readonly Make[] = [
  line,
  line,
  (random) => `${"#".repeat(random.upTo(7))} ${line(random)}`,
  (random) => `${line(random)}\n${random.of(["===", "---", "-"])}`,
  fence,
  (random) => indented("    ", "    ", random.repeat(4, line, "\n")),
  table,
  (random) => random.of(["---", "* * *", "___", "- - -"]),
  (random) => `[${random.of(names)}]: ${address(random)} ${random.of(["", "'title'", '"a\ntitle"'])}`,
  (random) => random.of(["<!-- a comment -->", "<?php x ?>", "<!DOCTYPE html>", "<![CDATA[x]]>", "<div\nid=x>"]),
  element(badElements, line),
  element(blockElements, line),
];

/** Beginnings that what follows refers to, or stays inside of. */
const openings: readonly Make[] = [
  () => "",
  (random) => `[a]: https://example.org/${"a".repeat(random.upTo(2_000))}\n\n`,
  (random) => `[^a]: ${line(random)}\n\n`,
  (random) => `${random.of(formatting.map((tag) => `<${tag}>`)).repeat(random.upTo(60))}\n\n`,
  (random) => `${"|a".repeat(random.upTo(400))}\n${"|-".repeat(random.upTo(400))}\n`,
  (random) => random.of(["> ", "- ", "1. ", "   "]).repeat(random.upTo(40)),
];

const units: readonly Make[] = [
  (random) => random.of([">", "> ", "- ", "1. ", "* a\n", "- [ ] a\n", "a\n\n", "|a\n", "#\n", "\n", "\t", " "]),
  (random) =>
    random.of([
      "[",
      "![",
      "](",
      "[a]",
      "[a] ",
      "[^a]",
      "[^a] ",
      "*",
      "*a ",
      "b* ",
      "_a ",
      "~~a~",
      "`",
      "``` ",
      "<b>",
      "</b>",
      "<",
    ]),
  (random) =>
    random.of([
      "<div>",
      "<table>",
      "<tr><td>",
      "<li>",
      "<a>",
      "<svg>",
      "<p>",
      "&#1;",
      "&amp",
      "\\",
      "www.a.b ",
      "a@b.c ",
    ]),
  inline,
  block,
  (random) => `${block(random)}\n\n`,
];

const repeated = (random: Random, length: number): string => {
  const opening = random.of(openings)(random);
  const unit = random.repeat(2, random.of(units)) || "a";
  const text = opening + unit.repeat(Math.ceil(length / unit.length));
  return random.once(4) ? text.slice(0, length / 2) + random.of(units)(random).repeat(length) : text;
};

const written = (random: Random, length: number): string => {
  let text = "";
  while (text.length < length) text += block(random) + random.of(["\n\n", "\n"]);
  return text;
};

/** A text of at most `maxLength` characters. The same chance makes the same text. */
export function randomMarkdown(chance: Chance, maxLength: number): string {
  const random = new Random(chance);
  const length = random.upTo(maxLength);
  return (random.once(3) ? repeated(random, length) : written(random, length)).slice(0, length);
}
