/** Retry policy: effect of an attempt on its delivery and webhook. */
import { describe, expect, it } from "vitest";
import { decide, defaultTimes, type EndpointHealth, type RetryDecision } from "../../src/webhooks/retry-policy.js";

const start = new Date("2026-01-01T00:00:00.000Z");
const well: EndpointHealth = { failingSince: null, timeouts: 0, circuitOpenUntil: null };
const later = (ms: number) => new Date(start.getTime() + ms);
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

interface Given {
  readonly status?: number | null;
  readonly isTimeout?: boolean;
  readonly retryAfter?: string;
  readonly before?: number;
  readonly health?: EndpointHealth;
  readonly now?: Date;
  readonly random?: number;
}

function judged({
  status = 500,
  isTimeout = false,
  retryAfter,
  before = 0,
  health = well,
  now = start,
  random = 0.5,
}: Given): RetryDecision {
  const chance = { now, random: () => random, times: defaultTimes };
  return decide({ status, isTimeout, retryAfter }, before, health, chance);
}

it("waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, then gives up", () => {
  const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
  for (const [before, waitMs] of waits.entries())
    expect(judged({ before })).toMatchObject({ state: "WAITING", dueAt: later(waitMs) });
  expect(judged({ before: waits.length })).toMatchObject({ state: "DEAD", disable: null });
});

it("is up to a tenth early or late, by chance", () => {
  expect(judged({ before: 1, random: 0 }).dueAt).toEqual(later(4.5 * minute));
  expect(judged({ before: 1, random: 0.999_999_9 }).dueAt).toEqual(later(5.5 * minute));
});

it.each([200, 201, 204, 299])("takes %i for success, and forgets what went wrong before", (status) => {
  const health = { failingSince: start, timeouts: 7, circuitOpenUntil: later(hour) };
  expect(judged({ status, health })).toEqual({ state: "DELIVERED", dueAt: start, health: well, disable: null });
});

it.each([100, 199, 300, 301, 302, 307, 400, 401, 404, 429, 500, 503, null])("takes %s for failure", (status) => {
  expect(judged({ status })).toMatchObject({ state: "WAITING", health: { failingSince: start }, disable: null });
});

it("gives up a delivery and its webhook at once when the receiver says 410", () => {
  expect(judged({ status: 410 })).toMatchObject({ state: "DEAD", disable: "GONE" });
});

describe("retry-after", () => {
  it("is honoured in seconds and as a date, when it is later than the schedule", () => {
    expect(judged({ status: 429, retryAfter: "120" }).dueAt).toEqual(later(2 * minute));
    expect(judged({ status: 503, retryAfter: "Thu, 01 Jan 2026 01:00:00 GMT" }).dueAt).toEqual(later(hour));
    expect(judged({ status: 503, retryAfter: "1" }).dueAt).toEqual(later(5 * second));
  });

  it.each(["soon", "-5", "", "1e9", "Thu, 01 Jan 1970 00:00:00 GMT"])("is ignored when it is %j", (retryAfter) => {
    expect(judged({ retryAfter }).dueAt).toEqual(later(5 * second));
  });

  it("is a day at most", () => {
    expect(judged({ retryAfter: "9999999999" }).dueAt).toEqual(later(24 * hour));
  });
});

it("disables an endpoint of which no attempt has succeeded for 5 days", () => {
  const health = { ...well, failingSince: start };
  expect(judged({ health, now: later(120 * hour - 1) }).disable).toBeNull();
  expect(judged({ health, now: later(120 * hour) })).toMatchObject({
    disable: "FAILING",
    health: { failingSince: start },
  });
});

it("spares an endpoint that times out three times in a row: for 1 min, doubling up to 1 h", () => {
  const circuitOpen = (timeouts: number) =>
    judged({ status: null, isTimeout: true, health: { ...well, timeouts } }).health.circuitOpenUntil;
  expect([0, 1].map(circuitOpen)).toEqual([null, null]);
  expect([2, 3, 4, 7, 8, 50].map(circuitOpen)).toEqual([1, 2, 4, 32, 60, 60].map((minutes) => later(minutes * minute)));
  expect(judged({ health: { ...well, timeouts: 9 } }).health).toMatchObject({ timeouts: 0, circuitOpenUntil: null });
});
