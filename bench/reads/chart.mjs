/** A bar chart as SVG, for the README: readable on light and dark paper, no script, no fonts of its own. */
const width = 760;
const labelWidth = 230;
const valueWidth = 130;
const rowHeight = 26;
const panelGap = 44;
const top = 16;

/** Colours that keep their contrast on white and on GitHub's dark grey. */
const style = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #57606a }
  .title { font-weight: 600 } .bar { fill: #8c959f } .own { fill: #1f883d } .limit { fill: none; stroke: #8c959f; stroke-dasharray: 3 2 }
  @media (prefers-color-scheme: dark) { text { fill: #9ea7b3 } .bar { fill: #6e7681 } .own { fill: #3fb950 } .limit { stroke: #8b949e } }`;

/** `panels`: `{ title, bars: [{ label, value, kind }] }`; `kind` is `own`, `limit` or `bar`. */
export function barChart(description, panels) {
  const parts = [];
  let y = top;
  for (const { title, bars } of panels) {
    parts.push(`<text class="title" x="0" y="${y + 12}">${escaped(title)}</text>`);
    y += 24;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const bar of bars) {
      parts.push(row(bar, most, y));
      y += rowHeight;
    }
    y += panelGap - rowHeight;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="${escaped(description)}">
<title>${escaped(description)}</title>
<style>${style}
</style>
${parts.join("\n")}
</svg>
`;
}

function row({ label, value, kind }, most, y) {
  const length = Math.max(1, ((width - labelWidth - valueWidth) * value) / most);
  const middle = y + 15;
  return [
    `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
    `<rect class="${kind}" x="${labelWidth}" y="${y + 2}" width="${length.toFixed(1)}" height="${rowHeight - 8}" rx="2"/>`,
    `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${Math.round(value).toLocaleString("en")}</text>`,
  ].join("");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
