/**
 * Checks what the documentation refers to, in every Markdown file of the repository: relative links and their anchors,
 * paths and `npm run` scripts in code, and that the README links to each page of docs/. In source files it checks the pages
 * and headings of docs/ that comments cite. URLs of other sites are not requested. Prints every problem; exit code 1 if
 * there is one.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const options = { cwd: root, encoding: "utf8", maxBuffer: 64_000_000 };
// Files that are not committed yet count too, those that git ignores do not.
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
  .split("\n")
  .filter((path) => path !== "");
const paths = new Set(files.flatMap((path) => [path, ...parents(path)]));
const pages = new Map(files.filter((path) => path.endsWith(".md")).map((path) => [path, read(path)]));
const scripts = JSON.parse(read("package.json")).scripts;
const problems = [];
let checked = 0;

function read(path) {
  return readFileSync(join(root, path), "utf8");
}

function parents(path) {
  const parent = dirname(path);
  return parent === "." ? [] : [parent, ...parents(parent)];
}

function withoutBlocks(text) {
  return text.replace(/^```[\s\S]*?^```/gm, "");
}

function headingsOf(text) {
  return [...withoutBlocks(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, title]) => title);
}

/** The anchors that GitHub gives the headings of a page: repeated ones are numbered. */
function anchorsOf(text) {
  const seen = new Map();
  return headingsOf(text).map((title) => {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

function expect(isRight, page, problem) {
  checked += 1;
  if (!isRight) problems.push(`${page}: ${problem}`);
}

function checkLinks(page, text) {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, "");
  for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) {
      expect(URL.canParse(target), page, `${target} is not a URL`);
      continue;
    }
    const [file, anchor] = target.split("#");
    const path = file === "" ? page : normalize(join(dirname(page), file));
    expect(paths.has(path), page, `${target}: there is no file ${path}`);
    const linked = pages.get(path);
    if (anchor === undefined || linked === undefined) continue;
    expect(anchorsOf(linked).includes(anchor), page, `${target}: ${path} has no heading for #${anchor}`);
  }
}

/** Paths from the root in `code`, without wildcards. Generated files are not committed. */
function checkPaths(page, text) {
  const top = /^(src|test|docs|bench|deploy|prisma|examples|\.ci|\.github)\/[\w./@-]+$/;
  for (const [, code] of withoutBlocks(text).matchAll(/`([^`\n]+)`/g)) {
    if (!top.test(code) || code.startsWith("src/generated")) continue;
    expect(paths.has(code.replace(/\/$/, "")), page, `there is no ${code}`);
  }
}

function checkScripts(page, text) {
  for (const [, name] of text.matchAll(/npm run ([a-z][\w:-]*)/g)) {
    expect(Object.hasOwn(scripts, name), page, `package.json has no script ${name}`);
  }
}

/** "docs/PAGE.md", or with a heading: "docs/PAGE.md, Heading". */
function checkCitations(path, text) {
  for (const [, page, heading] of text.matchAll(/\b(docs\/[\w-]+\.md)(?:, ([A-Z]\w*))?/g)) {
    expect(pages.has(page), path, `there is no ${page}`);
    if (heading === undefined) continue;
    expect(headingsOf(pages.get(page) ?? "").includes(heading), path, `${page} has no heading ${heading}`);
  }
}

for (const [page, text] of pages) {
  checkLinks(page, text);
  checkPaths(page, text);
  checkScripts(page, text);
}
for (const path of files.filter((each) => /^(src|test|bench)\/.*\.(ts|mjs)$/.test(each)))
  checkCitations(path, read(path));
for (const page of pages.keys()) {
  if (page.startsWith("docs/"))
    expect(pages.get("README.md")?.includes(`](${page})`), "README.md", `no link to ${page}`);
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${pages.size} pages, ${checked} references checked, ${problems.length} wrong\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
