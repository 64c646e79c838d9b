/** Handle of one worker thread: transforms one text at a time, and measures the processor time of the current one. */
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.js";
import type { Outcome, Reply, TextTask } from "./text-task.js";

export interface TextThreadOptions {
  /** Module that runs in the thread: sends `{ threadId }` when it is ready, then a `Reply` to each task. */
  readonly script: URL;
  /** Maximum start-up time; after it the thread is terminated. */
  readonly maxStartMs: number;
  readonly onReady: () => void;
  /** Called when the thread ends without a call of `end`; `reason` is for the operator. */
  readonly onLost: (reason: string) => void;
}

/** More than a text needs that renders within the time limit. At most three threads run. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

export class TextThread {
  readonly #worker: Worker;
  readonly #startTimer: NodeJS.Timeout;
  #state: "starting" | "idle" | "busy" | "ended" = "starting";
  #threadId: string | undefined;
  #onOutcome: ((outcome: Outcome) => void) | undefined;
  #begunAt = { wallMs: 0, cpuMs: undefined as number | undefined };

  constructor({ script, maxStartMs, onReady, onLost }: TextThreadOptions) {
    this.#worker = new Worker(script, { resourceLimits, execArgv: [] });
    this.#worker.unref();
    const lose = (error: unknown) => {
      if (this.#state === "ended") return;
      const outcome: Outcome = isOutOfMemory(error)
        ? { refused: "long" }
        : { refused: "failed", reason: reasonOf(error) };
      this.end();
      // Before the outcome, so that the pool does not reuse the thread.
      onLost(reasonOf(error));
      this.#settle(outcome);
    };
    this.#worker.on("message", (message: { threadId?: string } | Reply) => {
      if (this.#state === "ended") return;
      if (this.#state !== "starting") {
        this.#state = "idle";
        this.#settle(outcomeOf(message as Reply));
        return;
      }
      clearTimeout(this.#startTimer);
      this.#threadId = "threadId" in message ? message.threadId : undefined;
      this.#state = "idle";
      onReady();
    });
    this.#worker.on("error", lose);
    this.#worker.on("exit", () => lose(new Error("the thread has ended")));
    this.#startTimer = setTimeout(() => lose(new Error(`the thread was not ready after ${maxStartMs} ms`)), maxStartMs);
    this.#startTimer.unref();
  }

  get state(): "starting" | "idle" | "busy" | "ended" {
    return this.#state;
  }

  /** Runs a task on an idle thread. Does not call back if `end` interrupts the task. */
  run(task: TextTask, onOutcome: (outcome: Outcome) => void): void {
    this.#state = "busy";
    this.#onOutcome = onOutcome;
    this.#begunAt = { wallMs: performance.now(), cpuMs: this.#cpuMs() };
    this.#worker.postMessage(task);
  }

  /** Milliseconds since the start of the current task. */
  elapsedMs(): number {
    return performance.now() - this.#begunAt.wallMs;
  }

  /** CPU time of the current task in milliseconds; elapsed time where the system does not report it. */
  usedMs(): number {
    const now = this.#cpuMs();
    const { cpuMs } = this.#begunAt;
    return now === undefined || cpuMs === undefined ? this.elapsedMs() : now - cpuMs;
  }

  /** Whether the thread keeps the process alive. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded) this.#worker.ref();
    else this.#worker.unref();
  }

  end(): void {
    clearTimeout(this.#startTimer);
    this.#state = "ended";
    void this.#worker.terminate();
  }

  #settle(outcome: Outcome): void {
    const onOutcome = this.#onOutcome;
    this.#onOutcome = undefined;
    onOutcome?.(outcome);
  }

  /** CPU time of the thread, so that waiting on a busy machine does not count against the text. */
  #cpuMs(): number | undefined {
    if (this.#threadId === undefined) return undefined;
    try {
      const [nanoseconds] = readFileSync(`/proc/self/task/${this.#threadId}/schedstat`, "latin1").split(" ");
      return Number(nanoseconds) / 1e6;
    } catch {
      return undefined;
    }
  }
}

function outcomeOf(reply: Reply): Outcome {
  if ("text" in reply) return { text: reply.text };
  return "error" in reply ? { refused: "failed", reason: reply.error } : { refused: "long" };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
