/**
 * Webhook worker: creates deliveries from the log and sends them. Every instance has one; the leader creates, all send.
 * Its state is in the database, so that a crash loses nothing.
 */
import { randomUUID } from "node:crypto";
import type { Database } from "../db/database.js";
import { type Leader, leaderLocks, runAsLeader } from "../db/leader.js";
import { WakeSignal } from "../db/wake-signal.js";
import { reasonOf } from "../errors.js";
import { type DeliverOptions, deliverWebhook } from "./deliver.js";
import { createDeliveryQueue, type WebhookWithDue } from "./delivery-queue.js";
import { createFanOut, type FanOutOptions } from "./fan-out.js";

export interface WorkerTimes {
  /** Lease time: without a renewal, another worker takes over the webhooks of this one. */
  readonly leaseMs: number;
  /** How often the worker polls for deliveries without a wake-up: those that became due, or of another instance. */
  readonly pollMs: number;
}

export const defaultWorkerTimes: WorkerTimes = { leaseMs: 5_000, pollMs: 1_000 };

export interface WorkerOptions extends FanOutOptions, DeliverOptions, WorkerTimes {
  readonly database: Database;
}

export interface WebhookWorker {
  /** There are new events. */
  onEvents(): void;
  /** There may be other deliveries to send or to create. */
  onDue(): void;
  /** Waits at most `graceMs` for attempts in flight. Unfinished ones are attempted again by another worker. */
  close(graceMs: number): Promise<void>;
}

/** Maximum webhooks claimed by one process: each hanging receiver blocks one. */
const maxClaimedWebhooks = 500;

export function startWebhookWorker(options: WorkerOptions): WebhookWorker {
  const fanOutSignal = new WakeSignal();
  const deliverSignal = new WakeSignal();
  const fanOut = startFanOut(options, fanOutSignal, () => deliverSignal.notify());
  const delivering = startDelivering(options, deliverSignal);
  return {
    onEvents: () => fanOutSignal.notify(),
    onDue() {
      fanOutSignal.notify();
      deliverSignal.notify();
    },
    async close(graceMs) {
      await Promise.all([fanOut.close(), delivering.close(graceMs)]);
    },
  };
}

function startFanOut(options: WorkerOptions, wake: WakeSignal, onFannedOut: () => void): Leader {
  const { database, log, pollMs } = options;
  const fanOutBatch = createFanOut(options, onFannedOut);
  return runAsLeader({
    database,
    lockKey: leaderLocks.webhookFanOut,
    pollMs,
    wake,
    async work(isLeading) {
      while (isLeading() && (await fanOutBatch()));
    },
    onError: (error) =>
      log.warn(
        { component: "webhooks", reason: reasonOf(error) },
        "cannot create deliveries from the event log; retrying",
      ),
  });
}

interface RunningDelivery {
  readonly done: Promise<void>;
  /** Waits for points: it takes no place of another. */
  isWaiting: boolean;
  /** Ends it after the attempt in flight. */
  readonly stop: AbortController;
}

function startDelivering(options: WorkerOptions, wakeSignal: WakeSignal) {
  const { query, log, now, leaseMs, pollMs } = options;
  const queue = createDeliveryQueue(query, randomUUID(), leaseMs, now);
  const running = new Map<number, RunningDelivery>();
  const cut = new AbortController();
  let isOpen = true;

  async function run(claimed: WebhookWithDue, stop: AbortController): Promise<void> {
    const { id } = claimed.webhook;
    try {
      const onWaiting = (isWaiting: boolean) => {
        const entry = running.get(id);
        if (entry !== undefined) entry.isWaiting = isWaiting;
        if (isWaiting) wakeSignal.notify();
      };
      await deliverWebhook(options, queue, claimed, { stop: stop.signal, cut: cut.signal, onWaiting });
      await queue.release(id);
    } catch (error) {
      // Without a release, it is taken up when the lease is over: a pause for whatever went wrong.
      if (!cut.signal.aborted)
        log.warn({ component: "webhooks", webhookId: id, reason: reasonOf(error) }, "delivery worker failed; retrying");
    } finally {
      running.delete(id);
      // What came between the last look and the release was not claimed by anybody.
      wakeSignal.notify();
    }
  }

  async function claim(): Promise<void> {
    const most = maxClaimedWebhooks - [...running.values()].filter(({ isWaiting }) => !isWaiting).length;
    if (most <= 0) return;
    for (const claimed of await queue.claim(most, now())) {
      const { id } = claimed.webhook;
      // Its lease was over, but it is still being delivered, here.
      if (running.has(id)) continue;
      const stop = new AbortController();
      running.set(id, { stop, isWaiting: false, done: run(claimed, stop) });
    }
  }

  /** Abandons webhooks that were paused, or whose lease another worker has taken over. */
  async function renewLeases(): Promise<void> {
    const before = [...running.keys()];
    if (before.length === 0) return;
    const mine = new Set(await queue.renewLeases());
    for (const id of before) if (!mine.has(id)) running.get(id)?.stop.abort();
  }

  const renewing = setInterval(() => {
    renewLeases().catch((error: unknown) =>
      log.warn({ component: "webhooks", reason: reasonOf(error) }, "cannot renew leases"),
    );
  }, leaseMs / 5);
  const claiming = (async () => {
    while (isOpen) {
      await claim().catch((error: unknown) =>
        log.warn({ component: "webhooks", reason: reasonOf(error) }, "cannot claim webhooks; retrying"),
      );
      await wakeSignal.wait(pollMs);
    }
  })();

  return {
    async close(graceMs: number) {
      isOpen = false;
      wakeSignal.notify();
      await claiming;
      for (const { stop } of running.values()) stop.abort();
      const timer = setTimeout(() => cut.abort(new Error("the worker stops")), graceMs);
      await Promise.all([...running.values()].map(({ done }) => done));
      clearTimeout(timer);
      clearInterval(renewing);
      options.sender.close();
      await queue.releaseAll().catch(() => undefined);
    },
  };
}
