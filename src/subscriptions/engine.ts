/**
 * Subscription engine: from events to subscribers. One execution per event and distinct subscription; replay without a
 * gap.
 *
 * Executions are charged to the subscribers (rate-limit/meter.ts). The members of a group share the cost of a live event,
 * which is charged later, so that no event waits for it. A member whose bucket is empty leaves the live group before
 * the next event and reads from the log instead, from where it stopped: it misses nothing, and the others do not wait.
 * Reads from the log are paid before they are executed, so this subscriber proceeds as fast as its bucket refills, and
 * rejoins the live group when it has caught up.
 */

import type { Query } from "../db/database.js";
import { ParleyError, reasonOf } from "../errors.js";
import { isPublic, type LoggedEvent, type PublicEvent } from "../events/event.js";
import { parseEventCursor, toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEvents } from "../events/event-log.js";
import type { Execute } from "../execution/execute.js";
import type { Log } from "../log.js";
import { type Meter, unmetered } from "../rate-limit/meter.js";
import { maySee } from "./event-access.js";
import { LiveReads } from "./event-loaders.js";
import { Group, type Member, type Payload, type Sink } from "./group.js";
import { ListenerVisibility } from "./listener-visibility.js";
import type { LiveOperation } from "./operation.js";
import { type Topic, topicsOf } from "./topics.js";

export interface LiveEngineOptions {
  readonly execute: Execute;
  readonly query: Query;
  readonly log: Log;
  readonly logId: string;
  /** Position of the last event given to `take`. */
  readonly position: () => number;
}

/** Events executed together, at most; they share one set of loaders. */
const batchSize = 100;
/** Events per read for one subscriber that catches up. */
const replaySize = 200;
/** Cost, in points, of reading an event from the log that is not for the subscriber. */
const skipPoints = 0.05;
/** Maximum points executed for one group before the payers' balances are checked again, unless one event costs more. */
const livePoints = 10_000;

/** Pays for an execution in advance; false if it must not take place. */
type Pay = (points: number) => Promise<boolean>;

export class LiveEngine {
  readonly #options: LiveEngineOptions;
  readonly #groups = new Map<string, Group>();
  readonly #byTopic = new Map<Topic, Set<Group>>();
  readonly #visibility = new ListenerVisibility();
  #waiting: PublicEvent[] = [];
  #isDelivering = false;
  /** The last event received. */
  #taken = 0;
  /** Every event up to here has been handed to the live subscribers. */
  #delivered = 0;

  constructor(options: LiveEngineOptions) {
    this.#options = options;
  }

  /** Current groups and subscribers, for metrics and leak tests. */
  get size(): { readonly groups: number; readonly listeners: number } {
    const groups = [...this.#groups.values()];
    return {
      groups: groups.length,
      listeners: groups.reduce((sum, { members, replaying }) => sum + new Set([...members, ...replaying]).size, 0),
    };
  }

  /** Start position of a subscriber without a cursor. */
  get cursor(): string {
    return toEventCursor(this.#options.logId, this.#options.position());
  }

  /** Accepts events in log order and delivers them in that order. Events that arrive meanwhile form the next batch. */
  take(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#taken = event.position;
      this.#visibility.take(event.data);
      if (isPublic(event)) this.#waiting.push({ ...event, cursor: toEventCursor(this.#options.logId, event.position) });
    }
    if (!this.#isDelivering) void this.#deliverAll();
  }

  /**
   * Subscribes; returns the function that ends the subscription. Throws BAD_CURSOR, CURSOR_EXPIRED or
   * TOO_MANY_SUBSCRIPTIONS. Without `after` it starts with the next event. With `after`, missed events are sent first;
   * events that arrive meanwhile are recognised by their position. Executions are charged to `meter`.
   */
  async listen(operation: LiveOperation, sink: Sink, meter: Meter = unmetered): Promise<() => void> {
    const letGo = meter.hold(operation.groupKey, operation.cost);
    const after = await this.#positionAfter(operation).catch((error: unknown) => {
      letGo();
      throw error;
    });
    const group = this.#groupOf(operation);
    const release = this.#visibility.hold(sink.viewer);
    const handle = new AbortController();
    const { signal } = handle;
    const member: Member = { sink, meter, signal, position: after ?? this.#options.position() };
    if (after === undefined) group.members.add(member);
    else void this.#replay(group, member);
    return () => {
      if (signal.aborted) return;
      handle.abort();
      letGo();
      release();
      group.members.delete(member);
      this.#dropIfEmpty(group);
    };
  }

  /**
   * Fails all live subscribers when this instance has missed events; their clients reload. Replays notice it
   * themselves.
   */
  expireAll(): void {
    const error = new ParleyError(
      "CURSOR_EXPIRED",
      "Some events have expired from the log (EVENT_RETENTION_HOURS): reload, then subscribe again.",
    );
    for (const { members } of [...this.#groups.values()]) {
      for (const { sink } of [...members]) sink.fail(error);
    }
  }

  async #positionAfter({ after }: LiveOperation): Promise<number | undefined> {
    return after === undefined ? undefined : parseEventCursor(after, await readBounds(this.#options.query));
  }

  async #deliverAll(): Promise<void> {
    this.#isDelivering = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      const reads = new LiveReads(this.#options.query);
      const deliveries = [...this.#eventsByGroup(batch)].map(async ([group, events]) => {
        try {
          await this.#deliverTo(group, events, reads);
        } catch (error) {
          this.#options.log.error({ component: "subscriptions", err: error }, "subscription execution failed");
          for (const member of group.members) member.sink.fail(error);
        }
      });
      await Promise.all(deliveries);
      this.#delivered = batch.at(-1)?.position ?? this.#delivered;
    }
    this.#delivered = this.#taken;
    // In the turn of the last look at what waits: a moment later, and what came in between would wait for the next.
    this.#isDelivering = false;
  }

