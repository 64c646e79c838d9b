/** Source files and their imports. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export interface Source {
  /** Below `src/`, such as `db/cursor.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of ours that it imports, likewise. */
  readonly imports: readonly string[];
}

const src = fileURLToPath(new URL("../../src/", import.meta.url));
/** Not ours to judge: generated code, and what runs in a browser. */
const others = /^(generated|playground\/client)\//;

export function readSources(): Source[] {
  const paths = readdirSync(src, { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => path.endsWith(".ts") && !others.test(path))
    .map((path) => {
      const text = readFileSync(join(src, path), "utf8");
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): string[] {
  const specifiers = [...text.matchAll(/^(?:import|export) [^"]*?"(\.[^"]+)";/gms)].map(
    ([, specifier]) => specifier ?? "",
  );
  return specifiers
    .map((specifier) => normalize(join(dirname(path), specifier)).replace(/\.js$/, ".ts"))
    .filter((target) => !others.test(target));
}
