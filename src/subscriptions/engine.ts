/**
 * Subscription engine: delivers events to subscribers, with one execution per event and distinct subscription.
 *
 * Executions are charged to the subscribers (rate-limit/meter.ts). The members of a group share the cost of a live event,
 * which is charged afterwards, so that no event waits for it. A member whose bucket is empty leaves the live group before
 * the next event and reads from the log instead (replay.ts), so that it misses nothing and the others do not wait.
 */

import { ParleyError } from "../errors.js";
import { isPublic, type LoggedEvent, type PublicEvent } from "../events/event.js";
import { parseEventCursor, toEventCursor } from "../events/event-cursor.js";
import { readBounds } from "../events/event-log.js";
import type { Execute } from "../execution/execute.js";
import { type Meter, unmetered } from "../rate-limit/meter.js";
import { LiveReads } from "./event-loaders.js";
import { Group, type Member, type Sink } from "./group.js";
import { ListenerVisibility } from "./listener-visibility.js";
import type { LiveOperation } from "./operation.js";
import { eventsFor, type ReplayOptions, replay } from "./replay.js";
import { type Topic, topicsOf } from "./topics.js";

export interface LiveEngineOptions extends ReplayOptions {
  readonly execute: Execute;
}

/** Maximum events executed together, with one set of loaders. */
const batchSize = 100;
/** Maximum points executed for one group before the payers' balances are checked again, unless one event costs more. */
const livePoints = 10_000;

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
   * Fails all live subscribers when this instance has missed events; their clients reload. A replay detects the gap
   * itself.
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
    // In the same turn as the check of `#waiting`: events that arrive later start the next delivery.
    this.#isDelivering = false;
  }

  /** In steps, so that a bucket is overdrawn by little more than one of them. */
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
    // A replay that is joining checks for it.
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
    await replay(this.#options, group, member);
    this.#dropIfEmpty(group);
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
