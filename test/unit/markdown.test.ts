/** Ordinary and unusual Markdown. */
import { describe, expect, it } from "vitest";
import { toHtml } from "../../src/markdown/html.js";
import { renderMarkdown } from "../../src/markdown/markdown.js";
import { TextPool } from "../../src/markdown/text-pool.js";
import { maxTextLength } from "../../src/markdown/text-task.js";

async function render(text: string, pool?: TextPool): Promise<string> {
  return (await renderMarkdown(text, { owner: "ada", pool })).html;
}

/** With a fifth of the time, so that a text that is not rendered in time costs a fifth. */
const strictPool = new TextPool({ maxMs: 100 });

describe("what is written survives", () => {
  it.each([
    [
      "**bold**, *italic*, ~~gone~~ and `code`",
      "<p><strong>bold</strong>, <em>italic</em>, <del>gone</del> and <code>code</code></p>",
    ],
    ["[a](https://example.org/?b=c&d)", '<p><a href="https://example.org/?b=c&#x26;d">a</a></p>'],
    ["[a](/b#c) [m](mailto:a@b.cd)", '<p><a href="/b#c">a</a> <a href="mailto:a@b.cd">m</a></p>'],
    ["see https://example.org.", '<p>see <a href="https://example.org">https://example.org</a>.</p>'],
    [
      '![alt](https://example.org/a.png "title")',
      '<p><img src="https://example.org/a.png" alt="alt" title="title"></p>',
    ],
    ["# One\n\n- two\n- three", "<h1>One</h1>\n<ul>\n<li>two</li>\n<li>three</li>\n</ul>"],
    ["```ts\nlet a = 1 < 2;\n```", '<pre><code class="language-ts">let a = 1 &#x3C; 2;\n</code></pre>'],
    ["a  \nb\n\n> c", "<p>a<br>\nb</p>\n<blockquote>\n<p>c</p>\n</blockquote>"],
    ["H<sub>2</sub>O <kbd>Ctrl</kbd>", "<p>H<sub>2</sub>O <kbd>Ctrl</kbd></p>"],
    ["5 < 6 & 7 > 3", "<p>5 &#x3C; 6 &#x26; 7 > 3</p>"],
    ["", ""],
  ])("%j", async (markdown, html) => {
    expect(await render(markdown)).toBe(html);
  });

  it("a table, with how its columns are aligned", async () => {
    const html = await render("| a | b |\n|:--|--:|\n| 1 | 2 |");
    expect(html).toContain('<th align="left">a</th>');
    expect(html).toContain('<td align="right">2</td>');
  });

  it("a task list, which cannot be ticked", async () => {
    expect(await render("- [x] done\n- [ ] open")).toBe(
      '<ul class="contains-task-list">\n<li class="task-list-item"><input type="checkbox" checked disabled> done</li>\n' +
        '<li class="task-list-item"><input type="checkbox" disabled> open</li>\n</ul>',
    );
  });

  it("a footnote, whose links lead to it and back", async () => {
    const html = await render("Said[^1].\n\n[^1]: By whom.");
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${target}"`);
    expect([...html.matchAll(/href="#/g)]).toHaveLength(2);
  });
});

describe("a text that is tangled to keep a parser busy", () => {
  const bombs = [
    [">".repeat(40_000)],
    ["> ".repeat(20_000)],
    ["1. ".repeat(13_000)],
    [`${">".repeat(51)}a`],
    [`${">".repeat(50)}a\n\n`.repeat(100)],
    [`${"*".repeat(20_000)}a${"*".repeat(20_000)}`],
    ["*a ".repeat(6_000) + "b*".repeat(6_000)],
    ["_a ".repeat(13_000)],
    ["~a~~b".repeat(8_000)],
    ["[".repeat(40_000)],
    ["![".repeat(6_000) + "](b)".repeat(6_000)],
  ] as const;

  it.each(bombs.map(([text]) => [text.slice(0, 12), text]))(
    "is shown as it was written, or rendered within its bounds: %j",
    async (_, text) => {
      const html = await render(text, strictPool);
      expect(html === `<pre>${text}</pre>` || html === toHtml(text)).toBe(true);
      expect(html.length).toBeLessThanOrEqual(maxTextLength(text));
    },
  );

  it.each(["<div>", "<b>", "<ul><li>", "<svg><g>", "<blockquote><p>"])(
    "is answered when it is HTML, and not parsed twice: %s",
    async (tag) => {
      const text = tag.repeat(6_000);
      const html = await render(text, strictPool);
      expect(html.startsWith("<pre>&lt;") || !html.includes("&lt;")).toBe(true);
      expect(await render(text, strictPool)).toBe(html);
    },
  );

  it("cannot bring anything else past the sanitiser", () => {
    const text = `${">".repeat(60)} <script>alert(1)</script> &lt;b&gt; <img src=x onerror=alert(1)>`;
    // Without the limit of time, so that it is rendered however busy the machine is.
    const quoted = ' &#x3C;b> <img src="x">';
    expect(toHtml(text)).toBe(`${"<blockquote>\n".repeat(60)}${quoted}${"\n</blockquote>".repeat(60)}`);
  });
});

it.each([
  ["a list of a thousand links", "- [a](https://example.org) and more\n".repeat(1_000)],
  ["a hundred paragraphs of emphasis", "Some *words* and **others**, `code` and [links](/a).\n\n".repeat(300)],
  ["rules and lists in lists", `${"- ".repeat(40)}\n\n* * *\n\n- a\n  - b\n    - c\n      1. d\n\n> > > quoted`],
  ["a table of two hundred rows", `|a|b|\n|-|-|\n${"| *c* | d_e |\n".repeat(200)}`],
  ["a long listing", `\`\`\`c\n${"*a_b = c[d]; /* e */\n".repeat(150)}\n\`\`\``],
  ["a fence with 2,001 underscores", `\`\`\`\n${"_".repeat(2_001)}\n\`\`\``],
  ["a log of 334 lines full of brackets", `\`\`\`\n${"[info] [a] *b* [c]\n".repeat(334)}\`\`\``],
])("%s is rendered", (_, text) => {
  // Without the limit of time, which a busy machine may pass.
  expect(toHtml(text)).toMatch(/^<(?:ul|ol|p|h1|table|pre><code|hr)/);
});

describe("a text whose HTML is the product of two of its parts", () => {
  const url = `https://example.org/${"a".repeat(5_000)}`;
  it.each([
    [
      "a table of a long row and many short ones",
      `${"|a".repeat(2_500)}\n${"|-".repeat(2_500)}\n${"|b\n".repeat(10_000)}`,
    ],
    ["elements opened again in each paragraph", `${"<b>".repeat(100)}\n\n${"a\n\n".repeat(3_000)}`],
    ["references that repeat a long address", `${"[a] ".repeat(5_000)}\n\n[a]: ${url}`],
    ["footnotes named at length", `${`[^${"a".repeat(900)}]`.repeat(40)}\n\n[^${"a".repeat(900)}]: b`],
  ])("is short all the same, and others are not held up: %s", async (_, text) => {
    const [html, other] = await Promise.all([render(text, strictPool), render(`*other* ${text.length}`, strictPool)]);
    expect(html.length).toBeLessThanOrEqual(maxTextLength(text));
    expect(other).toBe(`<p><em>other</em> ${text.length}</p>`);
  });
});

it("footnotes of two texts have ids of their own", async () => {
  const ids = async (text: string) => [...(await render(text)).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  const all = [...(await ids("a[^1]\n\n[^1]: b")), ...(await ids("c[^1]\n\n[^1]: d"))];
  expect(all).toHaveLength(6);
  expect(new Set(all).size).toBe(6);
});
