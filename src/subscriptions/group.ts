/** Group of subscribers with the same subscription: one execution and one serialisation per event for all of them. */

import type { GraphQLError } from "graphql";
import { roleWith } from "../auth/api-keys.js";
import type { Viewer } from "../auth/viewer.js";
import { internalCode } from "../errors.js";
import { actorOf, type PublicEvent } from "../events/event.js";
import type { Execute } from "../execution/execute.js";
import { maskError } from "../graphql/plugins/mask-errors.js";
import { users } from "../loaders/entities/user.js";
import type { Loaders } from "../loaders/loaders.js";
import { publicScope, type VisibilityScope, visibilityOf } from "../loaders/visibility.js";
import type { Log } from "../log.js";
import { type Meter, share } from "../rate-limit/meter.js";
import { type Audience, liveContext } from "./audience.js";
import { isRestricted, maySee } from "./event-access.js";
import type { LiveReads } from "./event-loaders.js";
import type { ListenerVisibility } from "./listener-visibility.js";
import type { LiveOperation } from "./operation.js";

/** The result of an operation for an event, ready to be sent. */
export interface Payload {
  /** JSON of the execution result. */
  readonly json: string;
  /** The JSON as a transport sends it: encoded by the first subscriber that needs it, for all of them. */
  encoded?: string;
  /** Cursor of the event. */
  readonly cursor: string;
}

/** A payload, and the users whose data it contains. */
export interface ExecutedEvent {
  readonly payload: Payload;
  readonly mentionedUserIds: ReadonlySet<number>;
  /** Set if the response was too large. */
  readonly tooLarge: GraphQLError | undefined;
}

/** Destination of a subscriber's events. Its functions must not throw. */
export interface Sink {
  readonly viewer: Viewer | null;
  send(payload: Payload): void;
  /** Ends the subscription with an error. */
  fail(error: unknown): void;
  /** Resolves when there is room for more events, possibly at once. */
  hasRoom(): Promise<void>;
}

/** A subscriber and its position. */
export interface Member {
  readonly sink: Sink;
  /** Charged for its executions. */
  readonly meter: Meter;
  /** Aborted when the subscription ends. */
  readonly signal: AbortSignal;
  /** Position of the last event that was sent or skipped. */
  position: number;
  /** Live events held back until earlier ones have been sent. */
  held?: Payload[] | undefined;
}

/** Maximum events held per subscriber; beyond it, it reads them from the log instead. */
const maxHeldEvents = 1_000;

export class Group {
  readonly operation: LiveOperation;
  readonly members = new Set<Member>();
  /** Members in a replay; those also in `members` are joining the live group. */
  readonly replaying = new Set<Member>();
  readonly #execute: Execute;
  readonly #visibility: Pick<ListenerVisibility, "now" | "blockedBy">;
  readonly #log: Log;

  constructor(
    operation: LiveOperation,
    execute: Execute,
    visibility: Pick<ListenerVisibility, "now" | "blockedBy">,
    log: Log,
  ) {
    this.operation = operation;
    this.#execute = execute;
    this.#visibility = visibility;
    this.#log = log;
  }

