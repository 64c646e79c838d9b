/**
 * What the server imports is in `dependencies`: a package whose code is in the bundle, and one that is loaded when it runs,
 * which a production install would not have otherwise. Read from what esbuild says of the last `npm run compile`.
 */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";

const root = new URL("../", import.meta.url);
const readJson = (path) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const { dependencies } = readJson("package.json");
const { inputs } = readJson("dist/metafile.json");

const packageOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)[0];
const ownFolder = (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(path)?.[0];

/** A package that is bundled may look for one that need not be there. */
function isOptional(path, name) {
  const { peerDependenciesMeta, optionalDependencies = {} } = readJson(`${ownFolder(path)}package.json`);
  return name in optionalDependencies || peerDependenciesMeta?.[name]?.optional === true;
}

const problems = Object.entries(inputs).flatMap(([path, { imports }]) => {
  const isOurs = ownFolder(path) === undefined;
  const names = imports
    .filter(({ external, path: target }) => (isOurs && ownFolder(target) !== undefined) || external)
    .map(({ external, path: target, original }) => (external ? target : original))
    .filter((specifier) => !isBuiltin(specifier) && specifier !== "<runtime>" && !specifier.startsWith("."))
    .map(packageOf);
  return names.filter((name) => !(name in dependencies) && !isOptional(path, name)).map((name) => `${path}: ${name}`);
});

for (const line of problems) process.stdout.write(`${line} is not in dependencies\n`);
const count = Object.keys(inputs).length;
process.stdout.write(`${count} files, ${problems.length} imports of what is not in dependencies\n`);
process.exitCode = count > 0 && problems.length === 0 ? 0 : 1;
