/**
 * From the log to deliveries: each event is executed once for each distinct subscription, and becomes a row for each
 * webhook that follows it. The rows and the webhooks' new position are one statement: whatever dies where, no event is
 * left out and none is there twice.
 */
import { sightColumns } from "../auth/sight-columns.js";
import type { Viewer } from "../auth/viewer.js";
import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import { eventIdOf, isPublic, type PublicEvent } from "../events/event.js";
import { toEventCursor } from "../events/event-cursor.js";
import { type LogBounds, readBounds, readEvents } from "../events/event-log.js";
import type { Execute } from "../execution/execute.js";
import { type Executed, Group } from "../live/group.js";
import { LiveReads } from "../live/live-reads.js";
import type { LiveOperation, OperationReader } from "../live/operation.js";
import { topicsOf } from "../live/topics.js";
import { maySee } from "../live/visibility.js";
import type { Log } from "../log.js";
import { type Owner, ownerAsViewer } from "./owner.js";

export interface FillOptions {
  readonly query: Query;
  readonly execute: Execute;
  readonly reader: OperationReader;
  readonly log: Log;
  readonly now: () => Date;
}

interface Follower extends Owner {
  readonly id: number;
  readonly subscription: string;
}

/** A follower with its subscription, read. */
interface Following {
  readonly follower: Follower;
  readonly operation: LiveOperation;
  readonly group: Group;
}

interface Made {
  readonly webhookId: number;
  readonly event: PublicEvent;
  readonly body: string;
  /** Users of whom the body tells something. */
  readonly userIds: readonly number[];
}

/** Webhooks and events taken at once, at most. */
const followersAtOnce = 200;
const eventsAtOnce = 50;

/** Takes the webhooks that are the furthest behind one stretch on. False when none is behind. */
export async function fillSome(options: FillOptions): Promise<boolean> {
  const { query, now } = options;
  const [from, next] = await placesBehind(query);
  if (from === undefined) return false;
  const bounds = await readBounds(query);
  if (from < bounds.floor) {
    await noteGap(options, bounds.floor);
    return true;
  }
  const followers = await followersAt(query, from);
  const events = await readEvents(query, { after: from, upTo: next ?? bounds.head, most: eventsAtOnce });
  const to = events.length < eventsAtOnce ? (next ?? bounds.head) : (events.at(-1)?.position ?? from);
  const { floor } = await readBounds(query);
  // Some were pruned while they were read: the next look finds the gap.
  if (floor > from) return true;
  const made = await execute(options, bounds, followers, events.filter(isPublic));
  await store(query, { followers, from, to, made, now: now() });
  return true;
}

/** The two lowest positions of webhooks that are behind: those furthest behind go no further than the next. */
async function placesBehind(query: Query): Promise<[number | undefined, number | undefined]> {
  const text = `SELECT DISTINCT position FROM webhooks
    WHERE state = 'ACTIVE' AND position < (SELECT h.position FROM event_head AS h) ORDER BY position LIMIT 2`;
  const [first, second] = await query<{ position: number }>(text, []);
  return [first?.position, second?.position];
}

async function followersAt(query: Query, position: number): Promise<Follower[]> {
  const text = `SELECT w.id, w.owner_id AS "ownerId", u.role, w.subscription,
      ${sightColumns("u")} FROM webhooks AS w
    JOIN users AS u ON u.id = w.owner_id WHERE w.state = 'ACTIVE' AND w.position = $1 ORDER BY w.id LIMIT $2`;
  return query<Follower>(text, [position, followersAtOnce]);
}

/** A webhook was paused for longer than events are kept, or nothing delivered for so long. */
async function noteGap({ query, log, now }: FillOptions, floor: number): Promise<void> {
  const text = `UPDATE webhooks SET position = $1, gap_at = $2::timestamptz WHERE state = 'ACTIVE' AND position < $1 RETURNING id`;
  const webhooks = await query<{ id: number }>(text, [floor, now().toISOString()]);
  log.warn({ webhooks: webhooks.map(({ id }) => id) }, "events were pruned before they were made deliveries");
}

async function execute(
  options: FillOptions,
  { logId }: LogBounds,
  followers: readonly Follower[],
  events: readonly Omit<PublicEvent, "cursor">[],
): Promise<Made[]> {
  const reads = new LiveReads(options.query);
  const all = followersInGroups(options, followers);
  const made = events.map(async (logged) => {
    const event = { ...logged, cursor: toEventCursor(logId, logged.position) } as PublicEvent;
    return executeOne(event, all, reads);
  });
  return (await Promise.all(made)).flat();
}