  /** In steps, so that a bucket is not overdrawn by much more than one of them. */
  async #deliverTo(group: Group, events: readonly PublicEvent[], reads: LiveReads): Promise<void> {
    const size = eventsFor(livePoints, group.operation.cost);
    for (let from = 0; from < events.length; from += size) {
      for (const member of group.members) if (member.meter.isEmpty) this.#leaveLive(group, member);
      if (group.members.size === 0) return;
      await group.deliver(events.slice(from, from + size), reads);
    }
  }

  /** Sends the member the missing events from the log. */
  #leaveLive(group: Group, member: Member): void {
    group.members.delete(member);
    // One on its last stretch finds out by itself.
    if (group.replaying.has(member)) return;
    member.position = Math.max(member.position, this.#delivered);
    void this.#replay(group, member);
  }

  #eventsByGroup(events: readonly PublicEvent[]): Map<Group, PublicEvent[]> {
    const byGroup = new Map<Group, PublicEvent[]>();
    for (const event of events) {
      for (const topic of topicsOf(event.data)) {
        for (const group of this.#byTopic.get(topic) ?? []) {
          const mine = byGroup.get(group);
          if (mine === undefined) byGroup.set(group, [event]);
          else mine.push(event);
        }
      }
    }
    return byGroup;
  }

  async #replay(group: Group, member: Member): Promise<void> {
    const { log, position } = this.#options;
    const { meter, signal } = member;
    group.replaying.add(member);
    let mayJoin = true;
    try {
      while (!signal.aborted) {
        // A cursor from another instance may be ahead of what this one has seen.
        const upTo = Math.max(position(), member.position);
        if (mayJoin && upTo - member.position <= replaySize) {
          if (await this.#join(group, member, upTo)) return;
          mayJoin = false;
        } else {
          member.position = await this.#send(group, member, upTo, (points) => meter.pay(points, signal));
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
      this.#dropIfEmpty(group);
    }
  }

  /**
   * The last stretch: the listener is a live one from now on, and what comes after `upTo` is held for it until what comes
   * before is sent. Looking for the end again and again instead, many who come back at once would never reach it while
   * events pour in. False when too much had to be held, or it cannot pay at once: there is another stretch to go.
   */
  async #join(group: Group, member: Member, upTo: number): Promise<boolean> {
    const { meter, signal, position: from } = member;
    const held: Payload[] = [];
    Object.assign(member, { position: upTo, held });
    group.members.add(member);
    const reached = await this.#send(group, { ...member, position: from }, upTo, (points) => meter.tryPay(points));
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

  /**
   * Sends what of the log is for a listener, `replaySize` events at most, and returns how far that is: less far when `pay`
   * refused.
   */
  async #send(group: Group, member: Member, upTo: number, pay: Pay): Promise<number> {
    const { query, logId } = this.#options;
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
      if (!(await pay(due + some.length * cost)) || !(await this.#sendSome(group, member, some))) return reached;
      due = 0;
      reached = some.at(-1)?.position ?? reached;
      // The embedded database answers without a turn of the event loop: a long replay would block all others.
      if (reached < upTo) await nextTurn();
    }
    return read.length < replaySize ? upTo : (read.at(-1)?.position ?? upTo);
  }

  /** Sends paid events; false if the subscription ended. */
  async #sendSome(group: Group, member: Member, events: readonly PublicEvent[]): Promise<boolean> {
    const { sink, signal } = member;
    // Read again, with a new visibility check, because the subscriber may have waited for points.
    const reads = new LiveReads(this.#options.query);
    const visible = await visibleTo(sink, events, reads);
    const payloads = await Promise.all(visible.map((event) => group.payloadFor(member, event, reads)));
    for (const payload of payloads) {
      await sink.hasRoom();
      if (signal.aborted) return false;
      if (payload !== undefined) sink.send(payload);
    }
    return true;
  }

  #groupOf(operation: LiveOperation): Group {
    const known = this.#groups.get(operation.groupKey);
    if (known !== undefined) return known;
    const group = new Group(operation, this.#options.execute, this.#visibility, this.#options.log);
    this.#groups.set(operation.groupKey, group);
    for (const topic of operation.topics) {
      const groups = this.#byTopic.get(topic);
      if (groups === undefined) this.#byTopic.set(topic, new Set([group]));
      else groups.add(group);
    }
    return group;
  }

  #dropIfEmpty(group: Group): void {
    const { groupKey, topics } = group.operation;
    if (group.members.size > 0 || group.replaying.size > 0 || this.#groups.get(groupKey) !== group) return;
    this.#groups.delete(groupKey);
    for (const topic of topics) {
      const groups = this.#byTopic.get(topic);
      groups?.delete(group);
      if (groups?.size === 0) this.#byTopic.delete(topic);
    }
  }
}

/** How many events such points pay for, and one at least. */
function eventsFor(points: number, cost: number): number {
  return Math.max(1, Math.floor(points / cost));
}

async function visibleTo({ viewer }: Sink, events: readonly PublicEvent[], { all }: LiveReads): Promise<PublicEvent[]> {
  const answers = await Promise.all(events.map(({ data }) => maySee(viewer, data, all)));
  return events.filter((_, index) => answers[index]);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
