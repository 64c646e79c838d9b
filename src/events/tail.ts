/** The end of the log as one instance sees it: every event once, in order, from the bus or, where that left a gap, the log. */
import type { Query } from "../db/database.js";
import type { Log } from "../log.js";
import type { Bus, BusMessage } from "./bus.js";
import type { LoggedEvent } from "./event.js";
import { readBounds, readEvents } from "./event-log.js";

export interface Tail {
  readonly logId: string;
  /** Position of the last event handed on. */
  position(): number;
  close(): void;
}

export interface TailOptions {
  readonly query: Query;
  readonly bus: Bus;
  readonly log: Log;
  /** Called with events in order, each once, in batches. Must not throw. */
  readonly onEvents: (events: readonly LoggedEvent[]) => void;
}

const batchSize = 500;
/** Behind the bus, for what it may lose without a trace. */
const pollMs = 1_000;

/** Begins at the present end of the log. */
export async function openTail({ query, bus, log, onEvents }: TailOptions): Promise<Tail> {
  let position = Number.POSITIVE_INFINITY;
  let filling: Promise<void> | undefined;
  let fillAgain = false;

  function handOn(events: readonly LoggedEvent[]): void {
    position = events.at(-1)?.position ?? position;
    if (events.length > 0) onEvents(events);
  }

  async function fillFromLog(): Promise<void> {
    do {
      fillAgain = false;
      const { head } = await readBounds(query);
      while (position < head) {
        const events = await readEvents(query, { after: position, upTo: head, most: batchSize });
        if (events.length === 0) throw new Error(`the log has nothing after ${position}, but goes to ${head}`);
        handOn(events);
      }
    } while (fillAgain);
  }

  /** Asked for while it runs, it runs once more. */
  function fill(): void {
    fillAgain = true;
    filling ??= fillFromLog()
      .catch((error: unknown) =>
        log.warn({ reason: error instanceof Error ? error.message : String(error) }, "the event log is away"),
      )
      .finally(() => {
        filling = undefined;
      });
  }

  function hear({ head, events }: BusMessage): void {
    if (head <= position) return;
    const [first] = events;
    const isNext = first !== undefined && first.position <= position + 1;
    if (filling !== undefined || !isNext) fill();
    else handOn(first.position === position + 1 ? events : events.filter((event) => event.position > position));
  }

  await bus.subscribe(hear, fill);
  const { logId, head } = await readBounds(query);
  position = head;
  const poll = setInterval(fill, pollMs);
  return { logId, position: () => position, close: () => clearInterval(poll) };
}
