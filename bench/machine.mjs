/** The machine of a run: assignment of cores, and its description in the results. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

const serverCore = 0;
const loadCore = 1;
const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** Pins this process, which generates the load, and its children. Returns a description. */
export function pinLoad() {
  if (!canPin) return "not pinned (no taskset, or one core)";
  execFileSync("taskset", ["-a", "-p", "-c", String(loadCore), String(process.pid)], { stdio: "ignore" });
  return `server on core ${serverCore}, load on core ${loadCore}`;
}

/** The command that runs `command` on the server's core. */
export function onServerCore(command, args) {
  return canPin ? ["taskset", ["-c", String(serverCore), command, ...args]] : [command, args];
}

/** The command that runs `command` wherever there is room. What this process starts is on the load's core otherwise. */
export function onAllCores(command, args) {
  return canPin ? ["taskset", ["-c", `0-${availableParallelism() - 1}`, command, ...args]] : [command, args];
}

/** A paragraph: when, where, with what. */
export function describeRun(pinning, packages) {
  const [cpu] = cpus();
  return [
    `- ${new Date().toISOString()}, \`npm run bench -- ${process.argv.slice(2).join(" ")}\`, commit ${commit()}`,
    `- ${cpu?.model.trim()} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; ${pinning}`,
    `- load average at the start ${loadAtStart}, at the end ${loads()}: this process and the server make up to 2 of it`,
    `- Node ${process.version}; ${packages.map((name) => `${name} ${versionOf(name)}`).join(", ")}`,
  ].join("\n");
}

const loads = () => loadavg()[0].toFixed(1);
const loadAtStart = loads();

function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}

function commit() {
  const { status, stdout } = spawnSync("git", ["describe", "--always", "--dirty"], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : "unknown";
}
