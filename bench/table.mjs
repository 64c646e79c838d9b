/** Markdown tables and result files. */
import { mkdir, writeFile } from "node:fs/promises";

export function table(headings, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Median with minimum and maximum. */
export function spread(numbers, digits) {
  const shown = (number) => number.toFixed(digits);
  return `${shown(median(numbers))} (${shown(Math.min(...numbers))}–${shown(Math.max(...numbers))})`;
}

export function verdict(isMet) {
  return isMet ? "met" : "**missed**";
}

/** Prints the sections, and writes them to results/NAME.md unless the run was a partial one. */
export async function writeResults(name, sections, isPartial) {
  const text = `# Results: ${name}\n\n${sections.join("\n\n")}\n`;
  process.stdout.write(`\n${text}`);
  if (isPartial) return;
  const directory = new URL("results/", import.meta.url);
  await mkdir(directory, { recursive: true });
  await writeFile(new URL(`${name}.md`, directory), text);
}

/** Prints progress, which is not part of the results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
