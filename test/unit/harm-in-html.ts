/** Finds harmful elements, attributes and URLs in HTML, parsed as by a browser. */
import rehypeRaw from "rehype-raw";
import { unified } from "unified";

/** Elements that run something, load something, cover the page or take part in a form. */
const badElements =
  /^(script|style|iframe|frame|object|embed|applet|svg|math|form|button|textarea|select|link|meta|base|template|noscript|video|audio|xmp|plaintext)$/;
const badProperties = /^(on.*|style|srcDoc|formAction|action|background|ping|target|httpEquiv|xLinkHref)$/;
const goodProtocols = ["http:", "https:", "mailto:", "irc:", "ircs:", "xmpp:"];

export function findHarm(html: string): string[] {
  const root: HtmlNode = unified()
    .use(rehypeRaw)
    .runSync({ type: "root", children: [{ type: "raw", value: html }] });
  const harm: string[] = [];
  // Elements may be nested deeper than calls may be.
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    harm.push(...harmIn(node));
    for (const child of node.children ?? []) waiting.push(child);
  }
  return harm;
}

interface HtmlNode {
  readonly type: string;
  readonly tagName?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly children?: readonly HtmlNode[];
}

function harmIn({ type, tagName = "", properties = {} }: HtmlNode): string[] {
  const { href, src, cite, longDesc } = properties;
  const addresses = [href, src, cite, longDesc].filter((value) => typeof value === "string");
  return [
    ...(type === "comment" || type === "raw" ? [type] : []),
    ...(badElements.test(tagName) ? [tagName] : []),
    ...(tagName === "input" && !(properties.type === "checkbox" && properties.disabled) ? ["input"] : []),
    ...Object.keys(properties).filter((name) => badProperties.test(name)),
    ...addresses.filter(isBadAddress),
  ];
}

/** A browser follows nothing that is no URL (WHATWG URL, 4.4: failure). */
function isBadAddress(address: string): boolean {
  const page = "https://parley.example/";
  return URL.canParse(address, page) && !goodProtocols.includes(new URL(address, page).protocol);
}
