/**
 * Pool of worker threads that transform texts within limits. Two queues keep the texts of one owner from delaying those
 * of others.
 *
 * Every text starts in the quick queue, in which owners take turns. A text that takes longer than a slice continues in
 * the slow queue, on its thread, while a spare thread takes over the quick queue; for `slowOwnerMs` afterwards its
 * owner's texts start in the slow queue. Only one slow text runs at a time; it is terminated at the time limit.
 */
import { LRUCache } from "lru-cache";
import { packageRoot } from "../package-root.js";
import { OwnerQueue } from "./owner-queue.js";
import type { Outcome, TextTask } from "./text-task.js";
import { TextThread } from "./text-thread.js";

export interface TextPoolOptions {
  /** Module of the threads. Default text-worker.ts. */
  readonly script?: URL;
  /** Maximum CPU time of a text in the quick queue while another thread is ready. Default 50 ms. */
  readonly sliceMs?: number;
  /** Maximum CPU time of a text. Default 500 ms. */
  readonly maxMs?: number;
  /** Maximum characters in each queue. Default 16 Mi. */
  readonly maxWaitingCharacters?: number;
  /** Maximum start-up time of a thread. Default 30_000 (30 s), for an overloaded machine. */
  readonly maxStartMs?: number;
}

/** Time for which an owner's texts start in the slow queue after one was slow. */
const slowOwnerMs = 10_000;
/** Wall time, as a multiple of the limit, after which the thread is considered starved: the text may be retried. */
const maxElapsedRatio = 60;
/** Pause after a thread could not be started. */
const restartPauseMs = 1_000;
/** Time for which the slow queue's thread is kept without slow texts. */
const idleMs = 30_000;

type QueueName = "quick" | "slow";

interface Job {
  readonly task: TextTask;
  readonly owner: string;
  readonly size: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** A thread with its current job. */
interface Worker {
  readonly thread: TextThread;
  job?: Job | undefined;
  queue: QueueName;
  timer?: NodeJS.Timeout | undefined;
  /** Its slice is over, but no thread was free to move it. */
  isOverdue: boolean;
}

/** The compiled worker, also in tests and under `tsx watch`: threads cannot load TypeScript on Node 20. */
const compiled = new URL("dist/markdown/text-worker.js", packageRoot);

export class TextPool {
  readonly #script: URL;
  readonly #sliceMs: number;
  readonly #maxMs: number;
  readonly #maxStartMs: number;
  readonly #waiting: Readonly<Record<QueueName, OwnerQueue<Job>>>;
  readonly #slowOwners = new LRUCache<string, true>({ max: 10_000, ttl: slowOwnerMs });
  readonly #workers = new Set<Worker>();
  #jobs = 0;
  #failure: { readonly at: number; readonly reason: string } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: TextPoolOptions = {}) {
    this.#script = options.script ?? compiled;
    this.#sliceMs = options.sliceMs ?? 50;
    this.#maxMs = options.maxMs ?? 500;
    this.#maxStartMs = options.maxStartMs ?? 30_000;
    const capacity = options.maxWaitingCharacters ?? 16_777_216;
    this.#waiting = { quick: new OwnerQueue(capacity), slow: new OwnerQueue(capacity) };
  }

