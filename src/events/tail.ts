/**
 * Tail of the event log in one instance: every event once, in order, from the bus or, where the bus has a gap, from the
 * log.
 */

import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { Bus, BusMessage } from "./bus.js";
import type { LoggedEvent } from "./event.js";
import { readBounds, readEvents } from "./event-log.js";

export interface Tail {
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
  /** Called when events were pruned before this instance saw them: `position` is past them now. Must not throw. */
  readonly onLost: () => void;
}

const batchSize = 500;
/** Fallback poll, for messages that the bus lost unnoticed. */
const pollMs = 1_000;

/** Begins at the present end of the log. */
export async function openTail({ query, bus, log, onEvents, onLost }: TailOptions): Promise<Tail> {
  let position = Number.POSITIVE_INFINITY;
  let isFilling = false;
  let fillAgain = false;

  function handOn(events: readonly LoggedEvent[]): void {
    position = events.at(-1)?.position ?? position;
    if (events.length > 0) onEvents(events);
  }

  async function fillFromLog(): Promise<void> {
    try {
      while (fillAgain) {
        fillAgain = false;
        await catchUp();
      }
    } catch (error) {
      log.warn({ component: "tail", reason: reasonOf(error) }, "cannot read the event log; retrying");
    } finally {
      // In the turn of the last look at `fillAgain`: a moment later, and a call in between would be lost.
      isFilling = false;
    }
  }

  async function catchUp(): Promise<void> {
    const { head } = await readBounds(query);
    while (position < head) {
      const events = await readEvents(query, { after: position, upTo: head, most: batchSize });
      // Read after the events: if the floor is still below, none of them was pruned meanwhile.
      const { floor } = await readBounds(query);
      if (floor > position) {
        log.error(
          { component: "tail", position, floor },
          "events expired before this instance had read them; subscribers must reload",
        );
        position = floor;
        onLost();
      }
      handOn(events.filter((event) => event.position > position));
      if (events.length === 0 && position < head)
        throw new Error(`the log has nothing after ${position}, but goes to ${head}`);
    }
  }

  /** A call during a run starts another run after it. */
  function fill(): void {
    fillAgain = true;
    if (isFilling) return;
    isFilling = true;
    void fillFromLog();
  }

  function hear({ head, events }: BusMessage): void {
    if (head <= position) return;
    const [first] = events;
    const isNext = first !== undefined && first.position <= position + 1;
    if (isFilling || !isNext) fill();
    else handOn(first.position === position + 1 ? events : events.filter((event) => event.position > position));
  }

  await bus.subscribe(hear, fill);
  position = (await readBounds(query)).head;
  // Events that were numbered after that query and published before its result arrived were missed.
  fill();
  const poll = setInterval(fill, pollMs);
  return { position: () => position, close: () => clearInterval(poll) };
}
