/**
 * Webhook worker: creates deliveries from the log and sends them. Every instance has one; one of them creates (advisory
 * lock), all send. Its state is in the database, so that a crash loses nothing.
 */
import { randomUUID } from "node:crypto";
import type { Database, DedicatedConnection } from "../db/database.js";
import { reasonOf } from "../errors.js";
import { Bell } from "../events/bell.js";
import { type DeliverOptions, deliverLane } from "./deliver.js";
import { createFill, type FillOptions } from "./fill.js";
import { Isolation } from "./isolation.js";
import { type ClaimedLane, createLanes } from "./lanes.js";

export interface WorkerTimes {
  /** Lease time: without a renewal, another worker takes over the webhooks of this one. */
  readonly leaseMs: number;
  /** How often the worker polls for deliveries without a wake-up: those that became due, or of another instance. */
  readonly pollMs: number;
}

export const defaultWorkerTimes: WorkerTimes = { leaseMs: 5_000, pollMs: 1_000 };

export interface WorkerOptions extends Omit<FillOptions, "leaseMs">, Omit<DeliverOptions, "isolation"> {
  readonly database: Database;
  readonly workerTimes: WorkerTimes;
}

export interface WebhookWorker {
  /** There are new events. */
  onEvents(): void;
  /** There may be other deliveries to send or to create. */
  onDue(): void;
  /** Waits at most `graceMs` for attempts in flight. Unfinished ones are attempted again by another worker. */
  close(graceMs: number): Promise<void>;
}

/** Advisory lock of the instance that creates deliveries: any number not used elsewhere in the database. */
const fillLock = 7_236_146;
const reconnectMs = 250;
/** Maximum webhooks claimed by one process: each hanging receiver blocks one. */
const mostLanes = 500;

export function startWebhookWorker(options: WorkerOptions): WebhookWorker {
  const toFill = new Bell();
  const toDeliver = new Bell();
  const filling = startFilling(options, toFill, () => toDeliver.ring());
  const delivering = startDelivering(options, toDeliver);
  return {
    onEvents: () => toFill.ring(),
    onDue() {
      toFill.ring();
      toDeliver.ring();
    },
    async close(graceMs) {
      await Promise.all([filling.close(), delivering.close(graceMs)]);
    },
  };
}

function startFilling(options: WorkerOptions, bell: Bell, onFilled: () => void) {
  const { database, log, workerTimes } = options;
  const fillSome = createFill({ ...options, leaseMs: workerTimes.leaseMs }, onFilled);
  let isOpen = true;

  async function fillOn(connection: DedicatedConnection): Promise<void> {
    let isConnected = true;
    let isMine = false;
    connection.onLost(() => {
      isConnected = false;
      bell.ring();
    });
    while (isOpen && isConnected) {
      isMine ||= await connection.tryLock(fillLock);
      while (isMine && isOpen && isConnected && (await fillSome()));
      await bell.wait(workerTimes.pollMs);
    }
  }

  const running = (async () => {
    while (isOpen) {
      let connection: DedicatedConnection | undefined;
      try {
        connection = await database.dedicate();
        await fillOn(connection);
      } catch (error) {
        if (isOpen)
          log.warn(
            { component: "webhooks", reason: reasonOf(error) },
            "cannot create deliveries from the event log; retrying",
          );
        await bell.wait(reconnectMs);
      } finally {
        await connection?.close();
      }
    }
  })();

  return {
    async close() {
      isOpen = false;
      bell.ring();
      await running;
    },
  };
}

interface RunningLane {
  readonly done: Promise<void>;
  /** Waits for points: it takes no place of another. */
  isWaiting: boolean;
  /** Ends it after the attempt in flight. */
  readonly stop: AbortController;
}

function startDelivering(options: WorkerOptions, bell: Bell) {
  const { query, log, now, workerTimes } = options;
  const lanes = createLanes(query, randomUUID(), workerTimes.leaseMs, now);
  const delivering = { ...options, isolation: new Isolation() };
  const running = new Map<number, RunningLane>();
  const cut = new AbortController();
  let isOpen = true;

  async function run(claimed: ClaimedLane, stop: AbortController): Promise<void> {
    const { id } = claimed.lane;
    try {
      const onWaiting = (isWaiting: boolean) => {
        const lane = running.get(id);
        if (lane !== undefined) lane.isWaiting = isWaiting;
        if (isWaiting) bell.ring();
      };
      await deliverLane(delivering, lanes, claimed, { stop: stop.signal, cut: cut.signal, onWaiting });
      await lanes.release(id);
    } catch (error) {
      // Without a release, it is taken up when the lease is over: a pause for whatever went wrong.
      if (!cut.signal.aborted)
        log.warn({ component: "webhooks", webhookId: id, reason: reasonOf(error) }, "delivery worker failed; retrying");
    } finally {
      running.delete(id);
      // What came between the last look and the release was not claimed by anybody.
      bell.ring();
    }
  }

  async function claim(): Promise<void> {
    const most = mostLanes - [...running.values()].filter(({ isWaiting }) => !isWaiting).length;
    if (most <= 0) return;
    for (const claimed of await lanes.claim(most, now())) {
      const { id } = claimed.lane;
      // Its lease was over, but it is still being delivered, here.
      if (running.has(id)) continue;
      const stop = new AbortController();
      running.set(id, { stop, isWaiting: false, done: run(claimed, stop) });
    }
  }

  /** Abandons webhooks that were paused, or whose lease another worker has taken over. */
  async function beat(): Promise<void> {
    const before = [...running.keys()];
    if (before.length === 0) return;
    const mine = new Set(await lanes.beat());
    for (const id of before) if (!mine.has(id)) running.get(id)?.stop.abort();
  }

  const beating = setInterval(() => {
    beat().catch((error: unknown) =>
      log.warn({ component: "webhooks", reason: reasonOf(error) }, "cannot renew leases"),
    );
  }, workerTimes.leaseMs / 5);
  const claiming = (async () => {
    while (isOpen) {
      await claim().catch((error: unknown) =>
        log.warn({ component: "webhooks", reason: reasonOf(error) }, "cannot claim webhooks; retrying"),
      );
      await bell.wait(workerTimes.pollMs);
    }
  })();

  return {
    async close(graceMs: number) {
      isOpen = false;
      bell.ring();
      await claiming;
      for (const { stop } of running.values()) stop.abort();
      const timer = setTimeout(() => cut.abort(new Error("the worker stops")), graceMs);
      await Promise.all([...running.values()].map(({ done }) => done));
      clearTimeout(timer);
      clearInterval(beating);
      options.poster.close();
      await lanes.releaseAll().catch(() => undefined);
    },
  };
}
