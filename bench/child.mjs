/** Child processes of a run: they report figures over IPC (probe.mjs) and end with the run. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { onAllCores, onServerCore } from "./machine.mjs";

const children = new Set();
const answerMs = 60_000;

/**
 * Starts a Node process on the server's core, with `probe` loaded before its script. Resolves when a line of its output
 * matches `ready`; `url` is the first group of the match.
 */
export async function startServer({ script, probe, env, ready, flags = [] }) {
  const args = [...flags, "--import", probe.href, script.pathname];
  const [command, all] = onServerCore(process.execPath, args);
  const child = spawn(command, all, {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  track(child);
  const url = await readyLine(child, ready);
  child.stdout.resume();
  return {
    url,
    /** Sends a question and resolves with the answer. */
    ask: (question) => ask(child, question),
    end: () => end(child),
  };
}

/**
 * Starts a Node process that serves HTTP, with nothing loaded into it: on the server's core, or on all of them. Resolves
 * when `url` answers `body` with 200; `startMs` is the time from the start of the process.
 */
export async function startHttpServer({ script, env, flags, url, body, isPinned = true }) {
  const place = isPinned ? onServerCore : onAllCores;
  const [command, all] = place(process.execPath, [...flags, script.pathname]);
  const began = performance.now();
  const child = spawn(command, all, {
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  track(child);
  const until = began + answerMs;
  while (!(await answers(url, body))) {
    if (child.exitCode !== null) throw new Error(`${script.pathname} ended with ${child.exitCode} before it was ready`);
    if (performance.now() > until) throw new Error(`${script.pathname} did not answer in ${answerMs / 1000} s`);
    await wait(5);
  }
  const startMs = performance.now() - began;
  return {
    startMs,
    /** Resident memory of the process and those it started; NaN without /proc. */
    rssBytes: () => familyOf(child.pid).reduce((sum, pid) => sum + rssOf(pid), 0),
    /** Processor time since the start, the kernel's part included, to 10 ms; NaN without /proc. */
    cpuMs: () => familyOf(child.pid).reduce((sum, pid) => sum + cpuOf(pid), 0),
    /** Number of its child processes. */
    workers: () => familyOf(child.pid).length - 1,
    end: () => end(child),
  };
}

function answers(url, body) {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve) => {
    const asked = request(url, { method: "POST", headers, agent: false, timeout: 5_000 }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode === 200));
    });
    asked.once("timeout", () => asked.destroy()).once("error", () => resolve(false));
    asked.end(body);
  });
}

function familyOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return [pid, ...children.split(" ").filter(Boolean).map(Number)];
  } catch {
    return [pid];
  }
}

function rssOf(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
  } catch {
    return Number.NaN;
  }
}

/** Ticks of 10 ms, Linux's unit whatever the kernel's own (proc(5), USER_HZ). */
function cpuOf(pid) {
  try {
    // The second field, the program's name, may contain spaces: fields are counted after its bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** Starts another program on the load's core. Its output is ignored. */
export async function startProgram(command, args) {
  const child = spawn(command, args, { stdio: "ignore" });
  track(child);
  return { end: () => end(child), isRunning: () => child.exitCode === null };
}

export async function endAllChildren() {
  await Promise.all([...children].map(end));
}

process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

function track(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
}

/** Terminates a process, then kills it. */
function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

function readyLine(child, pattern) {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`no line matched ${pattern}:\n${output}`)), answerMs);
    child.once("exit", (code) => reject(new Error(`a server ended with ${code} before it was ready:\n${output}`)));
    child.stdout.on("data", (data) => {
      output += data;
      const [, url] = pattern.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners("data");
      child.removeAllListeners("exit");
      track(child);
      resolve(url);
    });
  });
}

let lastNumber = 0;

function ask(child, question) {
  const number = ++lastNumber;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(reject, new Error(`no answer to ${JSON.stringify(question)}`)), answerMs);
    const gone = () => settle(reject, new Error("the server has ended"));
    const hear = (message) => {
      if (message.number !== number) return;
      if (message.error === undefined) settle(resolve, message.answer);
      else settle(reject, new Error(message.error));
    };
    function settle(how, value) {
      clearTimeout(timer);
      child.off("message", hear).off("exit", gone);
      how(value);
    }
    child.on("message", hear).once("exit", gone);
    child.send({ number, question });
  });
}
