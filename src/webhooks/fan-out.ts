/**
 * Fan-out: creates deliveries from the event log, in rounds in which each owner has a turn. A webhook is marked before
 * its events are executed. If it fails or the process dies, the mark makes it run alone and last from then on; after
 * the third time it is disabled. Other webhooks are not affected.
 */
import { isUnavailable } from "../db/retry-while-unavailable.js";
import { reasonOf } from "../errors.js";
import { isPublic, type PublicEvent } from "../events/event.js";
import { toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEvents } from "../events/event-log.js";
import { LiveReads } from "../subscriptions/event-loaders.js";
import { followersInGroups, type Made, type MakeOptions, makeOne, readFollowers } from "./build-payload.js";
import { type DisableOptions, disable } from "./disable.js";
import { Pauses } from "./fan-out-pauses.js";
import { type Behind, readBehind, type Turn, Turns } from "./fan-out-turns.js";
import { by } from "./group-by.js";
import { inStatements, maxStatementBytes, type Step, store } from "./store.js";

export interface FanOutOptions extends MakeOptions, DisableOptions {
  /** Lifetime of a mark: after it, the worker that set it counts as dead. */
  readonly leaseMs: number;
}

/** Maximum webhooks and events per turn. */
const followersAtOnce = 200;
const eventsAtOnce = 50;
/** Maximum bytes of bodies per turn; beyond it the turn ends after the current event. */
const maxTurnBytes = 4 * maxStatementBytes;
/** Maximum points executed for one webhook before the balance of its payer is checked, unless one event costs more. */
const maxPointsAtOnce = 10_000;
const maxTries = 3;

/**
 * Runs one round; resolves with false when no webhook can proceed. Calls `onFannedOut` after each turn. Throws in an
 * outage.
 */
export function createFanOut(options: FanOutOptions, onFannedOut: () => void): () => Promise<boolean> {
  const { query, log } = options;
  const turns = new Turns();
  const pauses = new Pauses(options);

  async function take(turn: Turn): Promise<void> {
    const marked = await mark(options, turn);
    if (marked.length === 0) return;
    try {
      await fanOutTurn(options, turns, { ...turn, webhooks: marked });
    } catch (error) {
      if (isUnavailable(error)) {
        // An outage is no webhook's fault. If this fails too, the mark ends with the lease.
        await unmark(options, marked, 1);
        throw error;
      }
      log.warn(
        { component: "webhooks", webhooks: marked.map(({ id }) => id), reason: reasonOf(error) },
        "cannot create deliveries",
      );
      await unmark(options, marked, 0);
    }
  }

  return async () => {
    const behind = await readBehind(query, options.now(), options.leaseMs);
    const { floor } = await readBounds(query);
    if (behind.some(({ position }) => position < floor)) await noteGap(options, floor);
    const ended = await endSome(options, behind);
    const sound = behind.filter((webhook) => webhook.position >= floor && !ended.has(webhook));
    const goingOn = await pauses.goingOn(sound);
    for (const turn of turns.round(goingOn)) {
      await take(turn);
      onFannedOut();
    }
    return behind.length - sound.length + goingOn.length > 0;
  };
}

/** Disables webhooks whose API key has ended or that failed too often. */
async function endSome(options: FanOutOptions, behind: readonly Behind[]): Promise<ReadonlySet<Behind>> {
  const lost = behind.filter(({ hasLostKey }) => hasLostKey);
  const failed = behind.filter(({ hasLostKey, fanOutTries }) => !hasLostKey && fanOutTries >= maxTries);
  for (const { id } of lost) await disable(options, { id }, "KEY_ENDED");
  for (const { id } of failed) await disable(options, { id }, "UNFILLABLE");
  return new Set([...lost, ...failed]);
}

/** Webhooks of a turn that no other worker is processing. */
async function mark({ query }: FanOutOptions, { webhooks, position }: Turn): Promise<Behind[]> {
  const some = webhooks.slice(0, followersAtOnce);
  const text = `UPDATE webhooks AS w SET fill_tries = w.fill_tries + 1, filling_since = now()
    FROM unnest($1::int8[], $2::int4[]) AS m(id, tries)
    WHERE w.id = m.id AND w.fill_tries = m.tries AND w.position = $3 AND w.state = 'ACTIVE' RETURNING w.id`;
  const parameters = [some.map(({ id }) => id), some.map(({ fanOutTries }) => fanOutTries), position];
  const marked = new Set((await query<{ id: number }>(text, parameters)).map(({ id }) => id));
  return some.filter(({ id }) => marked.has(id));
}

/** Removes the mark. `forgiven` is 1 if the failure was not the webhooks' own. */
async function unmark({ query }: FanOutOptions, webhooks: readonly Behind[], forgiven: 0 | 1): Promise<void> {
  const text = `UPDATE webhooks SET fill_tries = greatest(fill_tries - $2::int4, 0), filling_since = NULL
    WHERE id = ANY($1::int8[]) AND filling_since IS NOT NULL`;
  await query(text, [webhooks.map(({ id }) => id), forgiven]);
}

