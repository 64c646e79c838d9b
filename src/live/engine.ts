/** The live engine: from events to listeners. One execution for each event and distinct subscription; replay without a seam. */

import type { Query } from "../db/database.js";
import { ParleyError, reasonOf } from "../errors.js";
import { isPublic, type LoggedEvent, type PublicEvent } from "../events/event.js";
import { parseEventCursor, toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEvents } from "../events/event-log.js";
import type { Execute } from "../execution/execute.js";
import type { Log } from "../log.js";
import { Group, type Member, type Payload, type Sink } from "./group.js";
import { LiveReads } from "./live-reads.js";
import type { LiveOperation } from "./operation.js";
import { Sights } from "./sights.js";
import { type Topic, topicsOf } from "./topics.js";
import { maySee } from "./visibility.js";

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
/** Events read at once for one listener that catches up. */
const replaySize = 200;

export class LiveEngine {
  readonly #options: LiveEngineOptions;
  readonly #groups = new Map<string, Group>();
  readonly #byTopic = new Map<Topic, Set<Group>>();
  readonly #sights = new Sights();
  #waiting: PublicEvent[] = [];
  #isDelivering = false;

  constructor(options: LiveEngineOptions) {
    this.#options = options;
  }

  /** Groups and listeners there are; for metrics, and for tests that look for what was left behind. */
  get size(): { readonly groups: number; readonly listeners: number } {
    const groups = [...this.#groups.values()];
    return {
      groups: groups.length,
      listeners: groups.reduce((sum, { members, replaying }) => sum + new Set([...members, ...replaying]).size, 0),
    };
  }

  /** Where a listener begins that has no cursor. */
  get cursor(): string {
    return toEventCursor(this.#options.logId, this.#options.position());
  }

  /** Takes events in log order. They are delivered in that order, those that come meanwhile together. */
  take(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      this.#sights.take(event.data);
      if (isPublic(event)) this.#waiting.push({ ...event, cursor: toEventCursor(this.#options.logId, event.position) });
    }
    if (!this.#isDelivering) void this.#deliverAll();
  }

  /**
   * Begins to listen; what it returns ends that. Throws BAD_CURSOR or CURSOR_EXPIRED. Without `after` it begins now. With
   * it, what was missed is sent first, and an event that is on its way meanwhile is known by its position.
   */
  async listen(operation: LiveOperation, sink: Sink): Promise<() => void> {
    const { query, position } = this.#options;
    const after =
      operation.after === undefined ? undefined : parseEventCursor(operation.after, await readBounds(query));
    const group = this.#groupOf(operation);
    const release = this.#sights.hold(sink.viewer);
    const member: Member = { sink, position: after ?? position() };
    const listening = new AbortController();
    if (after === undefined) group.members.add(member);
    else void this.#replay(group, member, listening.signal);
    return () => {
      if (listening.signal.aborted) return;
      listening.abort();
      release();
      group.members.delete(member);
      this.#dropIfEmpty(group);
    };
  }

  /** Events are lost to this instance: who listens is told, and reads the state anew. Who catches up finds out by itself. */
  expireAll(): void {
    const error = new ParleyError("CURSOR_EXPIRED", "events were pruned unseen: read the state anew, then subscribe");
    for (const { members } of [...this.#groups.values()]) {
      for (const { sink } of [...members]) sink.fail(error);
    }
  }

  async #deliverAll(): Promise<void> {
    this.#isDelivering = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      const reads = new LiveReads(this.#options.query);
      const deliveries = [...this.#eventsByGroup(batch)].map(async ([group, events]) => {
        try {
          await group.deliver(events, reads);
        } catch (error) {
          this.#options.log.error({ err: error }, "a live execution failed");
          for (const member of group.members) member.sink.fail(error);
        }
      });
      await Promise.all(deliveries);
    }
    // In the turn of the last look at what waits: a moment later, and what came in between would wait for the next.
    this.#isDelivering = false;
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

  async #replay(group: Group, member: Member, signal: AbortSignal): Promise<void> {
    const { log, position } = this.#options;
    group.replaying.add(member);
    try {
      while (!signal.aborted) {
        // A cursor from another instance may be ahead of what this one has seen.
        const upTo = Math.max(position(), member.position);
        if (upTo - member.position > replaySize) await this.#replaySome(group, member, upTo, signal);
        else if (await this.#join(group, member, upTo, signal)) return;
        // The embedded database answers without a turn of the event loop: a long replay would hold up everybody.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      group.members.delete(member);
      log.warn({ reason: reasonOf(error) }, "a replay ended early");
      member.sink.fail(error);
    } finally {
      group.replaying.delete(member);
      this.#dropIfEmpty(group);
    }
  }

  /**
   * The last stretch: the listener is a live one from now on, and what comes after `upTo` is held for it until what comes
   * before is sent. Looking for the end again and again instead, many who come back at once would never reach it while
   * events pour in. False when too much had to be held: there is another stretch to go.
   */
  async #join(group: Group, member: Member, upTo: number, signal: AbortSignal): Promise<boolean> {
    const { position: from } = member;
    const held: Payload[] = [];
    Object.assign(member, { position: upTo, held });
    group.members.add(member);
    await this.#send(group, member, { after: from, upTo }, signal);
    if (signal.aborted) return true;
    // `deliver` lets those go for whom it would hold too much.
    if (!group.members.has(member)) {
      member.position = upTo;
      return false;
    }
    member.held = undefined;
    for (const payload of held) member.sink.send(payload);
    return true;
  }

  async #replaySome(group: Group, member: Member, upTo: number, signal: AbortSignal): Promise<void> {
    member.position = await this.#send(group, member, { after: member.position, upTo }, signal);
  }

  /** Sends what of the log is for a listener, `replaySize` events at most, and returns how far that is. */
  async #send(
    group: Group,
    { sink }: Member,
    { after, upTo }: { readonly after: number; readonly upTo: number },
    signal: AbortSignal,
  ): Promise<number> {
    const { query, logId } = this.#options;
    const { topics, types } = group.operation;
    if (after === upTo) return upTo;
    const read = await readEvents(query, { after, upTo, most: replaySize, types });
    // Events may have been pruned since it began. After the events: what is here was not pruned while they were read.
    parseEventCursor(toEventCursor(logId, after), await readBounds(query));
    const reads = new LiveReads(query);
    const events = read.filter(isPublic).filter(({ data }) => topicsOf(data).some((topic) => topics.includes(topic)));
    const payloads = events.map(async (event) => {
      const cursor = toEventCursor(logId, event.position);
      const isAllowed = await maySee(sink.viewer, event.data, reads.all);
      return isAllowed ? group.payloadFor(sink.viewer, { ...event, cursor }, reads) : undefined;
    });
    for (const payload of await Promise.all(payloads)) {
      await sink.hasRoom();
      if (signal.aborted) return after;
      if (payload !== undefined) sink.send(payload);
    }
    return read.length < replaySize ? upTo : (read.at(-1)?.position ?? upTo);
  }

  #groupOf(operation: LiveOperation): Group {
    const known = this.#groups.get(operation.groupKey);
    if (known !== undefined) return known;
    const group = new Group(operation, this.#options.execute, this.#sights, this.#options.log);
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
