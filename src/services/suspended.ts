/** The refusal returned when a suspended account signs in. Pure. */
import { type UserError, userError } from "./outcome.js";

/** Why somebody who has proved who they are gets no session; undefined when they do. */
export function suspendedError(suspendedUntil: Date | null, now: Date): UserError | undefined {
  if (suspendedUntil === null || suspendedUntil <= now) return undefined;
  return userError("SUSPENDED", null, `The account is suspended until ${suspendedUntil.toISOString()}.`);
}