/** Those that follow an event and may see it; one execution for all of the same group but those who block somebody in it. */
async function executeOne(event: PublicEvent, all: readonly Following[], reads: LiveReads): Promise<Made[]> {
  const topics = topicsOf(event.data);
  const results = new Map<Group, Promise<Executed>>();
  const made = all.map(async ({ follower, operation, group }): Promise<Made[]> => {
    if (!topics.some((topic) => operation.topics.includes(topic))) return [];
    const owner = ownerAsViewer(follower);
    if (!(await maySee(owner, event.data, reads.all))) return [];
    const result = results.get(group) ?? group.execute(event, reads);
    results.set(group, result);
    const theirs = await group.forViewer(owner, event, await result, reads);
    if (theirs === undefined) return [];
    return [{ webhookId: follower.id, event, body: bodyOf(event, theirs), userIds: [...theirs.told] }];
  });
  return (await Promise.all(made)).flat();
}

/** `{ type, timestamp, data }` (Standard Webhooks, "Payload structure"); the result is JSON already. */
function bodyOf(event: PublicEvent, { payload: { json } }: Executed): string {
  const head = JSON.stringify({ type: payloadType(event.data.type), timestamp: event.occurredAt });
  return `${head.slice(0, -1)},${json.slice(1)}`;
}

/** An owner was read with the events that are executed for them. */
const asRead = { now: (viewer: Viewer) => viewer, blockedBy: ({ blockedIds }: Viewer) => blockedIds };

/** `PostCreated` is `post.created`. */
export function payloadType(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, ".").toLowerCase();
}

function followersInGroups({ execute, reader, log }: FillOptions, followers: readonly Follower[]): Following[] {
  const groups = new Map<string, Group>();
  return followers.flatMap((follower) => {
    try {
      const operation = reader.read({ query: follower.subscription }, ownerAsViewer(follower));
      const group = groups.get(operation.groupKey) ?? new Group(operation, execute, asRead, log);
      groups.set(operation.groupKey, group);
      return [{ follower, operation, group }];
    } catch (error) {
      // It was good when it was stored: its owner lost a role, or a later version of the schema lacks what it asks for.
      log.warn({ webhookId: follower.id, reason: reasonOf(error) }, "a webhook's subscription is good no more");
      return [];
    }
  });
}

/**
 * Webhooks that somebody moved meanwhile are left where they are, and their rows are not written. A row that is there
 * already is being sent again (`replayWebhook`). Nothing is written of users who deleted their account meanwhile, or are
 * just doing so (hence the lock): nothing is moved then, and the next look finds them gone.
 */
async function store(
  query: Query,
  {
    followers,
    from,
    to,
    made,
    now,
  }: { followers: readonly Follower[]; from: number; to: number; made: readonly Made[]; now: Date },
): Promise<void> {
  const bodies = [...new Set(made.map(({ body }) => body))];
  const indexOf = new Map(bodies.map((body, index) => [body, index + 1]));
  const userIds = [...new Set(made.flatMap((each) => each.userIds))];
  const ofBodies = new Map(made.map((each) => [each.body, `{${each.userIds.join()}}`]));
  const text = `WITH told AS (
      SELECT id FROM users WHERE id = ANY($11::int8[]) ORDER BY id FOR KEY SHARE
    ), moved AS (
      UPDATE webhooks SET position = $3 WHERE id = ANY($1::int8[]) AND position = $2 AND state = 'ACTIVE'
        AND (SELECT count(*) FROM told) = cardinality($11::int8[]) RETURNING id
    )
    INSERT INTO webhook_deliveries (webhook_id, position, event_id, type, body, user_ids, due_at, created_at)
    SELECT n.webhook_id, n.position, n.event_id, n.type, ($8::text[])[n.body], (($12::text[])[n.body])::int8[],
      $9::timestamptz, $9::timestamptz
    FROM unnest($4::int8[], $5::int8[], $6::text[], $7::text[], $10::int4[])
      AS n(webhook_id, position, event_id, type, body)
    JOIN moved ON moved.id = n.webhook_id
    ORDER BY n.position, n.webhook_id
    ON CONFLICT (webhook_id, position) DO UPDATE
      SET body = excluded.body, user_ids = excluded.user_ids, state = 'WAITING', attempt_count = 0, due_at = excluded.due_at`;
  await query(text, [
    followers.map(({ id }) => id),
    from,
    to,
    made.map(({ webhookId }) => webhookId),
    made.map(({ event }) => event.position),
    made.map(({ event }) => eventIdOf(event)),
    made.map(({ event }) => payloadType(event.data.type)),
    bodies,
    now.toISOString(),
    made.map(({ body }) => indexOf.get(body) ?? 0),
    userIds,
    bodies.map((body) => ofBodies.get(body) ?? "{}"),
  ]);
}
