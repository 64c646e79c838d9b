/** Opens the events of an instance: the bus, the tail of the log, and the relay. */
import type { Database } from "../db/database.js";
import type { Log } from "../log.js";
import { type Bus, createLocalBus } from "./bus.js";
import type { LoggedEvent } from "./event.js";
import { toEventCursor } from "./event-cursor.js";
import { readBounds } from "./event-log.js";
import { startRelay } from "./relay.js";
import { openTail } from "./tail.js";

export interface EventStreamOptions {
  readonly database: Database;
  /** Undefined: a bus within the process. */
  readonly redisUrl: string | undefined;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** How long events stay in the log. */
  readonly retentionHours: number;
  /** Other work for one instance alone, done when the log is pruned. */
  readonly housekeeping: () => Promise<void>;
}

export interface EventConsumer {
  /** Called with events in the order of the log, each once, in batches. Must not throw. */
  readonly onEvents: (events: readonly LoggedEvent[]) => void;
  /** Called when events expired before this instance read them; `position` is past them then. Must not throw. */
  readonly onLost?: () => void;
}

export interface EventLogStream {
  readonly logId: string;
  /** Position of the last event handed to the consumers. */
  readonly position: () => number;
  /** Cursor of that event. */
  readonly cursor: () => string;
  readonly isBusUp: () => boolean;
  /** Adds a consumer, which receives the events after the present position. Consumers are called in this order. */
  consume(consumer: EventConsumer): void;
  close(): Promise<void>;
}

/** Begins at the present end of the log. Throws a StartupError when Redis does not answer. */
export async function openEventStream(options: EventStreamOptions): Promise<EventLogStream> {
  const { database, redisUrl, log, now, retentionHours, housekeeping } = options;
  const { logId } = await readBounds(database.query);
  const bus = await openBus(redisUrl, logId, log);
  const consumers: EventConsumer[] = [];
  const tail = await openTail({
    query: database.query,
    bus,
    log,
    onEvents(events) {
      for (const { onEvents } of consumers) onEvents(events);
    },
    onLost() {
      for (const { onLost } of consumers) onLost?.();
    },
  });
  const relay = startRelay({ database, bus, log, now, retentionHours, housekeeping });
  let known = { position: -1, cursor: "" };
  return {
    logId,
    position: tail.position,
    // Cached: every request reads it, mostly without a new event in between.
    cursor() {
      const position = tail.position();
      if (known.position !== position) known = { position, cursor: toEventCursor(logId, position) };
      return known.cursor;
    },
    isBusUp: bus.isUp,
    consume: (consumer) => void consumers.push(consumer),
    async close() {
      tail.close();
      await relay.close();
      await bus.close();
    },
  };
}

async function openBus(redisUrl: string | undefined, logId: string, log: Log): Promise<Bus> {
  if (redisUrl === undefined) return createLocalBus();
  return (await import("./redis-bus.js")).connectRedisBus(redisUrl, logId, log);
}
