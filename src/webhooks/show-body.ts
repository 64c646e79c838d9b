/**
 * Delivery bodies for display: executed again with the rights that the viewer shares with the webhook, since the stored
 * body may no longer be allowed. Each is charged the cost of the subscription, so a page of them is no cheaper than
 * executing it.
 */
import type { Viewer } from "../auth/viewer.js";
import type { Query } from "../db/database.js";
import { isUnavailable } from "../db/retry-while-unavailable.js";
import { ParleyError, reasonOf } from "../errors.js";
import type { PublicEvent } from "../events/event.js";
import { unmetered } from "../rate-limit/meter.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import type { BodyReader, ShownBody } from "../services/webhooks.js";
import { LiveReads } from "../subscriptions/event-loaders.js";
import { Group } from "../subscriptions/group.js";
import { asRead, type Following, type MakeOptions, makeOne, readFollowers } from "./build-payload.js";
import { asAskedBy, ownerAsViewer } from "./owner.js";
import { publicEventsOf, type StoredEvent } from "./rebuild-payload.js";
import { maxStatementBytes } from "./store.js";

export interface ShowOptions extends MakeOptions {
  readonly limiter: Pick<RateLimiter, "charge">;
  /** Setting COST_LIMIT: maximum cost of all bodies of one request, in points. */
  readonly maxCost: number;
}

interface Row extends StoredEvent {
  readonly id: number;
  readonly webhookId: number;
  /** Body of a test delivery; null for a delivery of an event. */
  readonly testBody: string | null;
}

/** Maximum concurrent executions. */
const atOnce = 10;
/** Maximum bytes of all bodies of one request; further bodies are withheld. */
const maxBytes = maxStatementBytes;

const withheld = (reason: ShownBody["withheld"]): ShownBody => ({ body: "{}", withheld: reason });

/** Reads bodies for one request; their costs and bytes are added up over the request. */
export function openBodyReader(options: ShowOptions, viewer: Viewer): BodyReader {
  let points = 0;
  let bytes = 0;

  /** Whether bodies of this total cost in points may be executed. */
  async function pay(cost: number): Promise<boolean> {
    if (points + cost > options.maxCost) return false;
    points += cost;
    try {
      await options.limiter.charge({ viewer, address: "" }, cost);
      return true;
    } catch (error) {
      if (error instanceof ParleyError && error.code === "RATE_LIMITED") return false;
      throw error;
    }
  }

  async function show(following: Following, event: PublicEvent, reads: LiveReads): Promise<ShownBody> {
    if (bytes > maxBytes) return withheld("LIMITED");
    try {
      const [made] = await makeOne(options, event, [following], reads);
      if (made === undefined) return withheld("NOT_VISIBLE");
      bytes += made.bytes;
      return made.refusal === null ? { body: made.body, withheld: null } : withheld("TOO_LARGE");
    } catch (error) {
      if (isUnavailable(error)) throw error;
      options.log.warn({ component: "webhooks", reason: reasonOf(error) }, "cannot execute event to show a delivery");
      return withheld("FAILED");
    }
  }

  return async (ids) => {
    const { query } = options;
    const rows = await readRows(query, viewer, ids);
    const followings = await readFollowings(options, viewer, rows);
    const events = await publicEventsOf(query, rows);
    const reads = new LiveReads(query);
    const shown = new Map<number, ShownBody>();
    const due: (() => Promise<void>)[] = [];
    for (const [index, { id, webhookId, testBody }] of rows.entries()) {
      const [event, following] = [events[index], followings.get(webhookId)];
      if (testBody !== null) shown.set(id, { body: testBody, withheld: null });
      else if (following === undefined) shown.set(id, withheld("NOT_VISIBLE"));
      else if (event === undefined) shown.set(id, withheld("EXPIRED"));
      else if (!(await pay(following.operation.cost))) shown.set(id, withheld("LIMITED"));
      else due.push(async () => void shown.set(id, await show(following, event, reads)));
    }
    for (let from = 0; from < due.length; from += atOnce)
      await Promise.all(due.slice(from, from + atOnce).map((each) => each()));
    return ids.map((id) => shown.get(id) ?? withheld("NOT_VISIBLE"));
  };
}

async function readRows(query: Query, viewer: Viewer, ids: readonly number[]): Promise<Row[]> {
  const text = `SELECT d.id, d.webhook_id AS "webhookId", d.position, d.type, d.event_data AS "eventData",
      d.occurred_at AS "occurredAt", CASE WHEN d.position IS NULL THEN d.body END AS "testBody"
    FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
    WHERE d.id = ANY($1::int8[]) AND w.owner_id = $2`;
  return query<Row>(text, [ids, viewer.id]);
}

/** Leaves out webhooks that the viewer's key lacks a scope for, or whose subscription is no longer valid. */
async function readFollowings(
  { query, reader, execute, log }: ShowOptions,
  viewer: Viewer,
  rows: readonly Row[],
): Promise<ReadonlyMap<number, Following>> {
  const webhookIds = [...new Set(rows.map(({ webhookId }) => webhookId))];
  const followers = (await readFollowers(query, webhookIds, { isActive: false })).map((each) =>
    asAskedBy(each, viewer),
  );
  const followings = followers.flatMap((follower): [number, Following][] => {
    try {
      const operation = reader.read({ query: follower.subscription }, ownerAsViewer(follower));
      return [
        [follower.id, { follower, operation, group: new Group(operation, execute, asRead, log), meter: unmetered }],
      ];
    } catch {
      return [];
    }
  });
  return new Map(followings);
}
