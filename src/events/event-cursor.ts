/** Event cursors: log id and position in one opaque text. Pure. */
import { ParleyError } from "../errors.js";
import type { LogBounds } from "./event-log.js";

export function toEventCursor(logId: string, position: number): string {
  return Buffer.from(`events|${logId}|${position}`).toString("base64url");
}

/**
 * The position a cursor names. Throws BAD_CURSOR for one that is malformed, of another log or of the future, and
 * CURSOR_EXPIRED for one whose next event may have been pruned.
 */
export function parseEventCursor(text: string, { logId, floor, head }: LogBounds): number {
  const [name, log, digits = "", ...rest] = Buffer.from(text, "base64url").toString("latin1").split("|");
  const position = Number(digits);
  const isWellFormed = name === "events" && /^\d{1,15}$/.test(digits) && rest.length === 0;
  if (!isWellFormed || toEventCursor(log ?? "", position) !== text) {
    throw new ParleyError("BAD_CURSOR", "after must be the cursor of an event from this server");
  }
  if (log !== logId)
    throw new ParleyError("BAD_CURSOR", "after is a cursor of another event log: subscribe without it");
  if (position > head) throw new ParleyError("BAD_CURSOR", "after is a cursor of an event that has not happened yet");
  if (position < floor) {
    throw new ParleyError(
      "CURSOR_EXPIRED",
      "after is older than the event log (EVENT_RETENTION_HOURS): reload, then subscribe again",
    );
  }
  return position;
}
