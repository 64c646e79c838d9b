/** Worker pool: keeps `size` workers alive; restarts crashed ones with exponential back-off. */
import cluster, { type Worker } from "node:cluster";
import { StartupError } from "../errors.js";
import type { Log } from "../log.js";
import { readWorkerMessage, stopMessage } from "./messages.js";

export interface WorkerPoolOptions {
  /** Workers there should be. */
  readonly size: number;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
}

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** One that served for so long has not died of its start: the next pause is short again. */
const steadyMs = 60_000;

/** The wait before a worker takes the place of one that died, when `deaths` did so in a row before it. Pure. */
export function pauseBeforeNext(deaths: number): number {
  return Math.min(firstPauseMs * 2 ** deaths, longestPauseMs);
}

/** A process has one crew: node:cluster knows no other way. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #alive = new Set<Worker>();
  /** Since when each has been ready. */
  readonly #ready = new Map<Worker, number>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  readonly #started: PromiseWithResolvers<string>;
  readonly #stopped: PromiseWithResolvers<void>;
  #isComplete = false;
  #isStopping = false;
  #deaths = 0;
  #hasFailed = false;
  #url = "";
  /** Of a worker to come; undefined is as the settings say. */
  #port: string | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#started = withResolvers();
    this.#stopped = withResolvers();
    cluster.on("message", (worker, message: unknown) => this.#hear(worker, message));
    cluster.on("exit", (worker, code, signal) => this.#lose(worker, code, signal));
  }

  /** Resolves with their url when all are ready. Throws a StartupError when one of them says that it cannot start. */
  start(): Promise<string> {
    for (let count = 0; count < this.#options.size; count += 1) this.#fork();
    return this.#started.promise;
  }

  /** Waits until all workers have finished. Rejects if one exited with an error. */
  stop(): Promise<void> {
    this.#isStopping = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    // Whether one that just dies hears it makes no difference.
    for (const worker of this.#alive) worker.send(stopMessage, () => undefined);
    this.#settleIfGone();
    return this.#stopped.promise;
  }

  kill(): void {
    for (const worker of this.#alive) worker.process.kill("SIGKILL");
  }

  #fork(): void {
    this.#alive.add(cluster.fork(this.#port === undefined ? {} : { PORT: this.#port }));
  }

  #hear(worker: Worker, value: unknown): void {
    const message = readWorkerMessage(value);
    if (message?.kind === "ready") this.#isReady(worker, message.url);
    if (message?.kind !== "failed") return;
    // After a complete start, a temporary failure such as an unreachable database is no reason to stop the other workers.
    if (this.#isComplete)
      this.#options.log.error(
        { component: "cluster", worker: worker.id, reason: message.text },
        "worker failed to start",
      );
    else this.#started.reject(new StartupError(message.text));
  }

  #isReady(worker: Worker, url: string): void {
    this.#url = url;
    this.#ready.set(worker, this.#options.elapsedMs());
    this.#options.log.info({ component: "cluster", worker: worker.id, pid: worker.process.pid }, "worker ready");
    if (this.#ready.size < this.#options.size) return;
    this.#isComplete = true;
    this.#started.resolve(url);
  }

  #lose(worker: Worker, code: number | null, signal: string | null): void {
    this.#alive.delete(worker);
    const readySince = this.#ready.get(worker);
    this.#ready.delete(worker);
    if (this.#isStopping) {
      this.#hasFailed ||= code !== 0;
      this.#settleIfGone();
      return;
    }
    // The primary keeps the port while at least one worker lives; it is released with the last one, also a port chosen
    // by PORT=0.
    if (this.#alive.size === 0) this.#port = portOf(this.#url);
    if (readySince !== undefined && this.#options.elapsedMs() - readySince >= steadyMs) this.#deaths = 0;
    this.#replace(worker, code, signal);
  }

  #replace(worker: Worker, code: number | null, signal: string | null): void {
    const pauseMs = pauseBeforeNext(this.#deaths);
    this.#deaths += 1;
    this.#options.log.error(
      { component: "cluster", worker: worker.id, code, signal, pauseMs },
      "worker died; starting another",
    );
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#fork();
    }, pauseMs);
    this.#pauses.add(pause);
  }

  #settleIfGone(): void {
    if (this.#alive.size > 0) return;
    if (this.#hasFailed) this.#stopped.reject(new Error("a worker exited with an error"));
    else this.#stopped.resolve();
  }
}

/** Not by `URL`, which leaves a protocol's usual port out. */
function portOf(url: string): string | undefined {
  return /:(\d+)$/.exec(url)?.[1];
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** ECMAScript 2024 has it, Node 20 has not. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
