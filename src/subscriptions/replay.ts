/**
 * Replay of missed events from the log to one subscriber, who joins the live group at the end. Each step is paid before
 * it is executed, so the replay proceeds as fast as the subscriber's bucket refills.
 */

import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import { isPublic, type PublicEvent } from "../events/event.js";
import { parseEventCursor, toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEvents } from "../events/event-log.js";
import type { Log } from "../log.js";
import { maySee } from "./event-access.js";
import { LiveReads } from "./event-loaders.js";
import type { Group, Member, Payload, Sink } from "./group.js";
import { topicsOf } from "./topics.js";

export interface ReplayOptions {
  readonly query: Query;
  readonly log: Log;
  readonly logId: string;
  /** Position of the last event that the live subscribers received or will receive. */
  readonly position: () => number;
}

/** Events per read. */
const replaySize = 200;
/** Cost, in points, of reading an event that is not for the subscriber. */
const skipPoints = 0.05;

/** Pays for an execution in advance; false if it must not take place. */
type Pay = (points: number) => Promise<boolean>;

/** Resolves when the member has joined its group, failed or left. Does not reject. */
export async function replay(options: ReplayOptions, group: Group, member: Member): Promise<void> {
  const { log, position } = options;
  const { meter, signal } = member;
  group.replaying.add(member);
  let mayJoin = true;
  try {
    while (!signal.aborted) {
      // A cursor from another instance may be ahead of what this one has seen.
      const upTo = Math.max(position(), member.position);
      if (mayJoin && upTo - member.position <= replaySize) {
        if (await join(options, group, member, upTo)) return;
        mayJoin = false;
      } else {
        member.position = await sendMissed(options, group, member, upTo, (points) => meter.pay(points, signal));
        mayJoin = true;
      }
      await nextTurn();
    }
  } catch (error) {
    group.members.delete(member);
    log.warn({ component: "subscriptions", reason: reasonOf(error) }, "replay of missed events failed");
    member.sink.fail(error);
  } finally {
    group.replaying.delete(member);
  }
}

/**
 * Adds the member to the live group and holds back its live events until the missed ones up to `upTo` have been sent.
 * Without this, a subscriber would never catch up while events keep arriving. False if too many events had to be held
 * or the member cannot pay at once; it then reads on from the log.
 */
async function join(options: ReplayOptions, group: Group, member: Member, upTo: number): Promise<boolean> {
  const { meter, signal, position: from } = member;
  const held: Payload[] = [];
  Object.assign(member, { position: upTo, held });
  group.members.add(member);
  const reached = await sendMissed(options, group, { ...member, position: from }, upTo, (points) =>
    meter.tryPay(points),
  );
  if (signal.aborted) return true;
  // `deliver` moves members with too many held events back to reading from the log.
  const isJoined = reached === upTo && group.members.has(member);
  member.held = undefined;
  if (isJoined) {
    for (const payload of held) member.sink.send(payload);
  } else {
    group.members.delete(member);
    member.position = reached;
  }
  return isJoined;
}

/** Sends missed events, `replaySize` at most. Returns the position reached, which is lower if `pay` refused. */
async function sendMissed(
  options: ReplayOptions,
  group: Group,
  member: Member,
  upTo: number,
  pay: Pay,
): Promise<number> {
  const { query, logId } = options;
  const { position: after, sink, meter } = member;
  const { topics, types, cost } = group.operation;
  if (after === upTo) return upTo;
  const read = await readEvents(query, { after, upTo, most: replaySize, types });
  // Events may have been pruned meanwhile. Read after the events: if the floor is still below, none of them was
  // pruned.
  parseEventCursor(toEventCursor(logId, after), await readBounds(query));
  const found = read.filter(isPublic).filter(({ data }) => topicsOf(data).some((topic) => topics.includes(topic)));
  const withCursor = found.map((event) => ({ ...event, cursor: toEventCursor(logId, event.position) }));
  const events = await visibleTo(sink, withCursor, new LiveReads(query));
  const size = eventsFor(meter.stepPoints, cost);
  let due = (read.length - events.length) * skipPoints;
  let reached = after;
  if (events.length === 0 && !(await pay(due))) return reached;
  for (let from = 0; from < events.length; from += size) {
    const some = events.slice(from, from + size);
    if (!(await pay(due + some.length * cost)) || !(await sendPaid(query, group, member, some))) return reached;
    due = 0;
    reached = some.at(-1)?.position ?? reached;
    // The embedded database answers without a turn of the event loop: a long replay would block all others.
    if (reached < upTo) await nextTurn();
  }
  return read.length < replaySize ? upTo : (read.at(-1)?.position ?? upTo);
}

/** Sends paid events; false if the subscription ended. */
async function sendPaid(query: Query, group: Group, member: Member, events: readonly PublicEvent[]): Promise<boolean> {
  const { sink, signal } = member;
  // Read again, with a new visibility check, because the subscriber may have waited for points.
  const reads = new LiveReads(query);
  const visible = await visibleTo(sink, events, reads);
  const payloads = await Promise.all(visible.map((event) => group.payloadFor(member, event, reads)));
  for (const payload of payloads) {
    await sink.hasRoom();
    if (signal.aborted) return false;
    if (payload !== undefined) sink.send(payload);
  }
  return true;
}

/** Number of events that the points pay for, at least one. */
export function eventsFor(points: number, cost: number): number {
  return Math.max(1, Math.floor(points / cost));
}

async function visibleTo({ viewer }: Sink, events: readonly PublicEvent[], { all }: LiveReads): Promise<PublicEvent[]> {
  const answers = await Promise.all(events.map(({ data }) => maySee(viewer, data, all)));
  return events.filter((_, index) => answers[index]);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
