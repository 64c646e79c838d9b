/**
 * Queue of webhooks with due deliveries. One worker at a time claims a webhook, which keeps its deliveries in order.
 * Claims use `FOR UPDATE SKIP LOCKED` and a lease in database time, so webhooks of a dead worker are taken over when
 * its lease ends.
 */
import { keyIsGood } from "../auth/key-is-good.js";
import { notSuspended } from "../auth/viewer-columns.js";
import type { Query } from "../db/database.js";
import { withdrawingTypes } from "../events/event.js";
import { coalesce } from "./coalesce.js";
import { type Payer, payerColumns } from "./owner.js";
import type { StoredEvent } from "./rebuild-payload.js";
import type { EndpointHealth, RetryDecision } from "./retry-policy.js";
import type { Attempt } from "./sender.js";

/** A claimed webhook, with the columns that delivery needs. */
export interface ClaimedWebhook extends Payer {
  readonly id: number;
  readonly url: string;
  /** Sealed. */
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: string | null;
  readonly failingSince: string | null;
  readonly timeouts: number;
}

export interface DueDelivery {
  readonly id: number;
  readonly eventId: string;
}

/** A delivery and its webhook, read just before an attempt. */
export interface ReadyDelivery {
  readonly webhook: ClaimedWebhook;
  readonly delivery: StoredDelivery;
}

export interface StoredDelivery extends DueDelivery, StoredEvent {
  readonly webhookId: number;
  readonly state: "WAITING" | "DELIVERED" | "DEAD";
  readonly body: string;
  readonly attemptCount: number;
  /** RFC 3339. */
  readonly dueAt: string;
  /** Consecutive process crashes while the event was executed again. */
  readonly executionTries: number;
  /**
   * Whether the stored body is up to date: executed less than `freshSeconds` ago, and no content was withdrawn since.
   */
  readonly isFresh: boolean;
}

/** A newly claimed webhook with its first due deliveries, in log order. */
export interface WebhookWithDue {
  readonly webhook: ClaimedWebhook;
  readonly due: readonly DueDelivery[];
}

export interface DeliveryQueue {
  /** Claims at most `most` free webhooks: the first of each owner before the second of any. */
  claim(most: number, now: Date): Promise<WebhookWithDue[]>;
  /** Renews the leases of this worker. Returns the active webhooks that it still holds. */
  renewLeases(): Promise<number[]>;
  /** Reads a delivery for an attempt; undefined if this worker lost the claim or the owner lost the right to it. */
  prepare(id: number): Promise<ReadyDelivery | undefined>;
  /** The webhook with its next due delivery; undefined if this worker lost the claim. */
  read(id: number, now: Date): Promise<WebhookWithDue | undefined>;
  release(id: number): Promise<unknown>;
  releaseAll(): Promise<void>;
  record(record: AttemptRecord): Promise<unknown>;
  /** Updates the health of the endpoint, unless the URL, the claim or the state changed meanwhile. */
  recordHealth(webhook: ClaimedWebhook, before: EndpointHealth, after: EndpointHealth): Promise<void>;
}

/** An attempt and its effect on the delivery. */
export interface AttemptRecord {
  readonly deliveryId: number;
  /** Due time when the delivery was read (RFC 3339). */
  readonly wasDueAt: string;
  readonly attempt: Attempt;
  readonly decision: RetryDecision;
  /** Start of the attempt. */
  readonly at: Date;
}

/** Deliveries of a webhook that are read at once. */
export const deliveriesAtOnce = 20;

const claimedColumns = `w.id, w.url, w.secret, w.previous_secret AS "previousSecret",
  w.previous_secret_until AS "previousSecretUntil", w.failing_since AS "failingSince", w.timeouts, ${payerColumns("w")}`;

/** Whether the owner is not suspended, and its API key, if any, is valid. */
function mayBeSent(alias: string, now: string): string {
  return `EXISTS (SELECT FROM users AS u WHERE u.id = ${alias}.owner_id AND ${notSuspended("u", now)})
    AND ${keyIsGood(alias, now)}`;
}

/** Maximum age of a stored body, by its due time; an older one is executed again. */
const freshSeconds = 5;
/** Maximum events to search for one that changes visibility; beyond it, the body is executed again. */
const maxLater = 1_000;

/**
 * SQL condition: since delivery `d` was executed, no content was withdrawn and webhook `w` was not changed. `$4` are the
 * event types that withdraw content; events without a number yet count too.
 */