  /**
   * Executes once per event and sends the results, in order, to members who may see them and have not received them yet.
   * All members share the cost equally.
   */
  async deliver(events: readonly PublicEvent[], reads: LiveReads): Promise<void> {
    share(this.operation.cost * events.length, metersOf(this.members));
    const deliveries = await Promise.all(
      events.map(async (event) => {
        const [executed, allowed] = await Promise.all([this.execute(event, reads), this.#allowed(event, reads.all)]);
        const own = await this.#forBlockers(event, executed, reads);
        return { position: event.position, payload: executed.payload, allowed, own };
      }),
    );
    for (const member of this.members) {
      for (const { position, payload, allowed, own } of deliveries) {
        if (position <= member.position) continue;
        member.position = position;
        if (allowed !== undefined && !allowed.has(member)) continue;
        if (own?.has(member) !== true) this.#deliverTo(member, payload);
        else this.#deliverIfAny(member, own.get(member));
      }
    }
  }

  /**
   * Results for members with blocks; a member's result is undefined if they may not see the event. Undefined if no member
   * has blocks.
   */
  async #forBlockers(
    event: PublicEvent,
    executed: ExecutedEvent,
    reads: LiveReads,
  ): Promise<ReadonlyMap<Member, Payload | undefined> | undefined> {
    const byUser = new Map<number, { readonly viewer: Viewer; readonly members: Member[] }>();
    for (const member of this.members) {
      const { viewer } = member.sink;
      if (viewer === null || this.#visibility.blockedBy(viewer).length === 0) continue;
      const known = byUser.get(viewer.id);
      if (known === undefined) byUser.set(viewer.id, { viewer, members: [member] });
      else known.members.push(member);
    }
    if (byUser.size === 0) return undefined;
    const own = new Map<Member, Payload | undefined>();
    const all = [...byUser.values()].map(async ({ viewer, members }) => {
      const theirs = await this.forViewer(viewer, event, executed, reads);
      this.#chargeOwn(theirs, executed, members);
      for (const member of members) own.set(member, theirs?.payload);
    });
    await Promise.all(all);
    return own;
  }

  /** Charges the extra executions for members with blocks. */
  #chargeOwn(theirs: ExecutedEvent | undefined, executed: ExecutedEvent, members: Iterable<Member>): void {
    if (theirs !== undefined && theirs !== executed) share(this.operation.cost, metersOf(members));
  }

  /** The result for one viewer: undefined if they block the acting user, a filtered one if they block others in it. */
  async forViewer(
    viewer: Viewer,
    event: PublicEvent,
    executed: ExecutedEvent,
    reads: LiveReads,
  ): Promise<ExecutedEvent | undefined> {
    const blockedIds = this.#visibility.blockedBy(viewer);
    if (blockedIds.length === 0) return executed;
    const actor = actorOf(event.data);
    if (actor !== undefined && blockedIds.includes(actor)) return undefined;
    const { audience, hasLists } = this.operation;
    const isTheirs = audience !== "anyone";
    if (isTheirs || (!hasLists && !blockedIds.some((id) => executed.mentionedUserIds.has(id)))) return executed;
    return this.#run(event, reads, audience, { ...publicScope, blockedIds });
  }

  /** Executes for one subscriber, who has paid for one execution. */
  async payloadFor(member: Member, event: PublicEvent, reads: LiveReads): Promise<Payload | undefined> {
    const { viewer } = member.sink;
    const executed = await this.execute(event, reads);
    if (viewer === null) return executed.payload;
    const theirs = await this.forViewer(viewer, event, executed, reads);
    this.#chargeOwn(theirs, executed, [member]);
    return theirs?.payload;
  }

  #deliverIfAny(member: Member, payload: Payload | undefined): void {
    if (payload !== undefined) this.#deliverTo(member, payload);
  }

  #deliverTo(member: Member, payload: Payload): void {
    const { held } = member;
    if (held === undefined) member.sink.send(payload);
    else if (held.length < maxHeldEvents) held.push(payload);
    else this.members.delete(member);
  }

  async execute(event: PublicEvent, reads: LiveReads): Promise<ExecutedEvent> {
    const audience = await this.#audienceNow(reads.all);
    return this.#run(event, reads, audience, audience === "anyone" ? publicScope : visibilityOf(audience.viewer));
  }

  async #run(
    event: PublicEvent,
    reads: LiveReads,
    audience: Audience,
    visibility: VisibilityScope,
  ): Promise<ExecutedEvent> {
    const { document, operationName, variables } = this.operation;
    const mentionedUserIds = new Set<number>();
    const loaders = reads.loadersFor(visibility, mentionedUserIds);
    const result = await this.#execute({
      document,
      operationName,
      variables,
      rootValue: event,
      context: liveContext(audience, loaders, this.#log),
    });
    const { data, errors } = result;
    for (const error of errors ?? []) {
      if (error.extensions.code === undefined)
        this.#log.error(
          { component: "subscriptions", err: error.originalError ?? error, path: error.path },
          "resolver failed",
        );
    }
    const masked = errors?.map((error) =>
      maskError({ ...error.toJSON(), extensions: { code: internalCode, ...error.extensions } }, error),
    );
    const json = JSON.stringify({ ...(masked && { errors: masked }), data });
    const tooLarge = errors?.find(({ extensions }) => extensions.code === "RESPONSE_LIMIT_EXCEEDED");
    return { payload: { json, cursor: event.cursor }, mentionedUserIds, tooLarge };
  }

  /** The viewer's current role and blocks, which may have changed since the subscription began. */
  async #audienceNow(loaders: Loaders): Promise<Audience> {
    const { audience } = this.operation;
    if (audience === "anyone" || audience.viewer === null) return audience;
    const user = await loaders.row(users, audience.viewer.id);
    if (user === null) return { viewer: null };
    const role = roleWith(audience.viewer.apiKey, user.role);
    return { viewer: { ...this.#visibility.now(audience.viewer), role } };
  }

  /** Members who may see the event; undefined for all. */
  async #allowed({ data }: PublicEvent, loaders: Loaders): Promise<ReadonlySet<Member> | undefined> {
    if (!isRestricted(data)) return undefined;
    const members = [...this.members];
    const answers = await Promise.all(members.map(({ sink }) => maySee(sink.viewer, data, loaders)));
    return new Set(members.filter((_, index) => answers[index]));
  }
}

function metersOf(members: Iterable<Member>): Meter[] {
  return Array.from(members, ({ meter }) => meter);
}