/**
 * Unmarks webhooks whose deliveries were not stored. One that its owner moved meanwhile did not fail. One still at
 * `position` did, so that events that can never be stored are not retried forever.
 */
async function unmarkUnwritten({ query }: FanOutOptions, webhooks: readonly Behind[], position: number): Promise<void> {
  const text = `UPDATE webhooks SET fill_tries = greatest(fill_tries - (position <> $2)::int4, 0), filling_since = NULL
    WHERE id = ANY($1::int8[]) AND filling_since IS NOT NULL`;
  await query(text, [webhooks.map(({ id }) => id), position]);
}

async function fanOutTurn(options: FanOutOptions, turns: Turns, turn: Turn): Promise<void> {
  const { query, now } = options;
  const { webhooks, position: from } = turn;
  const { head } = await readBounds(query);
  const events = await readEvents(query, { after: from, upTo: head, most: eventsAtOnce });
  const end = events.length < eventsAtOnce ? head : (events.at(-1)?.position ?? from);
  const { floor, logId } = await readBounds(query);
  const ids = webhooks.map(({ id }) => id);
  // Events were pruned while they were read: the next round finds the gap.
  if (floor > from) return unmark(options, webhooks, 1);
  const withCursor = events
    .filter(isPublic)
    .map((event) => ({ ...event, cursor: toEventCursor(logId, event.position) }) as PublicEvent);
  const { made, to } = await make(options, turn, withCursor, end);
  for (const [ownerId, theirs] of by(made, (each) => each.ownerId)) {
    const bytes = theirs.reduce((sum, each) => sum + each.bytes, 0);
    // The usual amount for a live event is not charged against the share of the owner.
    turns.charge(ownerId, bytes > maxStatementBytes ? bytes : 0);
  }
  const byWebhook = by(made, ({ webhookId }) => webhookId);
  const steps = ids.map((webhookId) => stepOf(webhookId, byWebhook.get(webhookId) ?? [], to));
  const moved = new Set<number>();
  for (const some of inStatements(steps))
    for (const id of await store(query, { from, asOf: head }, some, now())) moved.add(id);
  const left = webhooks.filter(({ id }) => !moved.has(id));
  if (left.length > 0) await unmarkUnwritten(options, left, from);
}

/**
 * Executes events until a limit of bytes or points is reached. Starts with one event, because the size of bodies is not
 * known.
 */
async function make(
  options: FanOutOptions,
  { webhooks, position, isAlone }: Turn,
  events: readonly PublicEvent[],
  end: number,
): Promise<{ made: Made[]; to: number }> {
  const ids = webhooks.map(({ id }) => id);
  const all = followersInGroups(options, await readFollowers(options.query, ids, { isActive: true, position }));
  const maxCost = Math.max(0, ...all.map(({ operation }) => operation.cost));
  const most = isAlone ? 1 : Math.max(1, Math.floor(maxPointsAtOnce / maxCost));
  const made: Made[] = [];
  let bytes = 0;
  let done = 0;
  for (let count = 1; done < events.length; count = Math.min(count * 4, most)) {
    const reads = new LiveReads(options.query);
    const some = events.slice(done, done + count);
    const theirs = (await Promise.all(some.map((event) => makeOne(options, event, all, reads)))).flat();
    made.push(...theirs);
    done += some.length;
    bytes += theirs.reduce((sum, each) => sum + each.bytes, 0);
    if (bytes > maxTurnBytes || all.some(({ meter }) => meter.isEmpty)) break;
  }
  return { made, to: done < events.length ? (events[done - 1]?.position ?? position) : end };
}

/** A webhook whose events do not fit into one statement advances as far as they fit. */
function stepOf(webhookId: number, made: readonly Made[], to: number): Step {
  let bytes = 0;
  const over = made.findIndex(({ body }, index) => {
    bytes += Buffer.byteLength(body);
    return index > 0 && bytes > maxStatementBytes;
  });
  if (over === -1) return { webhookId, to, made };
  const fitting = made.slice(0, over);
  return { webhookId, to: fitting.at(-1)?.event.position ?? to, made: fitting };
}

/** Moves webhooks whose next events have expired to the start of the log, and records the gap. */
async function noteGap({ query, log, now }: FanOutOptions, floor: number): Promise<void> {
  const text = `UPDATE webhooks SET position = $1, gap_at = $2::timestamptz WHERE state = 'ACTIVE' AND position < $1 RETURNING id`;
  const webhooks = await query<{ id: number }>(text, [floor, now().toISOString()]);
  log.warn(
    { component: "webhooks", webhooks: webhooks.map(({ id }) => id) },
    "events expired before their deliveries were created",
  );
}
