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
  /** Default the module of this directory, which transforms texts. */
  readonly script?: URL;
  /** Processor time of a text in the quick lane, as long as another thread is ready. Default 50 ms. */
  readonly sliceMs?: number;
  /** Processor time of a text. Default 500 ms. */
  readonly maxMs?: number;
  /** Characters that may wait in each lane. Default 16 Mi. */
  readonly maxWaitingCharacters?: number;
  /** Default 30_000 (30 s): a machine with far too much to do may take as long. */
  readonly maxStartMs?: number;
}

/** How long the texts of an owner begin in the slow lane after one was slow. */
const slowOwnerMs = 10_000;
/**
 * If the wall time is this many times the limit, the thread got too little processor time: retryable, not the text's
 * fault.
 */
const maxElapsedRatio = 60;
/** Before a thread is started again after one could not be. */
const restartPauseMs = 1_000;
/** How long the thread of the slow lane is kept when there are no slow texts. */
const idleMs = 30_000;

type LaneName = "quick" | "slow";

interface Job {
  readonly task: TextTask;
  readonly owner: string;
  readonly size: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** A thread, and what runs on it. */
interface Seat {
  readonly thread: TextThread;
  job?: Job | undefined;
  lane: LaneName;
  timer?: NodeJS.Timeout | undefined;
  /** It has had its slice, but there was nowhere to go. */
  isOverdue: boolean;
}

/** The compiled worker, also in tests and under `tsx watch`: threads cannot load TypeScript on Node 20. */
const compiled = new URL("dist/markdown/text-worker.js", packageRoot);

export class TextPool {
  readonly #script: URL;
  readonly #sliceMs: number;
  readonly #maxMs: number;
  readonly #maxStartMs: number;
  readonly #waiting: Readonly<Record<LaneName, OwnerQueue<Job>>>;
  readonly #slowOwners = new LRUCache<string, true>({ max: 10_000, ttl: slowOwnerMs });
  readonly #seats = new Set<Seat>();
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

  /** `owner` identifies who takes turns. Never rejects. */
  run(task: TextTask, owner: string): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#keepAlive(1);
      const done = (outcome: Outcome) => {
        this.#keepAlive(-1);
        resolve(outcome);
      };
      const lane = this.#slowOwners.has(owner) ? "slow" : "quick";
      this.#enqueue(lane, { task, owner, size: task.text.length + 1, resolve: done });
      this.#advance();
    });
  }

  #enqueue(lane: LaneName, job: Job): void {
    for (const { resolve } of this.#waiting[lane].add(job)) resolve({ refused: "busy" });
  }

  #advance(): void {
    this.#startThread();
    const quick = this.#runningIn("quick");
    if (quick?.isOverdue) this.#leaveQuickLane(quick);
    for (const lane of ["quick", "slow"] as const) {
      const [idle, another] = this.#idle();
      // A slow text never takes the last thread: that is for the quick lane.
      if (idle === undefined || this.#runningIn(lane) !== undefined) continue;
      if (lane === "slow" && another === undefined && this.#runningIn("quick") === undefined) continue;
      const job = this.#waiting[lane].take();
      if (job !== undefined) this.#begin(idle, job, lane);
    }
    this.#shrink();
  }

  #begin(seat: Seat, job: Job, lane: LaneName): void {
    Object.assign(seat, { job, lane, isOverdue: false });
    seat.thread.run(job.task, (outcome) => {
      clearTimeout(seat.timer);
      seat.job = undefined;
      job.resolve(outcome);
      this.#advance();
    });
    this.#watch(seat);
  }

  /** Looks again when the text can have had its time. */
  #watch(seat: Seat): void {
    clearTimeout(seat.timer);
    const limitMs = seat.lane === "quick" && !seat.isOverdue ? this.#sliceMs : this.#maxMs;
    const leftMs = limitMs - seat.thread.usedMs();
    seat.timer = setTimeout(
      () => {
        if (seat.thread.elapsedMs() > maxElapsedRatio * this.#maxMs) this.#giveUp(seat, "busy");
        else if (seat.thread.usedMs() < limitMs) this.#watch(seat);
        else if (limitMs === this.#maxMs) this.#giveUp(seat, "late");
        else {
          seat.isOverdue = true;
          if (seat.job !== undefined) this.#noteSlow(seat.job.owner);
          this.#watch(seat);
          this.#advance();
        }
      },
      Math.max(1, Math.ceil(leftMs)),
    );
  }

  #noteSlow(owner: string): void {
    this.#slowOwners.set(owner, true);
    for (const job of this.#waiting.quick.takeAll(owner)) this.#enqueue("slow", job);
  }

  /** If the slow queue is busy, the text starts over when it is free. */
  #leaveQuickLane(seat: Seat): void {
    const { job } = seat;
    if (job === undefined) return;
    if (this.#runningIn("slow") === undefined) {
      seat.lane = "slow";
    } else if (this.#idle().length > 0) {
      this.#remove(seat);
      seat.job = undefined;
      this.#enqueue("slow", job);
      this.#startThread();
    }
  }

  #giveUp(seat: Seat, refused: "late" | "busy"): void {
    const { job } = seat;
    this.#remove(seat);
    seat.job = undefined;
    job?.resolve({ refused });
    this.#advance();
  }

  #remove(seat: Seat): void {
    clearTimeout(seat.timer);
    this.#seats.delete(seat);
    seat.thread.end();
  }

  /** One at a time: to start a thread takes as much of the processor as a slow text. */
  #startThread(): void {
    if (this.#jobs === 0 && this.#seats.size === 0) return;
    const seats = [...this.#seats];
    if (seats.length >= this.#targetSize() || seats.some(({ thread }) => thread.state === "starting")) return;
    if (this.#failure !== undefined && performance.now() - this.#failure.at < restartPauseMs) {
      if (seats.length === 0) this.#refuseAll(this.#failure.reason);
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
        if (seat.job === undefined) this.#failure = { at: performance.now(), reason };
        this.#remove(seat);
        this.#advance();
      },
    });
    thread.keepAlive(this.#jobs > 0);
    const seat: Seat = { thread, lane: "quick", isOverdue: false };
    this.#seats.add(seat);
  }

  /** The quick lane's, and one to take its place; another for the slow lane while it is used. */
  #targetSize(): number {
    return this.#isSlowLaneUsed() ? 3 : 2;
  }

  #isSlowLaneUsed(): boolean {
    return this.#runningIn("slow") !== undefined || !this.#waiting.slow.isEmpty;
  }

  #shrink(): void {
    if (this.#isSlowLaneUsed() || this.#seats.size <= this.#targetSize()) {
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
    for (const queue of Object.values(this.#waiting)) {
      for (let job = queue.take(); job !== undefined; job = queue.take()) job.resolve({ refused: "failed", reason });
    }
  }

  #idle(): Seat[] {
    return [...this.#seats].filter(({ thread }) => thread.state === "idle");
  }

  #runningIn(lane: LaneName): Seat | undefined {
    return [...this.#seats].find((seat) => seat.job !== undefined && seat.lane === lane);
  }

  /** A pool with nothing to do does not keep the process alive. */
  #keepAlive(change: 1 | -1): void {
    const before = this.#jobs > 0;
    this.#jobs += change;
    if (this.#jobs > 0 === before) return;
    for (const { thread } of this.#seats) thread.keepAlive(this.#jobs > 0);
  }
}

/** Of this process: threads are too much to have for each server in it. */
export const processPool = new TextPool();
