/** `npm run bench -- SUITE`: runs one suite of measurements, prints its table and writes it to bench/results/. */
import { parseArgs } from "node:util";
import { endAllChildren } from "./child.mjs";
import { cleanUp } from "./clean-up.mjs";
import { describeRun, pinLoad } from "./machine.mjs";
import { writeResults } from "./table.mjs";

const suites = {
  abuse: () => import("./abuse/abuse.mjs"),
  live: () => import("./live/live.mjs"),
  reads: () => import("./reads/reads.mjs"),
  webhooks: () => import("./webhooks/webhooks.mjs"),
  growth: () => import("./reads/growth.mjs"),
};

const usage = `usage: npm run bench -- SUITE [--quick] [--rounds N] [--only ROW,ROW]
                            [--servers NAME,NAME] [--slice MS] [--keep]
  SUITE     ${Object.keys(suites).join(", ")}
  --quick   small loads, about a minute, to see that everything runs: the figures mean little
  --rounds  how often each server is measured, in turns; the table shows medians (default 5, quick 3)
  --only    some rows: delivery,memory of live; Q1,mix,start,statements,collection,workers of reads;
            parts of the attacks' names of abuse
  reads and growth:
  --servers some servers besides Parley, such as mercurius,postgraphile
  --slice   how long a server is measured at a time, in ms (default 3000, quick 400; half of it for all but Q1)
  --keep    keep the databases, for the next run with --keep to find
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    only: { type: "string" },
    servers: { type: "string" },
    slice: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const [name = ""] = positionals;
const open = Object.hasOwn(suites, name) ? suites[name] : undefined;
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const sliceMs = Number(values.slice ?? (values.quick ? 400 : 3_000));
const isWhole = (number, least, most) => Number.isInteger(number) && number >= least && number <= most;
if (open === undefined || !isWhole(rounds, 1, 100) || !isWhole(sliceMs, 100, 60_000)) {
  process.stderr.write(usage);
  process.exit(2);
}

/** Ends a run that hangs. */
const maxMs = values.quick ? 600_000 : 1_800_000;
const timer = setTimeout(() => stop(`took longer than ${maxMs / 1000} s`), maxMs);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(signal));

async function stop(reason) {
  process.stderr.write(`stopped: ${reason}\n`);
  await endAllChildren();
  await cleanUp();
  process.exit(1);
}

const { run, packages } = await open();
const pinning = pinLoad();
const { quick, keep } = values;
const only = values.only?.split(",");
const servers = values.servers?.split(",");
const isPartial = quick || only !== undefined || servers !== undefined;
try {
  const sections = await run({ quick, keep, rounds, sliceMs, only, servers, isPartial });
  await writeResults(name, [describeRun(pinning, packages), ...sections], isPartial);
} finally {
  clearTimeout(timer);
  await endAllChildren();
  await cleanUp();
}
