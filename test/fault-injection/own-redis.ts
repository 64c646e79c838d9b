/** A Redis of the test's own, which it may kill. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { freePort } from "./free-port.js";

export interface OwnRedis {
  readonly url: string;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** On the same port, with nothing in it; resolves when it takes connections. */
  start(): Promise<void>;
}

/** `programs` is the directory of redis-server. */
export async function startRedis(programs: string): Promise<OwnRedis> {
  const port = await freePort();
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    running = spawn(
      join(programs, "redis-server"),
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const { stdout } = running;
    if (stdout === null) throw new Error("its output is piped");
    for await (const line of createInterface({ input: stdout })) {
      if (line.includes("Ready to accept connections")) return void stdout.resume();
    }
    throw new Error("redis-server ended");
  }

  async function kill(): Promise<void> {
    const process = running;
    running = undefined;
    if (process === undefined) return;
    const exit = once(process, "exit");
    process.kill("SIGKILL");
    await exit;
  }

  onTestFinished(kill);
  await start();
  return { url: `redis://127.0.0.1:${port}`, kill, start };
}
