/** A request's id: the caller's `X-Request-Id` if it is harmless to repeat, else a new one. Pure but for the new one. */
import { randomUUID } from "node:crypto";

export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[\w.-]{1,128}$/.test(header) ? header : randomUUID();
}