const nothingWithdrawn = `d.as_of > w.changed_as_of
    AND (SELECT h.position FROM event_head AS h) - d.as_of <= ${maxLater}
    AND NOT EXISTS (SELECT FROM (SELECT e.type FROM events AS e WHERE e.position > d.as_of ORDER BY e.position
      LIMIT ${maxLater}) AS later WHERE later.type = ANY($4::text[]))
    AND NOT EXISTS (SELECT FROM events AS e WHERE e.position IS NULL AND e.type = ANY($4::text[]))`;

/** `workerId` is a UUID. */
export function createDeliveryQueue(query: Query, workerId: string, leaseMs: number, clock: () => Date): DeliveryQueue {
  const seconds = leaseMs / 1_000;
  const lease = "now() + make_interval(secs => $1::float8)";

  /**
   * Due deliveries of each webhook, in log order: new ones are due from their creation. The order is that of an index,
   * so the cost does not depend on the backlog.
   */
  async function withDue(webhooks: readonly ClaimedWebhook[], now: Date): Promise<WebhookWithDue[]> {
    const text = `SELECT d.webhook_id AS "webhookId", d.id, d.event_id AS "eventId" FROM unnest($1::int8[]) AS claimed(id) CROSS JOIN LATERAL (
        SELECT * FROM webhook_deliveries AS d
        WHERE d.webhook_id = claimed.id AND d.state = 'WAITING' AND d.due_at <= $2::timestamptz
        ORDER BY d.due_at, d.position LIMIT ${deliveriesAtOnce}
      ) AS d ORDER BY d.due_at, d.position`;
    if (webhooks.length === 0) return [];
    const ids = webhooks.map(({ id }) => id);
    const rows = await query<DueDelivery & { webhookId: number }>(text, [ids, now.toISOString()]);
    return webhooks.map((webhook) => ({ webhook, due: rows.filter(({ webhookId }) => webhookId === webhook.id) }));
  }

  async function prepareAll(ids: readonly number[]): Promise<(ReadyDelivery | undefined)[]> {
    const text = `SELECT ${claimedColumns}, d.id AS "deliveryId", d.event_id AS "eventId", d.state, d.body, d.position, d.type,
        d.due_at AS "dueAt", d.attempt_count AS "attemptCount", d.execution_tries AS "executionTries",
        d.event_data AS "eventData", d.occurred_at AS "occurredAt",
        d.attempt_count = 0 AND d.due_at > $3::timestamptz - interval '${freshSeconds} seconds'
          AND ${nothingWithdrawn} AS "isFresh"
      FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
      WHERE d.id = ANY($1::int8[]) AND w.leased_by = $2::uuid AND w.state = 'ACTIVE' AND ${mayBeSent("w", "$3")}`;
    const rows = await query<ClaimedWebhook & Omit<StoredDelivery, "webhookId"> & { deliveryId: number }>(text, [
      ids,
      workerId,
      clock().toISOString(),
      withdrawingTypes,
    ]);
    const byId = new Map(rows.map((row) => [row.deliveryId, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      return row && { webhook: row, delivery: { ...row, id, webhookId: row.id } };
    });
  }

  return {
    prepare: coalesce(prepareAll),
    async claim(most, now) {
      const text = `WITH free AS (
          SELECT f.id FROM webhooks AS f JOIN (
            SELECT w.id, row_number() OVER (PARTITION BY w.owner_id ORDER BY w.id) + (SELECT count(*) FROM webhooks AS o
              WHERE o.owner_id = w.owner_id AND o.leased_until >= now()) AS turn
            FROM webhooks AS w WHERE w.state = 'ACTIVE' AND (w.leased_until IS NULL OR w.leased_until < now())
              AND (w.spared_until IS NULL OR w.spared_until <= $3::timestamptz) AND ${mayBeSent("w", "$3")}
              AND EXISTS (SELECT FROM webhook_deliveries AS d
                WHERE d.webhook_id = w.id AND d.state = 'WAITING' AND d.due_at <= $3::timestamptz)
          ) AS t ON t.id = f.id
          WHERE f.state = 'ACTIVE' AND (f.leased_until IS NULL OR f.leased_until < now())
          ORDER BY t.turn, f.id LIMIT $4 FOR UPDATE OF f SKIP LOCKED
        )
        UPDATE webhooks AS w SET leased_by = $2::uuid, leased_until = ${lease}
        FROM free WHERE w.id = free.id RETURNING ${claimedColumns}`;
      return withDue(await query<ClaimedWebhook>(text, [seconds, workerId, now.toISOString(), most]), now);
    },
    async renewLeases() {
      const text = `UPDATE webhooks SET leased_until = ${lease}
        WHERE leased_by = $2::uuid AND state = 'ACTIVE' RETURNING id`;
      return (await query<{ id: number }>(text, [seconds, workerId])).map(({ id }) => id);
    },
    async read(id, now) {
      const text = `SELECT ${claimedColumns} FROM webhooks AS w
        WHERE w.id = $1 AND w.leased_by = $2::uuid AND w.state = 'ACTIVE' AND ${mayBeSent("w", "$3")}`;
      const [claimed] = await withDue(await query<ClaimedWebhook>(text, [id, workerId, now.toISOString()]), now);
      return claimed;
    },
    release: coalesce(async (ids: readonly number[]) => {
      const text = `UPDATE webhooks SET leased_by = NULL, leased_until = NULL
        WHERE id = ANY($1::int8[]) AND leased_by = $2::uuid`;
      await query(text, [ids, workerId]);
      return [];
    }),
    async releaseAll() {
      await query("UPDATE webhooks SET leased_by = NULL, leased_until = NULL WHERE leased_by = $1::uuid", [workerId]);
    },
    record: coalesce(async (records: readonly AttemptRecord[]) => {
      await recordAttempts(query, records);
      return [];
    }),
    async recordHealth({ id, url }, before, { failingSince, timeouts, circuitOpenUntil }) {
      const text = `UPDATE webhooks SET failing_since = $2::timestamptz, timeouts = $3, spared_until = $4::timestamptz
        WHERE id = $1 AND url = $5 AND leased_by = $6::uuid AND failing_since IS NOT DISTINCT FROM $7::timestamptz`;
      const [since, until] = [failingSince?.toISOString() ?? null, circuitOpenUntil?.toISOString() ?? null];
      await query(text, [id, since, timeouts, until, url, workerId, before.failingSince?.toISOString() ?? null]);
    },
  };
}

/**
 * Records attempts. A delivery that was delivered meanwhile stays delivered; attempts of a deleted one are dropped. A
 * delivery that was requested again meanwhile (`redeliver`, `replayWebhook`) stays due unless this attempt succeeded.
 */
async function recordAttempts(query: Query, records: readonly AttemptRecord[]): Promise<void> {
  const text = `WITH recorded AS (
      SELECT * FROM unnest($1::int8[], $2::text[]::int4[], $3::text[], $4::int4[], $5::text[], $6::text[]::timestamptz[],
        $7::text[]::"WebhookDeliveryState"[], $8::text[]::timestamptz[], $9::text[]::timestamptz[])
        AS t(id, status, error, duration_ms, excerpt, at, state, due_at, was_due_at)
    ), made AS (
      INSERT INTO webhook_attempts (delivery_id, status, error, duration_ms, response_excerpt, created_at)
      SELECT d.id, a.status, a.error, a.duration_ms, a.excerpt, a.at FROM recorded AS a JOIN webhook_deliveries AS d USING (id)
    )
    UPDATE webhook_deliveries AS d SET state = a.state, due_at = a.due_at, attempt_count = d.attempt_count + 1
    FROM recorded AS a WHERE d.id = a.id AND d.state = 'WAITING'
      AND (d.due_at = a.was_due_at OR a.state = 'DELIVERED')`;
  await query(text, [
    records.map(({ deliveryId }) => deliveryId),
    records.map(({ attempt }) => (attempt.status === null ? null : String(attempt.status))),
    records.map(({ attempt }) => attempt.error),
    records.map(({ attempt }) => attempt.durationMs),
    records.map(({ attempt }) => attempt.responseExcerpt),
    records.map(({ at }) => at.toISOString()),
    records.map(({ decision }) => decision.state),
    records.map(({ decision }) => decision.dueAt.toISOString()),
    records.map(({ wasDueAt }) => wasDueAt),
  ]);
}

/** Upper bound, because counting takes longest when the backlog is large. */
const maxCounted = 10_000;

/** Number of waiting deliveries, 10,000 at most. */
export async function countDeliveriesWaiting(query: Query): Promise<number> {
  const text = `SELECT count(*) AS count FROM (SELECT FROM webhook_deliveries WHERE state = 'WAITING' LIMIT $1) AS counted`;
  const [row] = await query<{ count: number }>(text, [maxCounted]);
  return row?.count ?? 0;
}
