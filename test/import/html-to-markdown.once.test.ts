/** HTML bodies as Markdown. */
import { expect, it } from "vitest";
import { htmlToMarkdown } from "../../src/markdown/html-to-markdown.js";

it("writes what Markdown has a mark for with that mark", () => {
  const pairs = {
    "<h2>Title</h2><p>One<br>two</p>": "## Title\n\nOne  \ntwo",
    "<ul><li>a</li><li>b</li></ul>": "-   a\n-   b",
    '<ol start="3"><li>c</li></ol>': "3.  c",
    "<blockquote><p>quoted</p></blockquote>": "> quoted",
    '<p><a href="https://x.org" title="T">link</a> <img src="i.png" alt="an image"></p>':
      '[link](https://x.org "T") ![an image](i.png)',
    "<p>in<em>side</em> <strong>bold</strong> <s>a</s> <del>b</del> <strike>c</strike></p>":
      "in*side* **bold** ~~a~~ ~~b~~ ~~c~~",
  };
  for (const [html, markdown] of Object.entries(pairs)) expect(htmlToMarkdown(html)).toBe(markdown);
});

it("keeps as HTML what Markdown has no mark for", () => {
  expect(htmlToMarkdown("<p>H<sub>2</sub>O x<sup>2*</sup> <kbd>Ctrl</kbd></p>")).toBe(
    "H<sub>2</sub>O x<sup>2\\*</sup> <kbd>Ctrl</kbd>",
  );
  const table = "<table><tbody><tr><td>a</td></tr></tbody></table>";
  expect(htmlToMarkdown(`<p>See</p>${table}`)).toBe(`See\n\n${table}`);
});

it("keeps code to the letter", () => {
  const pairs = {
    "<pre><code>if (a &lt; b)\n  *p = `x`;\n</code></pre>": "```\nif (a < b)\n  *p = `x`;\n```",
    '<pre class="lang-c++ prettyprint-override"><code>a</code></pre>': "```c++\na\n```",
    "<pre>bare\n</pre>": "```\nbare\n```",
    "<pre><code>```\n</code></pre>": "````\n```\n````",
    "<p><code>a_b*c</code> <code>`</code> <code>x<strong>y</strong></code></p>": "`a_b*c` `` ` `` `xy`",
  };
  for (const [html, markdown] of Object.entries(pairs)) expect(htmlToMarkdown(html)).toBe(markdown);
});

it("keeps text that looks like a mark as text", () => {
  const pairs = {
    "<p>Use &lt;b&gt;, 1 &lt; 2, AT&amp;T and &amp;lt;</p>": "Use \\<b>, 1 < 2, AT&T and \\&lt;",
    "<p>1) not a list</p>": "1\\) not a list",
    "<p># not a heading</p>": "\\# not a heading",
  };
  for (const [html, markdown] of Object.entries(pairs)) expect(htmlToMarkdown(html)).toBe(markdown);
});

it("drops scripts and keeps what is written about them", () => {
  expect(htmlToMarkdown("<p>a<script>alert(1)</script><style>p{}</style>b</p>")).toBe("ab");
  expect(htmlToMarkdown("<p><code>&lt;script&gt;</code> &lt;script&gt;</p>")).toBe("`<script>` \\<script>");
});