  /** Transforms a text. Texts of different owners take turns. Never rejects. */
  run(task: TextTask, owner: string): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#keepAlive(1);
      const done = (outcome: Outcome) => {
        this.#keepAlive(-1);
        resolve(outcome);
      };
      const queue = this.#slowOwners.has(owner) ? "slow" : "quick";
      this.#enqueue(queue, { task, owner, size: task.text.length + 1, resolve: done });
      this.#advance();
    });
  }

  #enqueue(queue: QueueName, job: Job): void {
    for (const { resolve } of this.#waiting[queue].add(job)) resolve({ refused: "busy" });
  }

  #advance(): void {
    this.#startThread();
    const quick = this.#runningIn("quick");
    if (quick?.isOverdue) this.#leaveQuickQueue(quick);
    for (const queue of ["quick", "slow"] as const) {
      const [idle, another] = this.#idle();
      // The last idle thread is reserved for the quick queue.
      if (idle === undefined || this.#runningIn(queue) !== undefined) continue;
      if (queue === "slow" && another === undefined && this.#runningIn("quick") === undefined) continue;
      const job = this.#waiting[queue].take();
      if (job !== undefined) this.#begin(idle, job, queue);
    }
    this.#shrink();
  }

  #begin(worker: Worker, job: Job, queue: QueueName): void {
    Object.assign(worker, { job, queue, isOverdue: false });
    worker.thread.run(job.task, (outcome) => {
      clearTimeout(worker.timer);
      worker.job = undefined;
      job.resolve(outcome);
      this.#advance();
    });
    this.#watch(worker);
  }

  /** Checks the limits when the text can have used up its time. */
  #watch(worker: Worker): void {
    clearTimeout(worker.timer);
    const limitMs = worker.queue === "quick" && !worker.isOverdue ? this.#sliceMs : this.#maxMs;
    const leftMs = limitMs - worker.thread.usedMs();
    worker.timer = setTimeout(
      () => {
        if (worker.thread.elapsedMs() > maxElapsedRatio * this.#maxMs) this.#giveUp(worker, "busy");
        else if (worker.thread.usedMs() < limitMs) this.#watch(worker);
        else if (limitMs === this.#maxMs) this.#giveUp(worker, "late");
        else {
          worker.isOverdue = true;
          if (worker.job !== undefined) this.#markSlow(worker.job.owner);
          this.#watch(worker);
          this.#advance();
        }
      },
      Math.max(1, Math.ceil(leftMs)),
    );
  }

  #markSlow(owner: string): void {
    this.#slowOwners.set(owner, true);
    for (const job of this.#waiting.quick.takeAll(owner)) this.#enqueue("slow", job);
  }

  /** If the slow queue is busy, the text starts over when it is free. */
  #leaveQuickQueue(worker: Worker): void {
    const { job } = worker;
    if (job === undefined) return;
    if (this.#runningIn("slow") === undefined) {
      worker.queue = "slow";
    } else if (this.#idle().length > 0) {
      this.#remove(worker);
      worker.job = undefined;
      this.#enqueue("slow", job);
      this.#startThread();
    }
  }

  #giveUp(worker: Worker, refused: "late" | "busy"): void {
    const { job } = worker;
    this.#remove(worker);
    worker.job = undefined;
    job?.resolve({ refused });
    this.#advance();
  }

  #remove(worker: Worker): void {
    clearTimeout(worker.timer);
    this.#workers.delete(worker);
    worker.thread.end();
  }

  /** Starts one thread at a time, since that takes as much CPU as a slow text. */
  #startThread(): void {
    if (this.#jobs === 0 && this.#workers.size === 0) return;
    const workers = [...this.#workers];
    if (workers.length >= this.#targetSize() || workers.some(({ thread }) => thread.state === "starting")) return;
    if (this.#failure !== undefined && performance.now() - this.#failure.at < restartPauseMs) {
      if (workers.length === 0) this.#refuseAll(this.#failure.reason);
      return;
    }
    const thread = new TextThread({
      script: this.#script,
      maxStartMs: this.#maxStartMs,
      onReady: () => {
        this.#failure = undefined;
        this.#advance();
      },
      onLost: (reason) => {
        if (worker.job === undefined) this.#failure = { at: performance.now(), reason };
        this.#remove(worker);
        this.#advance();
      },
    });
    thread.keepAlive(this.#jobs > 0);
    const worker: Worker = { thread, queue: "quick", isOverdue: false };
    this.#workers.add(worker);
  }

  /** The quick queue's thread and its substitute; one more while the slow queue is in use. */
  #targetSize(): number {
    return this.#isSlowQueueUsed() ? 3 : 2;
  }

  #isSlowQueueUsed(): boolean {
    return this.#runningIn("slow") !== undefined || !this.#waiting.slow.isEmpty;
  }

  #shrink(): void {
    if (this.#isSlowQueueUsed() || this.#workers.size <= this.#targetSize()) {
      clearTimeout(this.#idleTimer);
      this.#idleTimer = undefined;
      return;
    }
    this.#idleTimer ??= setTimeout(() => {
      this.#idleTimer = undefined;
      const [idle] = this.#idle();
      if (idle !== undefined) this.#remove(idle);
    }, idleMs).unref();
  }

  #refuseAll(reason: string): void {
    for (const waiting of Object.values(this.#waiting)) {
      for (let job = waiting.take(); job !== undefined; job = waiting.take())
        job.resolve({ refused: "failed", reason });
    }
  }

  #idle(): Worker[] {
    return [...this.#workers].filter(({ thread }) => thread.state === "idle");
  }

  #runningIn(queue: QueueName): Worker | undefined {
    return [...this.#workers].find((worker) => worker.job !== undefined && worker.queue === queue);
  }

  /** An idle pool does not keep the process alive. */
  #keepAlive(change: 1 | -1): void {
    const before = this.#jobs > 0;
    this.#jobs += change;
    if (this.#jobs > 0 === before) return;
    for (const { thread } of this.#workers) thread.keepAlive(this.#jobs > 0);
  }
}

/** Shared by all servers of the process, since threads are expensive. */
export const processPool = new TextPool();
