/** Processes a run starts: each is asked for its figures over IPC (probe.mjs answers), and ended with the run. */
import { spawn } from "node:child_process";
import { onServerCore } from "./machine.mjs";

const children = new Set();
const answerMs = 60_000;

/**
 * Starts a Node process on the server's core, with `probe` loaded before its script. Resolves when a line of its output
 * matches `ready`; `url` is what the first group of the pattern caught.
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

/** Kindly, then not. */
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
