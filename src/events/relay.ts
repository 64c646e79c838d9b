/** Relay: numbers committed events and publishes them, in one instance at a time. */

import type { Database } from "../db/database.js";
import { type Leader, leaderLocks, runAsLeader } from "../db/leader.js";
import { WakeSignal } from "../db/wake-signal.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { Bus } from "./bus.js";
import { eventsChannel, numberEvents, pruneEvents, readBounds } from "./event-log.js";

export interface RelayOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  /** How long events stay in the log. */
  readonly retentionHours: number;
  /** Other work for one instance alone, done when the log is pruned. */
  readonly housekeeping: () => Promise<void>;
}

const batchSize = 1_000;
/** Fallback for lost notifications, and the interval at which a standby tries to become the leader. */
const pollMs = 1_000;
const pruneEveryMs = 600_000;

/** Starts relaying, or waiting to. Never throws: a lost connection is made again. */
export function startRelay(options: RelayOptions): Leader {
  const { database, log } = options;
  let nextPruneMs = 0;
  return runAsLeader({
    database,
    lockKey: leaderLocks.relay,
    pollMs,
    wake: new WakeSignal(),
    channel: eventsChannel,
    async onElected() {
      nextPruneMs = 0;
      await announceHead(options);
    },
    async work(isLeading) {
      await drain(options, isLeading);
      nextPruneMs = await pruneWhenDue(options, nextPruneMs);
    },
    onError: (error) =>
      log.warn({ component: "relay", reason: reasonOf(error) }, "database connection lost; reconnecting"),
  });
}

/**
 * The previous leader may have died after numbering events and before publishing them: this makes instances read the
 * log.
 */
async function announceHead({ database, bus, log }: RelayOptions): Promise<void> {
  const { head } = await readBounds(database.query);
  await publish(bus, { head, events: [] }, log);
}

async function drain({ database, bus, log }: RelayOptions, isLeading: () => boolean): Promise<void> {
  let events = await numberEvents(database.query, batchSize);
  while (events.length > 0) {
    await publish(bus, { head: events.at(-1)?.position ?? 0, events }, log);
    if (events.length < batchSize || !isLeading()) return;
    events = await numberEvents(database.query, batchSize);
  }
}

/** Events that could not be published are in the log, from which instances read them. */
async function publish(bus: Bus, message: Parameters<Bus["publish"]>[0], log: Log): Promise<void> {
  try {
    await bus.publish(message);
  } catch (error) {
    log.warn(
      { component: "relay", reason: reasonOf(error) },
      "cannot publish to the bus; instances read the events from the log",
    );
  }
}

/** Returns the time of the next run. */
async function pruneWhenDue(
  { database, now, retentionHours, housekeeping }: RelayOptions,
  dueMs: number,
): Promise<number> {
  const nowMs = now().getTime();
  if (nowMs < dueMs) return dueMs;
  const before = new Date(nowMs - retentionHours * 3_600_000);
  let pruned: number;
  do {
    pruned = await pruneEvents(database.query, before, batchSize);
  } while (pruned === batchSize);
  await housekeeping();
  return nowMs + pruneEveryMs;
}
