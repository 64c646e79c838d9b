/** The share of garbage collection in what Parley computes for Q1: V8's own CPU profile (`node --cpu-prof`). */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "../clean-up.mjs";
import { say } from "../table.mjs";
import { slice } from "./rounds.mjs";
import { start } from "./servers.mjs";

/**
 * Profiled, Parley is slower; shares are what counts. Only samples within the load count, idle ones do not. What V8's
 * helper threads collect is not in the profile; on one core they wait for the main thread, or it for them.
 */
export async function measureCollection(databaseUrl, env, ms, target) {
  say("collection: Parley under the profiler");
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const remove = atEnd(() => rm(directory, { recursive: true, force: true }));
  const server = await start("parley", databaseUrl, { env, flags: ["--cpu-prof", `--cpu-prof-dir=${directory}`] });
  await slice(server, "Q1", ms / 2, target, 0);
  const began = nowUs();
  await slice(server, "Q1", ms, target, 1);
  const ended = nowUs();
  await server.end();
  const [file] = await readdir(directory);
  if (file === undefined) throw new Error("Parley left no CPU profile");
  const profile = JSON.parse(await readFile(join(directory, file), "utf8"));
  await remove();
  return sharesOf(profile, began, ended);
}

/** The profile's clock: monotonic, in µs. */
function nowUs() {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** Self times of the busy samples by function, largest first, and the collector's share of them. */
function sharesOf({ nodes, samples, timeDeltas, startTime }, began, ended) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map();
  let busy = 0;
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index];
    const name = names.get(id);
    if (at < began || at > ended || name === "(idle)") continue;
    // A sample stands for the time until the next one.
    const time = timeDeltas[index + 1] ?? 0;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  }
  if (busy < (ended - began) / 10) throw new Error("the CPU profile has too few samples of the load");
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, 12);
  return {
    share: (times.get("(garbage collector)") ?? 0) / busy,
    top: top.map(([name, time]) => [name, time / busy]),
  };
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName || "(anonymous)";
  // A package's own `dist` says less than its name.
  const [, file] = /node_modules\/((?!.*node_modules\/).*)/.exec(url) ?? /\/(dist\/.*)/.exec(url) ?? ["", url];
  return file === "" ? name : `${name} ${file}:${lineNumber + 1}`;
}
