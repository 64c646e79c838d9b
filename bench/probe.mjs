/**
 * Inside a measured process: answers questions of the run over IPC. Figures are the process's own, kernel time included.
 * Loaded before the server (`--import`), which is unchanged.
 */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector";

const answers = new Map();

/** Registers the answer to a question. It may return a promise. */
export function onAsk(kind, answer) {
  answers.set(kind, answer);
}

onAsk("usage", () => {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, queuedMs: queuedMs(), rssBytes: process.memoryUsage.rss() };
});

/** How long the main thread was ready to run and another process had its core (Linux; 0 elsewhere). */
function queuedMs() {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Needs --expose-gc. */
onAsk("collectGarbage", () => {
  globalThis.gc();
  globalThis.gc();
});

let inspector;

/** Starts V8's exact count of function calls, which is slow. */
onAsk("countCalls", async () => {
  inspector = new Session();
  inspector.connect();
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
});

/** Calls since the last look of the function `name`, in files whose address ends with one of `files`. */
onAsk("calls", async ({ name, files }) => {
  const { result } = await post("Profiler.takePreciseCoverage");
  const scripts = result.filter(({ url }) => files.some((file) => url.endsWith(file)));
  const found = scripts.flatMap(({ functions }) => functions.filter(({ functionName }) => functionName === name));
  return found.reduce((sum, { ranges: [range] }) => sum + range.count, 0);
});

onAsk("stopCountingCalls", () => inspector.disconnect());

function post(method, params) {
  return new Promise((resolve, reject) => {
    inspector.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

process.on("message", async ({ number, question }) => {
  try {
    const answer = await answers.get(question.kind)(question);
    process.send({ number, answer });
  } catch (error) {
    process.send({ number, error: String(error?.stack ?? error) });
  }
});
// Ends with the process that measures it.
process.once("disconnect", () => process.exit(0));
