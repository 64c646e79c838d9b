/** Workers that die: another takes the place of each after a pause that grows, and none does once it is to stop. */
import cluster from "node:cluster";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { WorkerPool } from "../../src/cluster/worker-pool.js";
import { openTestLog } from "../invalid-input/log-lines.js";

/** Serves nothing: says that it is ready, and ends when it is told to, or killed. */
const program = `
process.send({ kind: "ready", url: "http://127.0.0.1:4000" });
process.on("message", (message) => message === "stop" && process.exit(0));
`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-worker-"));
  await writeFile(join(directory, "worker.mjs"), program);
  cluster.setupPrimary({ exec: join(directory, "worker.mjs"), execArgv: [], silent: true });
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => {
  vi.useRealTimers();
  cluster.removeAllListeners("message");
  cluster.removeAllListeners("exit");
});

function openCrew(size: number) {
  const { log, lines } = openTestLog();
  let nowMs = 0;
  const workerPool = new WorkerPool({ size, log, elapsedMs: () => nowMs });
  // After the crew's own, so that it has done what it does.
  const next = (event: "exit" | "message" | "fork") =>
    new Promise<void>((resolve) => cluster.once(event, () => resolve()));
  const workers = () => Object.values(cluster.workers ?? {});
  return {
    workerPool,
    workers,
    pauses: () => lines().flatMap((line) => ("pauseMs" in line ? [line.pauseMs] : [])),
    advance: (ms: number) => {
      nowMs += ms;
    },
    async kill() {
      const exit = next("exit");
      workers()[0]?.process.kill("SIGKILL");
      await exit;
    },
    next,
  };
}

test("each death in a row doubles the pause before the next worker; one that served for a minute makes it short again", async () => {
  const { workerPool, workers, pauses, advance, kill, next } = openCrew(1);
  await workerPool.start();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const pauseMs of [100, 200, 400]) {
    await kill();
    expect(pauses().at(-1)).toBe(pauseMs);
    vi.advanceTimersByTime(pauseMs - 1);
    expect(workers()).toHaveLength(0);
    const ready = next("message");
    vi.advanceTimersByTime(1);
    expect(workers()).toHaveLength(1);
    await ready;
    advance(59_999);
  }
  advance(1);
  await kill();
  expect(pauses()).toEqual([100, 200, 400, 100]);
  vi.advanceTimersByTime(100);
  await next("message");
  await workerPool.stop();
  expect(workers()).toHaveLength(0);
});

test("a stop during the pause lets no worker take the place of the one that died", async () => {
  const { workerPool, workers, kill } = openCrew(2);
  await workerPool.start();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await kill();
  expect(workers()).toHaveLength(1);
  const stopped = workerPool.stop();
  vi.advanceTimersByTime(600_000);
  expect(workers()).toHaveLength(1);
  await stopped;
  expect(workers()).toHaveLength(0);
});

test("one that is killed while they stop did not end well", async () => {
  const { workerPool, kill } = openCrew(1);
  await workerPool.start();
  // Killed before it can hear of it; its end is noticed in a later turn.
  const killed = kill();
  await expect(workerPool.stop()).rejects.toThrow("a worker exited with an error");
  await killed;
});
