/**
 * Stores deliveries and the new positions of their webhooks in one statement, so that a crash neither loses nor repeats
 * an event. Statements are limited in bytes; the rows of a webhook are never split.
 */
import type { Query } from "../db/database.js";
import { eventIdOf, type PublicEvent } from "../events/event.js";
import { usersIn } from "../events/event-log.js";
import { type Made, payloadType } from "./build-payload.js";

/** New position of a webhook, with the deliveries up to it. */
export interface Step {
  readonly webhookId: number;
  readonly to: number;
  readonly made: readonly Made[];
}

/** Maximum bytes of the bodies of one statement, unless a single body is larger. */
export const maxStatementBytes = 4_194_304;

/** Groups steps into statements. A body shared by several deliveries counts once. */
export function inStatements(steps: readonly Step[], maxBytes = maxStatementBytes): Step[][] {
  const statements: Step[][] = [];
  let bodies = new Set<string>();
  let bytes = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    const theirs = new Set(step.made.map(({ body }) => body));
    const added = [...theirs].filter((body) => !bodies.has(body)).reduce((sum, body) => sum + sizeOf(body), 0);
    if (bytes + added > maxBytes) {
      statements.push([]);
      bodies = new Set();
      bytes = 0;
    }
    for (const body of theirs) if (!bodies.has(body)) bytes += sizeOf(body);
    for (const body of theirs) bodies.add(body);
    statements.at(-1)?.push(step);
  }
  return statements;
}

const sizeOf = (body: string) => Buffer.byteLength(body);

/**
 * Returns the ids of the webhooks that were moved. A webhook that its owner moved meanwhile is unchanged, and its rows
 * are not written. An existing row is sent again (`replayWebhook`). If a user in a body has deleted their account
 * (locked, because they may be doing so), nothing is moved, and the next round executes the events again. `asOf` is a
 * head of the log from before the bodies were executed.
 */
export async function store(
  query: Query,
  { from, asOf }: { readonly from: number; readonly asOf: number },
  steps: readonly Step[],
  now: Date,
): Promise<number[]> {
  const made = steps.flatMap((step) => step.made);
  const bodies = [...new Set(made.map(({ body }) => body))];
  const indexOf = new Map(bodies.map((body, index) => [body, index + 1]));
  const userIds = [...new Set(made.flatMap((each) => [...each.userIds, ...usersHeld(each.event)]))];
  const ofBodies = new Map(made.map((each) => [each.body, `{${each.userIds.join()}}`]));
  const moved = await query<{ id: number }>(storeText, [
    steps.map(({ webhookId }) => webhookId),
    from,
    steps.map(({ to }) => to),
    made.map(({ webhookId }) => webhookId),
    made.map(({ event }) => event.position),
    made.map(({ event }) => eventIdOf(event)),
    made.map(({ event }) => payloadType(event.data.type)),
    bodies,
    now.toISOString(),
    made.map(({ body }) => indexOf.get(body) ?? 0),
    userIds,
    bodies.map((body) => ofBodies.get(body) ?? "{}"),
    made.map(({ refusal }) => refusal),
    made.map(({ event }) => dataHeld(event)),
    made.map(({ event }) => event.occurredAt),
    asOf,
  ]);
  return moved.map(({ id }) => id);
}

/** Larger event data is not copied into each delivery but read from the log. */
const maxDataCharacters = 1_000;

/** Event data stored in its deliveries, as JSON; null if it is large. */
function dataHeld({ data: { type: _, ...data } }: PublicEvent): string | null {
  const json = JSON.stringify(data);
  return json.length <= maxDataCharacters ? json : null;
}

/** Users in the event data. `UserDeleted` has none: its id no longer refers to anyone. */
function usersHeld({ data }: PublicEvent): number[] {
  return data.type === "UserDeleted" ? [] : usersIn(data);
}

const storeText = `WITH mentioned AS (
    SELECT id FROM users WHERE id = ANY($11::int8[]) ORDER BY id FOR KEY SHARE
  ), moved AS (
    UPDATE webhooks AS w SET position = s.position, fill_tries = 0, filling_since = NULL
    FROM unnest($1::int8[], $3::int8[]) AS s(id, position)
    WHERE w.id = s.id AND w.position = $2 AND w.state = 'ACTIVE'
      AND (SELECT count(*) FROM mentioned) = cardinality($11::int8[]) RETURNING w.id
  ), new AS (
    SELECT n.* FROM unnest($4::int8[], $5::int8[], $6::text[], $7::text[], $10::int4[], $13::text[], $14::text[], $15::text[])
      AS n(webhook_id, position, event_id, type, body, refusal, event_data, occurred_at)
    JOIN moved ON moved.id = n.webhook_id
  ), written AS (
    INSERT INTO webhook_deliveries (webhook_id, position, event_id, type, body, user_ids, state, due_at, created_at, as_of,
      event_data, occurred_at)
    SELECT n.webhook_id, n.position, n.event_id, n.type, ($8::text[])[n.body], (($12::text[])[n.body])::int8[],
      (CASE WHEN n.refusal IS NULL THEN 'WAITING' ELSE 'DEAD' END)::"WebhookDeliveryState", $9::timestamptz, $9::timestamptz, $16,
      n.event_data::jsonb, n.occurred_at::timestamptz
    FROM new AS n ORDER BY n.position, n.webhook_id
    ON CONFLICT (webhook_id, position) DO UPDATE SET body = excluded.body, user_ids = excluded.user_ids,
      state = excluded.state, attempt_count = 0, due_at = excluded.due_at, as_of = excluded.as_of,
      execution_tries = 0, event_data = excluded.event_data, occurred_at = excluded.occurred_at
    RETURNING id, webhook_id, position
  ), refused AS (
    INSERT INTO webhook_attempts (delivery_id, status, error, duration_ms, response_excerpt, created_at)
    SELECT w.id, NULL, n.refusal, 0, '', $9::timestamptz
    FROM written AS w JOIN new AS n USING (webhook_id, position) WHERE n.refusal IS NOT NULL
  )
  SELECT id FROM moved`;
