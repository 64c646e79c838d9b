/** Directory of package.json, with a trailing slash. Works from sources, compiled files and the bundle. */
import { existsSync } from "node:fs";

export const packageRoot: URL = findRoot(new URL("./", import.meta.url));

function findRoot(directory: URL): URL {
  if (existsSync(new URL("package.json", directory))) return directory;
  const parent = new URL("../", directory);
  if (parent.href === directory.href) throw new Error(`There is no package.json above ${import.meta.url}.`);
  return findRoot(parent);
}
