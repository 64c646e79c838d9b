/** Every package that the compiled server imports is one of `dependencies`: a production install has no others. */
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";

const root = new URL("../", import.meta.url);
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const files = readdirSync(new URL("dist/", root), { recursive: true, encoding: "utf8" }).filter(
  // What the browser gets is bundled.
  (file) => file.endsWith(".js") && !file.startsWith("playground/assets/"),
);
const importPattern = /\b(?:from|import|resolve)\s*\(?\s*["']([@\w][^"'\s]*)["']/g;

const missing = files.flatMap((file) => {
  const names = [...readFileSync(new URL(`dist/${file}`, root), "utf8").matchAll(importPattern)].map(
    ([, name]) => name,
  );
  const packages = names.filter((name) => !isBuiltin(name)).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)[0]);
  return packages.filter((name) => !(name in dependencies)).map((name) => `dist/${file} imports ${name}`);
});

for (const line of missing) process.stdout.write(`${line}\n`);
process.stdout.write(`${files.length} files, ${missing.length} imports of what is not in dependencies\n`);
process.exitCode = files.length > 0 && missing.length === 0 ? 0 : 1;
