/** Handle of one worker thread: transforms one text at a time, and measures the processor time of the current one. */
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.js";
import type { Outcome, Reply, TextTask } from "./text-task.js";

export interface TextThreadOptions {
  /** The module that runs in the thread: it sends `{ threadId }` when it is ready, and then a `Reply` to each task. */
  readonly script: URL;
  /** A thread that is not ready by then is ended. */
  readonly maxStartMs: number;
  readonly onReady: () => void;
  /** The thread is gone without `end` having been called: `reason` is for the operator. */
  readonly onLost: (reason: string) => void;
}

/** What renders within the limit of time needs less; three threads at a time are the most that it takes. */
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
      // The pool learns of the thread first: what it does next must not count on it.
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

  /** Of an idle thread. Not called back for a task that `end` has interrupted. */
  run(task: TextTask, onOutcome: (outcome: Outcome) => void): void {
    this.#state = "busy";
    this.#onOutcome = onOutcome;
    this.#begunAt = { wallMs: performance.now(), cpuMs: this.#cpuMs() };
    this.#worker.postMessage(task);
  }

  /** Milliseconds since the current task began. */
  elapsedMs(): number {
    return performance.now() - this.#begunAt.wallMs;
  }

  /** Milliseconds of processor time the current task has had; elapsed ones where the system does not tell. */
  usedMs(): number {
    const now = this.#cpuMs();
    const { cpuMs } = this.#begunAt;
    return now === undefined || cpuMs === undefined ? this.elapsedMs() : now - cpuMs;
  }

  /** Whether the process stays alive for it. */
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

  /** On a machine with too much to do a thread may wait longer than it works: the text is not to pay for that. */
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
