/**
 * Every package of the lock files is from the registry, is the one that was locked (integrity), and has a licence that may
 * be used. Prints how many packages have which. Asks nobody.
 */
import { readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const locks = ["package-lock.json", "bench/reads/package-lock.json"];

/** For what is installed where Parley runs: nothing is asked but to be named. */
const permissive = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT", "Unlicense"];
/** And for tools, of which nothing is passed on: also those that want changes of their own files published. */
const forTools = [...permissive, "CC-BY-4.0", "EPL-2.0", "MPL-2.0", "PSF-2.0", "Python-2.0"];
/** Packages whose package.json does not say what their LICENSE file does. */
const unsaid = { "seq-queue": "MIT" };

/** The licences of an expression such as `(MIT AND ISC)`; one alternative of several is enough. */
function isAllowed(expression, allowed) {
  const alternatives = expression.replace(/[()]/g, "").split(/ or /i);
  return alternatives.some((each) => each.split(/ and /i).every((name) => allowed.includes(name.trim())));
}

const problems = [];
const found = new Map();

for (const lock of locks) {
  const { packages } = JSON.parse(readFileSync(new URL(lock, root), "utf8"));
  for (const [path, entry] of Object.entries(packages)) {
    // The project itself, and what it holds of its own.
    if (!path.includes("node_modules/") || entry.link) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const isTool = lock !== "package-lock.json" || entry.dev || entry.devOptional;
    const licence = entry.license ?? unsaid[name] ?? "none";
    if (!/^sha512-[\w+/]{86}==/.test(entry.integrity ?? "")) problems.push(`${lock}: ${path} has no integrity`);
    if (entry.resolved !== undefined && !entry.resolved.startsWith("https://registry.npmjs.org/"))
      problems.push(`${lock}: ${path} is from ${entry.resolved}`);
    if (!isAllowed(licence, isTool ? forTools : permissive))
      problems.push(`${lock}: ${path} has the licence ${licence}`);
    const kind = `${isTool ? "tools" : "runs"}: ${licence}`;
    found.set(kind, [...(found.get(kind) ?? []), name]);
  }
}

for (const [kind, names] of [...found].sort()) {
  const shown = names.length > 5 ? "" : ` (${names.join(", ")})`;
  process.stdout.write(`${String(names.length).padStart(4)} ${kind}${shown}\n`);
}
for (const line of problems) process.stdout.write(`${line}\n`);
process.stdout.write(`${[...found.values()].flat().length} packages, ${problems.length} problems\n`);
process.exitCode = found.size > 0 && problems.length === 0 ? 0 : 1;
