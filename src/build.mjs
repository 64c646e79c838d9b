/**
 * Bundles the server into dist, so that a start reads a few files instead of a thousand. Run by `npm run compile`; does
 * not check types.
 */
import { readdirSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const src = join(root, "src");
const dist = join(root, "dist");
const { resolve: find } = createRequire(import.meta.url);

/** Native code or WebAssembly, found beside their own files. */
const external = ["@node-rs/argon2", "@electric-sql/pglite", "@prisma/schema-engine-wasm"];

/** In dist, but not from here: by playground/build.mjs and commands/prepare.ts. */
const madeByOthers = ["playground", "prepared"];

/** Programs, a thread, and what programs of benchmarks and tests import. */
const entryPoints = [
  "main.ts",
  ...readdirSync(join(src, "commands")).map((name) => `commands/${name}`),
  "markdown/text-worker.ts",
  "server.ts",
  "config/config.ts",
  "log.ts",
  "generated/prisma/client.ts",
];

/**
 * The ES modules of graphql-js for all importers: its CommonJS twin, which `require` finds, reads each export through two
 * getters, and two copies would not know each other's types.
 * @type {import("esbuild").Plugin}
 */
const oneGraphql = {
  name: "one-graphql",
  setup({ onResolve }) {
    onResolve({ filter: /^graphql(\/|$)/ }, ({ path }) => ({ path: find(path).replace(/\.js$/, ".mjs") }));
  },
};

const startedAt = performance.now();
await mkdir(dist, { recursive: true });
const stale = readdirSync(dist).filter((name) => !madeByOthers.includes(name));
await Promise.all(stale.map((name) => rm(join(dist, name), { recursive: true })));

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: entryPoints.map((path) => join(src, path)),
  outdir: dist,
  outbase: src,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  chunkNames: "chunks/[name]-[hash]",
  external,
  // Packages that are CommonJS inside ask for Node's own modules with `require`.
  banner: {
    js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);',
  },
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  plugins: [oneGraphql],
});
// What .ci/dependencies-check.mjs reads, and esbuild's analyser.
await writeFile(join(dist, "metafile.json"), JSON.stringify(metafile));

const outputs = Object.entries(metafile.outputs).filter(([path]) => path.endsWith(".js"));
const megabytes = outputs.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1e6;
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `server: ${outputs.length} files, ${megabytes.toFixed(1)} MB, in dist (${seconds.toFixed(1)} s)\n`,
);
