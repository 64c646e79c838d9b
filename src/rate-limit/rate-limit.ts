/** Rate limits: cost points per minute for each user, API key or visitor address; stricter limits for passwords. */
import { createHash } from "node:crypto";
import type { Viewer } from "../auth/viewer.js";
import type { RateLimits } from "../config/limits.js";
import { type HeaderList, ParleyError } from "../errors.js";
import { addressKey } from "./address-key.js";
import { type Meter, unmetered } from "./meter.js";
import { Meters, type Wait } from "./meters.js";
import type { RedisBuckets } from "./redis-buckets.js";
import type { BucketSize, Buckets, TakeResult } from "./token-bucket.js";

export interface Caller {
  readonly viewer: (Pick<Viewer, "id" | "role"> & { readonly apiKey?: { readonly id: number } }) | null;
  readonly address: string;
}

export interface RateLimiter {
  /** Called before any work for a request. Throws RATE_LIMITED if no points are left. */
  assertNotExhausted(caller: Caller): void;
  /**
   * Charges an operation before it runs. Returns the rate limit headers (draft-ietf-httpapi-ratelimit-headers-10). Throws
   * RATE_LIMITED if fewer points than its cost are left.
   */
  charge(caller: Caller, cost: number): HeaderList | Promise<HeaderList>;
  /** Charges a failed request. Never throws. */
  chargeFailure(caller: Caller): void;
  /** Meter for work after the response, or beyond the computed cost. */
  meterOf(caller: Caller): Meter;
  /** Throws RATE_LIMITED if a meter has overdrawn the caller's points. */
  checkBalance(caller: Caller): void;
  /** Called before a password is checked or set. `account` is its email address or user id. Throws RATE_LIMITED. */
  checkPassword(caller: Caller, account: string | undefined): Promise<void>;
}

/** Cost of a failed request. */
const failurePoints = 10;
const minuteSeconds = 60;
const passwordWindowSeconds = 900;

interface Policy {
  readonly name: string;
  readonly setting: string;
  readonly size: BucketSize;
  /** `RateLimit-Policy`. */
  readonly header: string;
}

export interface RateLimiterOptions {
  readonly limits: RateLimits;
  /** Maximum cost of an operation; no bucket is smaller. */
  readonly maxCost: number;
  /** Those of `shared`, if given: without Redis no password is checked then. */
  readonly buckets: Buckets;
  readonly shared?: RedisBuckets | undefined;
  /** How meters wait for a bucket to fill. Default a timer. */
  readonly wait?: Wait;
}

export function createRateLimiter({ limits, maxCost, buckets, shared, wait }: RateLimiterOptions): RateLimiter {
  const perMinute = (name: string, setting: string, points: number) =>
    policyOf(name, setting, Math.max(points, maxCost), minuteSeconds);
  const visitor = perMinute("visitor", "RATE_LIMIT_VISITOR", limits.visitorPoints);
  const user = perMinute("user", "RATE_LIMIT_USER", limits.userPoints);
  const staff = perMinute("staff", "RATE_LIMIT_STAFF", limits.staffPoints);
  const apiKey = perMinute("key", "RATE_LIMIT_KEY", limits.keyPoints);
  const ofPasswords = (name: string, setting: string, count: number) =>
    policyOf(name, setting, count, passwordWindowSeconds);
  const perAccount = ofPasswords("passwords-of-account", "PASSWORDS_PER_ACCOUNT", limits.passwordsPerAccount);
  const perAddress = ofPasswords("passwords-of-address", "PASSWORDS_PER_ADDRESS", limits.passwordsPerAddress);
  const meters = new Meters({ buckets, standingPoints: limits.standingPoints, wait });

  function bucketOf({ viewer, address }: Caller): [key: string, policy: Policy] {
    if (viewer === null) return [`address:${addressKey(address)}`, visitor];
    if (viewer.apiKey !== undefined) return [`key:${viewer.apiKey.id}`, apiKey];
    return [`user:${viewer.id}`, viewer.role === "USER" ? user : staff];
  }

  function settle(policy: Policy, taken: TakeResult, cost: number): HeaderList {
    const headers = headersOf(policy, taken);
    if (taken.isAllowed) return headers;
    throw refusal(
      `the operation costs ${Math.ceil(cost)} points, but ${wholePoints(taken.left)} are left`,
      policy,
      taken,
      headers,
    );
  }

  async function takePassword(key: string, policy: Policy): Promise<void> {
    const taken = await (shared === undefined
      ? buckets.take(key, 1, policy.size)
      : shared.takeOrFail(key, 1, policy.size));
    if (!taken.isAllowed) throw refusal("too many passwords were sent", policy, taken, headersOf(policy, taken));
  }

  function refuseEmpty(key: string, policy: Policy, least: number): void {
    if (!buckets.isEmpty(key, policy.size, least)) return;
    const taken = { isAllowed: false, left: 0, retryAfterSeconds: 1 };
    throw refusal("no points are left", policy, taken, headersOf(policy, taken));
  }

  return {
    assertNotExhausted(caller) {
      const [key, policy] = bucketOf(caller);
      refuseEmpty(key, policy, 1);
    },
    charge(caller, cost) {
      const [key, policy] = bucketOf(caller);
      // The minimum, also for a request that only selects constants.
      const taken = buckets.take(key, Math.max(1, cost), policy.size);
      return taken instanceof Promise ? taken.then((each) => settle(policy, each, cost)) : settle(policy, taken, cost);
    },
    chargeFailure(caller) {
      const [key, policy] = bucketOf(caller);
      void buckets.take(key, failurePoints, policy.size, true);
    },
    meterOf(caller) {
      const [key, { size }] = bucketOf(caller);
      return meters.of(key, size);
    },
    checkBalance(caller) {
      const [key, policy] = bucketOf(caller);
      refuseEmpty(key, policy, 0);
    },
    async checkPassword({ address }, account) {
      try {
        await takePassword(`passwords:address:${addressKey(address)}`, perAddress);
        if (account !== undefined) await takePassword(`passwords:account:${digest(account)}`, perAccount);
      } catch (error) {
        if (error instanceof ParleyError) throw error;
        // Redis is down: an attacker who caused it must not be able to guess passwords.
        const taken = { isAllowed: false, left: 0, retryAfterSeconds: 5 };
        throw refusal("passwords cannot be checked at the moment", perAddress, taken, []);
      }
    },
  };
}

