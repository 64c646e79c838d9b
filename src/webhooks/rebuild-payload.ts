/**
 * Re-executes the event of a stored delivery for its owner with their current rights. Content that was deleted, hidden
 * or blocked since, or that the role or key may no longer read, is neither sent nor shown.
 */
import type { Query } from "../db/database.js";
import { type EventData, isPublic, type LoggedEvent, type PublicEvent } from "../events/event.js";
import { toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEventsAt } from "../events/event-log.js";
import { LiveReads } from "../subscriptions/event-loaders.js";
import { eventTypeOf, followersInGroups, type MakeOptions, makeOne, readFollowers } from "./build-payload.js";

/** Event of a delivery, as stored in its row. */
export interface StoredEvent {
  /** Null for a test delivery. */
  readonly position: number | null;
  /** Such as `post.created`. */
  readonly type: string;
  /** Null in old rows and for large data, which is read from the log. */
  readonly eventData: object | null;
  readonly occurredAt: string | null;
}

/** The new body, or the reason why nothing is sent. */
export interface Remade {
  readonly body: string;
  readonly userIds: readonly number[];
  readonly refusal: string | null;
}

const withheld = { body: "{}", userIds: [] } as const;

export async function remake(options: MakeOptions, webhookId: number, stored: StoredEvent): Promise<Remade> {
  const { query } = options;
  const [event] = await publicEventsOf(query, [stored]);
  if (event === undefined) {
    const refusal = "the event has expired from the log, so its visibility cannot be checked: it was not sent";
    return { ...withheld, refusal };
  }
  const followers = await readFollowers(query, [webhookId], { isActive: true });
  const [made] = await makeOne(options, event, followersInGroups(options, followers), new LiveReads(query));
  return made ?? { ...withheld, refusal: "the owner may no longer see the event: it was not sent" };
}

/** Events of the rows; undefined for those that are neither in the row nor in the log. */
export async function publicEventsOf(
  query: Query,
  stored: readonly StoredEvent[],
): Promise<(PublicEvent | undefined)[]> {
  const { logId } = await readBounds(query);
  const events = stored.map(heldEvent);
  const missing = stored.flatMap(({ position }, index) =>
    events[index] === undefined && position !== null ? [position] : [],
  );
  const logged = missing.length === 0 ? [] : await readEventsAt(query, missing);
  const byPosition = new Map(logged.map((event) => [event.position, event]));
  return stored.map(({ position }, index) => {
    const event = events[index] ?? byPosition.get(position ?? 0);
    if (event === undefined || !isPublic(event)) return undefined;
    return { ...event, cursor: toEventCursor(logId, event.position) } as PublicEvent;
  });
}

/** The event in the row, written by `store`. */
function heldEvent({ position, type, eventData, occurredAt }: StoredEvent): LoggedEvent | undefined {
  const known = eventTypeOf(type);
  if (position === null || known === undefined || eventData === null || occurredAt === null) return undefined;
  return { position, occurredAt, data: { type: known, ...eventData } as EventData };
}

/** Counts a try before the event is executed, so that a crash of the process leaves the count. */
export async function countTry(query: Query, id: number): Promise<void> {
  await query("UPDATE webhook_deliveries SET execution_tries = execution_tries + 1 WHERE id = $1", [id]);
}

/** Resets the count after an execution that did not crash the process. */
export async function forgetTries(query: Query, id: number): Promise<void> {
  await query("UPDATE webhook_deliveries SET execution_tries = 0 WHERE id = $1", [id]);
}

export async function replaceBody(query: Query, id: number, { body, userIds }: Remade): Promise<void> {
  // Users who deleted their account meanwhile are left out of the body's references.
  const text = `UPDATE webhook_deliveries SET body = $2, execution_tries = 0,
      user_ids = ARRAY(SELECT id FROM users WHERE id = ANY($3::int8[])) WHERE id = $1`;
  await query(text, [id, body, userIds]);
}
