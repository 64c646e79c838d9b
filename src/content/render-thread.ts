/** One text after another in a thread of its own, which is ended when a text takes too long: the server goes on meanwhile. */
import { Worker } from "node:worker_threads";

/** HTML, or why there is none; `busy` and `late` may succeed at another time. */
export type Rendering = { readonly html: string } | { readonly refused: "long" | "late" | "busy" };

interface Job {
  readonly markdown: string;
  readonly resolve: (rendering: Rendering) => void;
  readonly reject: (error: unknown) => void;
}

interface Bounds {
  readonly maxMilliseconds: number;
  readonly maxWaiting: number;
}

export class RenderThread {
  readonly #bounds: Bounds;
  readonly #waiting: Job[] = [];
  #job: Job | undefined;
  #worker: Worker | undefined;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  render(markdown: string): Promise<Rendering> {
    if (this.#waiting.length >= this.#bounds.maxWaiting) return Promise.resolve({ refused: "busy" });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ markdown, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#job !== undefined) return;
    this.#job = this.#waiting.shift();
    if (this.#job === undefined) {
      // A thread with nothing to do does not keep the process alive.
      this.#worker?.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.ref();
    if (this.#isReady) this.#send();
  }

  #start(): Worker {
    const worker = startWorker();
    this.#isReady = false;
    worker.on("message", (html: string | null) => {
      if (worker !== this.#worker) return;
      if (this.#isReady) {
        this.#end(html === null ? { refused: "long" } : { html });
        return;
      }
      this.#isReady = true;
      this.#send();
    });
    worker.on("error", (error: unknown) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, new Error("The thread that renders Markdown has ended.")));
    return worker;
  }

  /** The time begins here: that the thread had to be started is no fault of the text. */
  #send(): void {
    if (this.#job === undefined) return;
    this.#timer = setTimeout(() => {
      const late = this.#worker;
      this.#worker = undefined;
      void late?.terminate();
      this.#end({ refused: "late" });
    }, this.#bounds.maxMilliseconds);
    this.#worker?.postMessage(this.#job.markdown);
  }

  #lose(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    if (isOutOfMemory(error)) {
      this.#end({ refused: "long" });
      return;
    }
    this.#take()?.reject(error);
    this.#next();
  }

  #end(rendering: Rendering): void {
    this.#take()?.resolve(rendering);
    this.#next();
  }

  #take(): Job | undefined {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = undefined;
    return job;
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** A thread loads no TypeScript on Node 20: beside the sources, in tests and under `tsx watch`, it is what was compiled last. */
const compiled = import.meta.url.endsWith(".ts") ? "../../dist/content/render-worker.js" : "./render-worker.js";

function startWorker(): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 };
  return new Worker(new URL(compiled, import.meta.url), { resourceLimits, execArgv: [] });
}
