/** Listeners of the same subscription: one execution and one serialisation of an event for all of them. */
import type { Viewer } from "../auth/viewer.js";
import type { PublicEvent } from "../events/event.js";
import type { Execute } from "../execution/execute.js";
import { maskError } from "../guard/masked-errors.js";
import type { Loaders } from "../loaders/loaders.js";
import type { Log } from "../log.js";
import { type Audience, liveContext } from "./audience.js";
import type { LiveOperation } from "./operation.js";
import { bytesOf } from "./text-frame.js";
import { isRestricted, maySee } from "./visibility.js";

/** The result of an operation for an event, ready to be sent. */
export interface Payload {
  /** JSON of the execution result. */
  readonly json: string;
  /** The same in UTF-8, one character a byte (text-frame.ts). */
  readonly bytes: string;
  /** Cursor of the event. */
  readonly cursor: string;
}

/** Where a listener's events go. None of its functions may throw. */
export interface Sink {
  readonly viewer: Viewer | null;
  send(payload: Payload): void;
  /** Ends the subscription with an error. */
  fail(error: unknown): void;
  /** Resolves when there is room for more; at once, if there is. */
  hasRoom(): Promise<void>;
}

/** A listener and how far it has come. */
export interface Member {
  readonly sink: Sink;
  /** Position of the last event it was sent, or that was not for it. */
  position: number;
  /** Live events for it, while those before them are still to be sent. */
  held?: Payload[] | undefined;
}

/** Events held for one listener at most: past it, it is let go, and reads them from the log. */
const mostHeld = 1_000;

export class Group {
  readonly operation: LiveOperation;
  readonly members = new Set<Member>();
  /** Members that catch up: those in `members` as well are on the last stretch. */
  readonly replaying = new Set<Member>();
  readonly #execute: Execute;
  readonly #log: Log;

  constructor(operation: LiveOperation, execute: Execute, log: Log) {
    this.operation = operation;
    this.#execute = execute;
    this.#log = log;
  }

  /** Executes once for each event and sends the results, in order, to those who may see them and have not. */
  async deliver(events: readonly PublicEvent[], loaders: Loaders): Promise<void> {
    const deliveries = await Promise.all(
      events.map(async (event) => {
        const [payload, allowed] = await Promise.all([this.execute(event, loaders), this.#allowed(event, loaders)]);
        return { position: event.position, payload, allowed };
      }),
    );
    for (const member of this.members) {
      for (const { position, payload, allowed } of deliveries) {
        if (position <= member.position) continue;
        member.position = position;
        if (allowed === undefined || allowed.has(member)) this.#hand(member, payload);
      }
    }
  }

  #hand(member: Member, payload: Payload): void {
    const { held } = member;
    if (held === undefined) member.sink.send(payload);
    else if (held.length < mostHeld) held.push(payload);
    else this.members.delete(member);
  }

  async execute(event: PublicEvent, loaders: Loaders): Promise<Payload> {
    const { document, operationName, variables } = this.operation;
    const audience = await this.#audienceNow(loaders);
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
        this.#log.error({ err: error.originalError ?? error, path: error.path }, "a resolver failed");
    }
    const masked = errors?.map((error) =>
      maskError({ ...error.toJSON(), extensions: { code: "INTERNAL_SERVER_ERROR", ...error.extensions } }, error),
    );
    const json = JSON.stringify({ ...(masked && { errors: masked }), data });
    return { json, bytes: bytesOf(json), cursor: event.cursor };
  }

  /** The role a viewer came with may have been taken from them since. */
  async #audienceNow(loaders: Loaders): Promise<Audience> {
    const { audience } = this.operation;
    if (audience === "anyone" || audience.viewer === null) return audience;
    const user = await loaders.users.load(audience.viewer.id);
    return { viewer: user && { ...audience.viewer, role: user.role } };
  }

  /** Those who may see the event; undefined for all. */
  async #allowed({ data }: PublicEvent, loaders: Loaders): Promise<ReadonlySet<Member> | undefined> {
    if (!isRestricted(data)) return undefined;
    const members = [...this.members];
    const answers = await Promise.all(members.map(({ sink }) => maySee(sink.viewer, data, loaders)));
    return new Set(members.filter((_, index) => answers[index]));
  }
}
