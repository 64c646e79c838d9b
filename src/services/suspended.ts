/** The refusal returned when a suspended account signs in. Pure. */
import { type UserError, userError } from "./outcome.js";

/** Undefined if the user is not suspended. Call it only after the credentials were verified. */
export function suspendedError(suspendedUntil: Date | null, now: Date): UserError | undefined {
  if (suspendedUntil === null || suspendedUntil <= now) return undefined;
  return userError("SUSPENDED", null, `The account is suspended until ${suspendedUntil.toISOString()}.`);
}
