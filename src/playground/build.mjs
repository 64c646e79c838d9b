/** Bundles the playground's page and Monaco's workers into dist/playground. Run by `npm run build`; works offline. */
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outDirectory = join(here, "../../dist/playground");
const assetDirectory = join(outDirectory, "assets");
const manifestPath = join(outDirectory, "manifest.json");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "warning",
};

/**
 * `import name from "module?worker"`: the module bundled into one classic script of its own; `name` is its file name.
 * @type {import("esbuild").Plugin}
 */
const workers = {
  name: "workers",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /\?worker$/ }, async ({ path, kind, resolveDir }) => {
      const found = await resolve(path.slice(0, -"?worker".length), { kind, resolveDir });
      return { ...found, namespace: "worker" };
    });
    onLoad({ filter: /./, namespace: "worker" }, async ({ path }) => {
      const { outputFiles } = await build({ ...shared, entryPoints: [path], format: "iife", write: false });
      return { contents: outputFiles[0].contents, loader: "file" };
    });
  },
};

/**
 * graphiql/style.css carries its fonts as base64. As files, a browser fetches only the subsets it needs, and the content
 * security policy can forbid data: fonts.
 * @type {import("esbuild").Plugin}
 */
const fontFiles = {
  name: "font-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^data:font\// }, ({ path: url }) => {
      const [, type, base64] = url.match(/^data:font\/(\w+);base64,(.+)$/) ?? [];
      const contents = Buffer.from(base64, "base64");
      const digest = createHash("sha256").update(contents).digest("hex");
      return { path: `${digest}/font.${type}`, namespace: "font", pluginData: contents };
    });
    onLoad({ filter: /./, namespace: "font" }, ({ pluginData }) => ({ contents: pluginData, loader: "file" }));
  },
};

/**
 * graphiql/style.css has Monaco's styles in it; the ones Monaco's modules import would be the same again.
 * @type {import("esbuild").Plugin}
 */
const noMonacoStyles = {
  name: "no-monaco-styles",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]monaco-editor[\\/].*\.css$/ }, () => ({ contents: "", loader: "empty" }));
  },
};

/** GraphiQL prettifies with these CommonJS twins, of whose exports esbuild sees none. */
const alias = {
  "prettier/parser-babel": "prettier/plugins/babel",
  "prettier/parser-graphql": "prettier/plugins/graphql",
};

const startedAt = performance.now();
await rm(manifestPath, { force: true }); // Last to be written, first to go: half a build is no build.
await rm(assetDirectory, { recursive: true, force: true });

const { metafile } = await build({
  ...shared,
  absWorkingDir: here, // Where aliases are resolved from.
  entryPoints: ["client/main.tsx"],
  outdir: assetDirectory,
  format: "esm",
  splitting: true,
  jsx: "automatic",
  alias,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  metafile: true,
  plugins: [workers, fontFiles, noMonacoStyles],
});

const outputs = Object.entries(metafile.outputs);
const [script, { cssBundle }] = outputs.find(([, { entryPoint }]) => entryPoint === "client/main.tsx");
const manifest = {
  script: basename(script),
  style: basename(cssBundle),
  files: outputs.map(([path]) => basename(path)).sort(),
};
await writeFile(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);

const megabytes = outputs.reduce((sum, [, { bytes }]) => sum + bytes, 0) / 1e6;
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `playground: ${outputs.length} files, ${megabytes.toFixed(1)} MB, in dist/playground (${seconds.toFixed(1)} s)\n`,
);
