/** Retry policy: the effect of an attempt on its delivery and its webhook. Pure. */
import type { Attempt } from "./sender.js";

/** Durations of the retry policy; tests scale them. */
export interface Times {
  /** Waits before the second and later attempts; after the last one the delivery is dead. */
  readonly retryWaitsMs: readonly number[];
  /** An endpoint that fails for this long is disabled. */
  readonly disableAfterMs: number;
  /** The first pause of the circuit breaker; it doubles with each further time-out. */
  readonly circuitOpenMs: number;
  readonly maxCircuitOpenMs: number;
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

export const defaultTimes: Times = {
  retryWaitsMs: [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
  disableAfterMs: 120 * hour,
  circuitOpenMs: minute,
  maxCircuitOpenMs: hour,
};

/**
 * Jitter: share by which waits are shortened or extended, so that deliveries that failed together are not retried
 * together.
 */
const jitterShare = 0.1;
const maxRetryAfterMs = 24 * hour;
/** Consecutive time-outs that open the circuit breaker. */
const timeoutsInARow = 3;

/** Recent health of an endpoint. */
export interface EndpointHealth {
  readonly failingSince: Date | null;
  readonly timeouts: number;
  readonly circuitOpenUntil: Date | null;
}

export interface RetryDecision {
  readonly state: "WAITING" | "DELIVERED" | "DEAD";
  /** Due time of the next attempt, if any. */
  readonly dueAt: Date;
  readonly health: EndpointHealth;
  readonly disable: "GONE" | "FAILING" | null;
}

/** `attemptsBefore` does not count this one. `random` is from 0 to 1. */
export function decide(
  attempt: Pick<Attempt, "status" | "isTimeout" | "retryAfter">,
  attemptsBefore: number,
  health: EndpointHealth,
  { now, random, times }: { readonly now: Date; readonly random: () => number; readonly times: Times },
): RetryDecision {
  const { status } = attempt;
  if (status !== null && status >= 200 && status < 300) {
    const recovered = { failingSince: null, timeouts: 0, circuitOpenUntil: null };
    return { state: "DELIVERED", dueAt: now, health: recovered, disable: null };
  }
  const failingSince = health.failingSince ?? now;
  const timeouts = attempt.isTimeout ? health.timeouts + 1 : 0;
  const next = { failingSince, timeouts, circuitOpenUntil: circuitOpenUntil(timeouts, now, times) };
  const isGone = status === 410;
  const waitMs = times.retryWaitsMs[attemptsBefore];
  const failedMs = now.getTime() - failingSince.getTime();
  return {
    state: isGone || waitMs === undefined ? "DEAD" : "WAITING",
    dueAt: new Date(now.getTime() + Math.max(jittered(waitMs ?? 0, random), retryAfterMs(attempt.retryAfter, now))),
    health: next,
    disable: isGone ? "GONE" : failedMs >= times.disableAfterMs ? "FAILING" : null,
  };
}

function jittered(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (1 - jitterShare + 2 * jitterShare * random()));
}

/** Circuit breaker: after the pause one attempt tests the endpoint. */
function circuitOpenUntil(timeouts: number, now: Date, { circuitOpenMs, maxCircuitOpenMs }: Times): Date | null {
  if (timeouts < timeoutsInARow) return null;
  return new Date(now.getTime() + Math.min(circuitOpenMs * 2 ** (timeouts - timeoutsInARow), maxCircuitOpenMs));
}

/** Seconds or a date (RFC 9110, section 10.2.3). Invalid values are ignored, long waits are capped. */
function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  const ms = /^\d{1,10}$/.test(header) ? Number(header) * second : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), maxRetryAfterMs);
}
