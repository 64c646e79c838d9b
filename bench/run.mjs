/** `npm run bench -- SUITE`: runs one suite of measurements, prints its table and writes it to bench/results/. */
import { parseArgs } from "node:util";
import { endAllChildren } from "./child.mjs";
import { cleanUp } from "./clean-up.mjs";
import { describeRun, pinLoad } from "./machine.mjs";
import { writeResults } from "./table.mjs";

const suites = { live: () => import("./live/live.mjs"), webhooks: () => import("./webhooks/webhooks.mjs") };

const usage = `usage: npm run bench -- SUITE [--quick] [--rounds N] [--only ROW,ROW]
  SUITE     ${Object.keys(suites).join(", ")}
  --quick   small loads, about a minute, to see that everything runs: the figures mean little
  --rounds  how often each server is measured, in turns; the table shows medians (default 5, quick 3)
  --only    some rows, such as delivery,memory
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, rounds: { type: "string" }, only: { type: "string" } },
});
const [name = ""] = positionals;
const open = Object.hasOwn(suites, name) ? suites[name] : undefined;
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
if (open === undefined || !Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
  process.stderr.write(usage);
  process.exit(2);
}

/** A run that hangs is cut off. */
const mostMs = values.quick ? 300_000 : 1_800_000;
const timer = setTimeout(() => stop(`took longer than ${mostMs / 1000} s`), mostMs);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(signal));

async function stop(reason) {
  process.stderr.write(`stopped: ${reason}\n`);
  await endAllChildren();
  await cleanUp();
  process.exit(1);
}

const { run } = await open();
const pinning = pinLoad();
try {
  const sections = await run({ quick: values.quick, rounds, only: values.only?.split(",") });
  await writeResults(name, [describeRun(pinning), ...sections], values.quick || values.only !== undefined);
} finally {
  clearTimeout(timer);
  await endAllChildren();
  await cleanUp();
}
