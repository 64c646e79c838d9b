/**
 * What a stored delivery may tell by now: its event is executed again, for the owner as they are now. What was deleted,
 * hidden or blocked since, or is no longer for the owner's role or key, is not sent because it once was.
 */
import { isPublic, type PublicEvent } from "../events/event.js";
import { toEventCursor } from "../events/event-cursor.js";
import { readBounds, readEvents } from "../events/event-log.js";
import { LiveReads } from "../live/live-reads.js";
import { followersInGroups, type MakeOptions, makeOne, readFollowers } from "./make.js";

/** What is to be sent instead, or why nothing is. */
export interface Remade {
  readonly body: string;
  readonly userIds: readonly number[];
  readonly refusal: string | null;
}

const withheld = { body: "{}", userIds: [] } as const;

export async function remake(options: MakeOptions, webhookId: number, position: number): Promise<Remade> {
  const { query } = options;
  const { logId } = await readBounds(query);
  const [event] = await readEvents(query, { after: position - 1, upTo: position, most: 1 });
  if (event === undefined || !isPublic(event))
    return {
      ...withheld,
      refusal: "the event has expired from the log, so its visibility cannot be checked: it was not sent",
    };
  const followers = await readFollowers(query, [webhookId], null);
  const withCursor = { ...event, cursor: toEventCursor(logId, position) } as PublicEvent;
  const [made] = await makeOne(options, withCursor, followersInGroups(options, followers), new LiveReads(query));
  return made ?? { ...withheld, refusal: "the owner may not see the event now: it was not sent" };
}

export async function replaceBody({ query }: MakeOptions, id: number, { body, userIds }: Remade): Promise<void> {
  // Of those who deleted their account meanwhile nothing is noted: there is nothing of theirs in it.
  const text = `UPDATE webhook_deliveries SET body = $2, user_ids = ARRAY(SELECT id FROM users WHERE id = ANY($3::int8[]))
    WHERE id = $1`;
  await query(text, [id, body, userIds]);
}
