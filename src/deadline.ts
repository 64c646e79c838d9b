/** Bounds how long a request may take: when its time is over, or its client has gone, what it began is given up. */
import { setMaxListeners } from "node:events";
import { ParleyError } from "./errors.js";

export interface Deadline {
  /** Aborted when the time is over, or when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** More than 0. */
  remainingMs(): number;
}

/** Given what to call when the client goes away before it has its answer; what it returns takes that back. */
export type OnGone = (callback: () => void) => () => void;

export async function withDeadline<T>(
  timeoutMs: number,
  onGone: OnGone,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // Each statement that runs has a listener; more than ten is no leak.
  setMaxListeners(0, controller.signal);
  const began = performance.now();
  const timer = setTimeout(() => controller.abort(new ParleyError("DEADLINE_EXCEEDED", tooLong(timeoutMs))), timeoutMs);
  const stay = onGone(() => controller.abort(new ParleyError("CANCELLED", "The client has gone.")));
  try {
    return await work({
      signal: controller.signal,
      remainingMs: () => Math.max(1, Math.ceil(timeoutMs - (performance.now() - began))),
    });
  } finally {
    clearTimeout(timer);
    stay();
  }
}

function tooLong(timeoutMs: number): string {
  return `The request took longer than ${timeoutMs} ms, and was given up.`;
}
