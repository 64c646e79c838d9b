/** Throughput and latency: all servers up, short slices in random order, round after round. */
import { percentile, say } from "../table.mjs";
import { openLoad } from "./load.mjs";
import { createRandom, shuffled } from "./random.mjs";
import { requestsOf } from "./requests.mjs";

const connections = 32;
/** At the start of a slice, not counted: connections are new, caches hold another server's rows. */
const settleMs = 200;

/**
 * Resolves with what was measured: `figures[workload][server]` has a list for each figure, an entry a round.
 * `names` are workloads; Q1 is measured for `sliceMs`, the others for half of it.
 */
export async function measureRounds(running, names, { rounds, sliceMs, quick }, target) {
  const figures = Object.fromEntries(
    names.map((workload) => [workload, Object.fromEntries(running.map(({ name }) => [name, emptyFigures()]))]),
  );
  for (const server of running) {
    say(`warming ${server.name}`);
    for (const workload of names) await slice(server, workload, quick ? 300 : warmMs(workload), target, 0);
  }
  const random = createRandom(1);
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    for (const workload of names) {
      for (const server of shuffled(running, random)) {
        const measured = await slice(server, workload, workload === "Q1" ? sliceMs : sliceMs / 2, target, round);
        const into = figures[workload][server.name];
        into.perSecond.push(measured.perSecond);
        into.p50.push(percentile(measured.latencies, 0.5));
        into.p99.push(percentile(measured.latencies, 0.99));
        into.cpuUs.push(measured.cpuUs);
        into.rssBytes.push(server.rssBytes());
      }
    }
  }
  return figures;
}

/** What compiles last is Q1's way through drivers and serialisers. */
function warmMs(workload) {
  return workload === "Q1" ? 5_000 : 2_000;
}

/** One server, one workload, for a while. */
export async function slice(server, workload, ms, target, seed) {
  const load = await openLoad(server.url, connections);
  try {
    const next = requestsOf(workload, server, target, seed + 1);
    await load.run(next, settleMs);
    const before = server.cpuMs();
    const measured = await load.run(next, ms);
    return { ...measured, cpuUs: ((server.cpuMs() - before) * 1000) / measured.latencies.length };
  } catch (error) {
    throw new Error(`${server.name}, ${workload}: ${error.message}`, { cause: error });
  } finally {
    load.close();
  }
}

function emptyFigures() {
  return { perSecond: [], p50: [], p99: [], cpuUs: [], rssBytes: [] };
}