/** Charges a failure to a visitor. Returns RATE_LIMITED if nothing was left for it. */
export function chargeVisitorFailure(limiter: RateLimiter, address: string): ParleyError | undefined {
  const caller = { viewer: null, address };
  try {
    limiter.assertNotExhausted(caller);
    limiter.chargeFailure(caller);
    return undefined;
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
}

/** For a request that failed before authentication: `error`, or RATE_LIMITED after too many failures. */
export function limitFailures(limiter: RateLimiter, address: string, error: ParleyError): ParleyError {
  return chargeVisitorFailure(limiter, address) ?? error;
}

/** For `RATE_LIMIT=off`. */
export const unlimited: RateLimiter = {
  assertNotExhausted: () => undefined,
  charge: () => [],
  chargeFailure: () => undefined,
  meterOf: () => unmetered,
  checkBalance: () => undefined,
  checkPassword: async () => undefined,
};

function policyOf(name: string, setting: string, capacity: number, windowSeconds: number): Policy {
  const size = { capacity, pointsPerSecond: capacity / windowSeconds };
  return { name, setting, size, header: `"${name}";q=${capacity};w=${windowSeconds}` };
}

/** `t` is the number of seconds until the bucket is full. */
function headersOf({ name, size, header }: Policy, { left }: TakeResult): HeaderList {
  const fullAfterSeconds = Math.ceil((size.capacity - left) / size.pointsPerSecond);
  return [
    ["ratelimit-policy", header],
    ["ratelimit", `"${name}";r=${wholePoints(left)};t=${fullAfterSeconds}`],
  ];
}

function refusal(
  what: string,
  { name, setting, size }: Policy,
  { retryAfterSeconds }: TakeResult,
  headers: HeaderList,
) {
  const window = Math.round(size.capacity / size.pointsPerSecond);
  const limit = `the limit "${name}" (${setting}) is ${size.capacity} in ${window} seconds`;
  const message = `Rate limit exceeded: ${limit}; ${what}. Try again in ${retryAfterSeconds} seconds.`;
  const details = { limit: size.capacity, windowSeconds: window, retryAfterSeconds };
  const retryAfter = ["retry-after", String(retryAfterSeconds)] as const;
  return new ParleyError("RATE_LIMITED", message, details, [...headers, retryAfter]);
}

/** Zero for an overdrawn bucket. */
function wholePoints(left: number): number {
  return Math.max(0, Math.floor(left));
}

/** Hashed, so that Redis does not store e-mail addresses. */
function digest(account: string): string {
  return createHash("sha256").update(account).digest("base64url").slice(0, 22);
}
