/** Loads the built playground (build.mjs) into memory and provides its page and files. Independent of the transport. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { pageHeaders, renderPage } from "./page.js";

export interface StaticFile {
  body: Buffer;
  headers: Record<string, string>;
}

export interface Playground {
  /** The HTML page, for a browser's GET of the endpoint. */
  page(): StaticFile;
  /** The file at exactly this path (as in `URL.pathname`), or undefined if the build made no such file. */
  asset(pathname: string): StaticFile | undefined;
}

export interface PlaygroundOptions {
  /** The folder that build.mjs wrote: dist/playground. */
  directory: string;
  /** Path of the files, one level below the page: "/graphql/assets/" if the page is "/graphql". */
  basePath: string;
}

interface Manifest {
  script: string;
  style: string;
  files: string[];
}

const contentTypes: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** Reads a few megabytes, once. Throws if the playground is not built, or not by this version's build.mjs. */
export async function loadPlayground({ directory, basePath }: PlaygroundOptions): Promise<Playground> {
  const { script, style, files } = await readManifest(join(directory, "manifest.json"));
  const html = renderPage(relativeToPage(basePath), script, style);
  const page: StaticFile = { body: Buffer.from(html), headers: pageHeaders };

  const loaded = files.map(async (name): Promise<[string, StaticFile]> => {
    const body = await readFile(join(directory, "assets", name));
    return [`${basePath}${name}`, { body, headers: assetHeaders(name) }];
  });
  const assets = new Map(await Promise.all(loaded));

  return {
    page: () => page,
    asset: (pathname) => assets.get(pathname),
  };
}

/**
 * "/graphql/assets/" → "graphql/assets/". A browser resolves it against the page's own address, so behind a proxy that
 * serves us as /community/graphql it becomes /community/graphql/assets/ without us knowing of the prefix.
 */
function relativeToPage(basePath: string): string {
  const lastTwo = /[^/]+\/[^/]+\/$/.exec(basePath)?.[0];
  if (!lastTwo) throw new Error(`basePath must be a path below the page's, like "/graphql/assets/", got "${basePath}"`);
  return lastTwo;
}

/** The name contains the content's hash, so a name never means anything else. */
function assetHeaders(name: string): Record<string, string> {
  return {
    "content-type": contentTypes[extname(name)] ?? "application/octet-stream",
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
  };
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`The playground must be built, but ${path} cannot be read: run \`npm run build\``, { cause });
  });
  const manifest: unknown = JSON.parse(text);
  if (isManifest(manifest)) return manifest;
  throw new Error(`${path} must have script, style and files: run \`npm run build\``);
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== "object" || value === null) return false;
  if (!("script" in value && "style" in value && "files" in value)) return false;
  const { script, style, files } = value;
  return (
    typeof script === "string" &&
    typeof style === "string" &&
    Array.isArray(files) &&
    files.every((name) => typeof name === "string")
  );
}
