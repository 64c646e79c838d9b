/** Creates delivery bodies for the webhooks that match an event: one execution per distinct subscription. */

import type { Viewer } from "../auth/viewer.js";
import { type ViewerColumns, viewerColumns } from "../auth/viewer-columns.js";
import type { Query } from "../db/database.js";
import { reasonOf } from "../errors.js";
import { type PublicEvent, type PublicEventType, publicEventTypes } from "../events/event.js";
import type { Execute } from "../execution/execute.js";
import type { Log } from "../log.js";
import { type Meter, share, unmetered } from "../rate-limit/meter.js";
import type { Caller } from "../rate-limit/rate-limit.js";
import { maySee } from "../subscriptions/event-access.js";
import type { LiveReads } from "../subscriptions/event-loaders.js";
import { type ExecutedEvent, Group } from "../subscriptions/group.js";
import type { LiveOperation, OperationReader } from "../subscriptions/operation.js";
import { topicsOf } from "../subscriptions/topics.js";
import { callerOf, type Owner, ownerAsViewer, type Payer } from "./owner.js";

export interface MakeOptions {
  readonly query: Query;
  readonly execute: Execute;
  readonly reader: OperationReader;
  readonly log: Log;
  /** Setting WEBHOOK_BODY_LIMIT_BYTES. */
  readonly maxBodyBytes: number;
  /** The meter that executions are charged to. Default none. */
  readonly meterOf?: (caller: Caller) => Meter;
}

export interface Follower extends Owner {
  readonly id: number;
  readonly subscription: string;
}

/** A follower with its parsed subscription. */
export interface Following {
  readonly follower: Follower;
  readonly operation: LiveOperation;
  readonly group: Group;
  /** Charged for its executions. */
  readonly meter: Meter;
}

export interface Made {
  readonly webhookId: number;
  readonly ownerId: number;
  readonly event: PublicEvent;
  readonly body: string;
  /** Size of the executed body, sent or not. */
  readonly bytes: number;
  /** Reason why it is not sent; null if it is. */
  readonly refusal: string | null;
  /** Users that the body shows data of. */
  readonly userIds: readonly number[];
}

/**
 * Webhooks with the current rights of their owners: in any state, or active ones, optionally at one position of the
 * log.
 */
export async function readFollowers(
  query: Query,
  ids: readonly number[],
  { isActive, position = null }: { readonly isActive: boolean; readonly position?: number | null },
): Promise<Follower[]> {
  const text = `SELECT w.id, w.owner_id AS "ownerId", u.role, w.subscription, w.api_key_id AS "apiKeyId",
      (SELECT to_json(k.scopes) FROM api_keys AS k WHERE k.id = w.api_key_id) AS "keyScopes",
      ${viewerColumns("u")} FROM webhooks AS w
    JOIN users AS u ON u.id = w.owner_id
    WHERE (w.state = 'ACTIVE' OR NOT $3::bool) AND ($1::int8 IS NULL OR w.position = $1) AND w.id = ANY($2::int8[])
    ORDER BY w.id`;
  return query<Follower>(text, [position, ids, isActive]);
}

/** Owners are read with each batch of events, so their visibility is current. */
export const asRead = { now: (viewer: Viewer) => viewer, blockedBy: ({ blockedIds }: ViewerColumns) => blockedIds };

export function followersInGroups(options: MakeOptions, followers: readonly Follower[]): Following[] {
  const { execute, reader, log } = options;
  const groups = new Map<string, Group>();
  return followers.flatMap((follower) => {
    try {
      const operation = reader.read({ query: follower.subscription }, ownerAsViewer(follower));
      const group = groups.get(operation.groupKey) ?? new Group(operation, execute, asRead, log);
      groups.set(operation.groupKey, group);
      return [{ follower, operation, group, meter: meterFor(options, follower) }];
    } catch (error) {
      // Valid when it was stored, but the owner lost a role or the schema changed since.
      log.warn(
        { component: "webhooks", webhookId: follower.id, reason: reasonOf(error) },
        "webhook subscription is no longer valid",
      );
      return [];
    }
  });
}

export function meterFor({ meterOf = () => unmetered }: MakeOptions, payer: Payer): Meter {
  return meterOf(callerOf(payer));
}

/**
 * Webhooks whose subscription matches an event and whose owner may see it. One execution per group, except for owners
 * who block a user in the event. Charges them for the execution in equal parts.
 */
export async function makeOne(
  { maxBodyBytes }: MakeOptions,
  event: PublicEvent,
  all: readonly Following[],
  reads: LiveReads,
): Promise<Made[]> {
  const topics = topicsOf(event.data);
  const results = new Map<Group, Promise<ExecutedEvent>>();
  const payers = new Map<Group, Meter[]>();
  const making = all.map(async ({ follower, operation, group, meter }): Promise<Made[]> => {
    if (!topics.some((topic) => operation.topics.includes(topic))) return [];
    const owner = ownerAsViewer(follower);
    if (!(await maySee(owner, event.data, reads.all))) return [];
    const result = results.get(group) ?? group.execute(event, reads);
    results.set(group, result);
    payers.set(group, [...(payers.get(group) ?? []), meter]);
    const executed = await result;
    const theirs = await group.forViewer(owner, event, executed, reads);
    if (theirs === undefined) return [];
    if (theirs !== executed) meter.record(operation.cost);
    const { id: webhookId, ownerId } = follower;
    return [{ webhookId, ownerId, event, ...contentOf(event, theirs, maxBodyBytes) }];
  });
  const made = (await Promise.all(making)).flat();
  for (const [{ operation }, meters] of payers) share(operation.cost, meters);
  return made;
}

/** `{ type, timestamp, data }` (Standard Webhooks, "Payload structure"); the result is JSON already. */
function contentOf(
  event: PublicEvent,
  { payload: { json }, mentionedUserIds, tooLarge }: ExecutedEvent,
  maxBodyBytes: number,
): Pick<Made, "body" | "bytes" | "refusal" | "userIds"> {
  const head = JSON.stringify({ type: payloadType(event.data.type), timestamp: event.occurredAt });
  if (tooLarge !== undefined) {
    const { limit } = tooLarge.extensions;
    const refusal = `${tooLarge.message} It was not sent.`;
    return { body: head, bytes: typeof limit === "number" ? limit : maxBodyBytes, refusal, userIds: [] };
  }
  const bytes = head.length + Buffer.byteLength(json);
  if (bytes <= maxBodyBytes)
    return { body: `${head.slice(0, -1)},${json.slice(1)}`, bytes, refusal: null, userIds: [...mentionedUserIds] };
  const refusal = `the body must be at most ${maxBodyBytes} bytes (WEBHOOK_BODY_LIMIT_BYTES), got ${bytes}: it was not sent`;
  return { body: head, bytes, refusal, userIds: [] };
}

/** `PostCreated` → `post.created`. */
export function payloadType(type: string): string {
  return type.replace(/(?<=[a-z])(?=[A-Z])/g, ".").toLowerCase();
}

const eventTypes = new Map(Object.values(publicEventTypes).map((type) => [payloadType(type), type]));

/** `post.created` → `PostCreated`; undefined for an unknown type. */
export function eventTypeOf(type: string): PublicEventType | undefined {
  return eventTypes.get(type);
}
