/** Event log: a table. Rows are written in the transaction of the change, and numbered after its commit. */
import type { Query } from "../db/database.js";
import type { Prisma } from "../generated/prisma/client.js";
import { type EventData, type EventType, isViewerChange, type LoggedEvent } from "./event.js";

/** Bounds of the log. Cursors are valid from `floor` to `head`. */
export interface LogBounds {
  /** Identifies the log: a new database has another. */
  readonly logId: string;
  /** Position of the last event that was pruned; 0 if none was. */
  readonly floor: number;
  /** Position of the last event numbered. */
  readonly head: number;
}

/** Channel of PostgreSQL's LISTEN/NOTIFY for new rows to number. A trigger from the migrations notifies it. */
export const eventsChannel = "parley_events";

/** Transactions that have appended an event after which cached viewers are invalid. */
const viewerChanges = new WeakSet<Prisma.TransactionClient>();

/** Adds an event to the transaction of its change. */
export async function appendEvent(tx: Prisma.TransactionClient, event: EventData, occurredAt: Date): Promise<void> {
  const { type, ...data } = event;
  if (isViewerChange(event)) viewerChanges.add(tx);
  await tx.event.create({ data: { type, data, occurredAt }, select: { id: true } });
}

/** Whether cached viewers are invalid once the transaction has been committed. */
export function hasChangedViewers(tx: Prisma.TransactionClient): boolean {
  return viewerChanges.has(tx);
}

/**
 * Removes a user from all events: as actor, as subject, and with their sessions. The events keep their positions. Scans
 * the log, about half a second for a million events, because nothing else looks up events by user and an index would
 * slow down every change. The first condition is a cheap filter: few events contain the number at all.
 */
export async function forgetUserInLog(tx: Prisma.TransactionClient, userId: number): Promise<void> {
  await tx.$executeRawUnsafe(forgetText("events", "data"), userId, userMembers, `%${userId}%`);
}

/** Likewise of the events that webhook deliveries hold. */
export async function forgetUserInDeliveries(tx: Prisma.TransactionClient, userId: number): Promise<void> {
  await tx.$executeRawUnsafe(forgetText("webhook_deliveries", "event_data"), userId, userMembers, `%${userId}%`);
}

/** Members of an event's data that hold a user. */
const userMembers = ["userId", "followerId", "authorId", "ownerId", "blockedId"];

/** `table` and `column` are ours. */
function forgetText(table: string, column: string): string {
  return `UPDATE ${table} SET ${column} = ${column} || (
      SELECT jsonb_object_agg(member.key, CASE member.key WHEN 'sessionIds' THEN '[]'::jsonb ELSE 'null'::jsonb END)
      FROM jsonb_each(${table}.${column}) AS member
      WHERE member.key = 'sessionIds' OR (member.key = ANY($2::text[]) AND member.value = to_jsonb($1::int8))
    )
    WHERE ${column}::text LIKE $3 AND to_jsonb($1::int8) IN (${column}->'userId', ${column}->'followerId',
      ${column}->'authorId', ${column}->'ownerId', ${column}->'blockedId')`;
}

/** Users an event's data holds: they are forgotten in it when they delete their accounts. */
export function usersIn(data: EventData): number[] {
  const ids = Object.entries(data).filter(([name]) => userMembers.includes(name));
  return ids.flatMap(([, id]) => (typeof id === "number" ? [id] : []));
}

interface EventRow {
  readonly position: number;
  readonly type: EventType;
  readonly data: object;
  readonly occurredAt: string;
}

/**
 * Numbers up to `most` committed rows in the order in which they are found, and returns them. A row whose transaction
 * started early and committed late gets a late number, so a reader that knows a number has seen all lower ones.
 */
export async function numberEvents(query: Query, most: number): Promise<LoggedEvent[]> {
  const text = `SELECT position, type, data, occurred_at AS "occurredAt" FROM number_events($1) ORDER BY position`;
  return (await query<EventRow>(text, [most])).map(toEvent);
}

/** Events after one position, up to another, in order: `most` at most. `types` undefined is all. */
export async function readEvents(
  query: Query,
  range: {
    readonly after: number;
    readonly upTo: number;
    readonly most: number;
    readonly types?: readonly EventType[];
  },
): Promise<LoggedEvent[]> {
  const text = `SELECT position, type, data, occurred_at AS "occurredAt" FROM events
    WHERE position > $1 AND position <= $2 AND ($3::text[] IS NULL OR type = ANY($3::text[]))
    ORDER BY position LIMIT $4`;
  const rows = await query<EventRow>(text, [range.after, range.upTo, range.types ?? null, range.most]);
  return rows.map(toEvent);
}

/** Those of these positions that are still there. */
export async function readEventsAt(query: Query, positions: readonly number[]): Promise<LoggedEvent[]> {
  const text = `SELECT position, type, data, occurred_at AS "occurredAt" FROM events WHERE position = ANY($1::int8[])`;
  return (await query<EventRow>(text, [positions])).map(toEvent);
}

export async function readBounds(query: Query): Promise<LogBounds> {
  const text = `SELECT log_id AS "logId", position AS head, floor FROM event_head`;
  const [bounds] = await query<LogBounds>(text, []);
  if (bounds === undefined) throw new Error("the event log has no head: a migration is missing");
  return bounds;
}

/** How many events wait to be numbered: the relay's lag. */
export async function countWaiting(query: Query): Promise<number> {
  const [row] = await query<{ count: number }>("SELECT count(*) AS count FROM events WHERE position IS NULL", []);
  return row?.count ?? 0;
}

/** Removes what happened before `before`, `most` at most, and moves the floor. Returns how many. */
export async function pruneEvents(query: Query, before: Date, most: number): Promise<number> {
  const text = `WITH old AS (
      SELECT position FROM events WHERE position IS NOT NULL AND occurred_at < $1::timestamptz ORDER BY position LIMIT $2
    ), pruned AS (
      DELETE FROM events WHERE position <= (SELECT max(position) FROM old) RETURNING position
    ), moved AS (
      UPDATE event_head SET floor = greatest(floor, (SELECT max(position) FROM pruned)) WHERE EXISTS (SELECT FROM pruned)
    )
    SELECT count(*) AS count FROM pruned`;
  const [row] = await query<{ count: number }>(text, [before.toISOString(), most]);
  return row?.count ?? 0;
}

function toEvent({ position, type, data, occurredAt }: EventRow): LoggedEvent {
  // Written by appendEvent, which took it from an EventData.
  return { position, occurredAt, data: { type, ...data } as EventData };
}
