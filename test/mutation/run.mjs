/**
 * `npm run test:mutation -- [--share 1] [--seed 1] [FOLDERS OF src]`: Stryker over the code that decides who may do what and
 * which events and deliveries are sent. Needs PostgreSQL. `--share 0.1` mutates a tenth of it, chosen by the seed.
 *
 * Stryker is installed in a temporary folder: it is 105 MB that no other command needs.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const version = "9.6.1";
const defaultFolders = [
  "auth",
  "events",
  "graphql",
  "rate-limit",
  "services",
  "subscriptions",
  "transports",
  "webhooks",
];
/** Lines that are chosen together: most mutants lie within one statement. */
const windowLines = 12;

const root = fileURLToPath(new URL("../../", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: "string", default: "1" }, seed: { type: "string", default: "1" } },
});
const share = Number(values.share);
const folders = positionals.length > 0 ? positionals : defaultFolders;

const copy = mkdtempSync(join(tmpdir(), "parley-mutation-"));
process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

copyProject();
const mutate = folders.flatMap(chosenRanges);
process.stdout.write(`seed ${values.seed}: ${mutate.length} ranges of ${folders.join(", ")}\n`);
writeFileSync(join(copy, "stryker.config.json"), JSON.stringify(settings(mutate)));
const began = performance.now();
const { status } = spawnSync("npx", ["stryker", "run"], { cwd: copy, stdio: ["ignore", "inherit", "inherit"] });
if (status !== 0) process.exit(status ?? 1);
printScores();

/** The files git knows, what is generated, and the packages, to which Stryker is added. */
function copyProject() {
  const tracked = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  for (const path of [...tracked, "src/generated", "dist", "node_modules"]) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
  }
  const packages = ["core", "vitest-runner"].map((name) => `@stryker-mutator/${name}@${version}`);
  const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
  execFileSync("npm", ["install", ...options, ...packages], { cwd: copy, stdio: "inherit" });
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function chosenRanges(folder) {
  const random = randomFrom(Number(values.seed) * 1_000 + folder.length);
  const paths = readdirSync(join(root, "src", folder), { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => {
      const file = `src/${folder}/${path}`;
      if (share >= 1) return [file];
      const lines = readFileSync(join(root, file), "utf8").split("\n").length;
      const starts = Array.from({ length: Math.ceil(lines / windowLines) }, (_, index) => index * windowLines + 1);
      return starts.filter(() => random() < share).map((start) => `${file}:${start}-${start + windowLines - 1}`);
    });
}

function settings(mutate) {
  return {
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "test/mutation/vitest.config.ts", related: true },
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    concurrency: 2,
    timeoutMS: 30_000,
    dryRunTimeoutMinutes: 30,
    // Stryker reads tsconfig.json with the API of TypeScript 5, which version 7 has no more.
    tsconfigFile: "none",
    reporters: ["clear-text", "json"],
    clearTextReporter: { logTests: false, reportTests: false, reportMutants: false, reportScoreTable: true },
    jsonReporter: { fileName: "mutation.json" },
    mutate,
  };
}

/** Survivors by place, then one line for each folder. Mutants that no test reaches count as survivors. */
function printScores() {
  const { files } = JSON.parse(readFileSync(join(copy, "mutation.json"), "utf8"));
  const sums = new Map();
  for (const [path, { mutants }] of Object.entries(files)) {
    const folder = path.split("/")[1];
    const sum = sums.get(folder) ?? { detected: 0, total: 0 };
    for (const { status, mutatorName, location, replacement } of mutants) {
      if (status === "Ignored" || status === "CompileError") continue;
      sum.total += 1;
      if (status === "Killed" || status === "Timeout") sum.detected += 1;
      else {
        const change = (replacement ?? "").replace(/\s+/g, " ").slice(0, 80);
        process.stdout.write(`${status} ${path}:${location.start.line} ${mutatorName}: ${change}\n`);
      }
    }
    sums.set(folder, sum);
  }
  for (const [folder, { detected, total }] of sums) {
    process.stdout.write(
      `${folder}: ${detected} of ${total} mutants detected (${((100 * detected) / total).toFixed(1)} %)\n`,
    );
  }
  const [detected, total] = [...sums.values()].reduce(([d, t], sum) => [d + sum.detected, t + sum.total], [0, 0]);
  const minutes = (performance.now() - began) / 60_000;
  process.stdout.write(
    `score: ${((100 * detected) / total).toFixed(1)} % of ${total} mutants in ${minutes.toFixed(0)} min\n`,
  );
}
