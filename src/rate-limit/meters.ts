/** Active meters by caller (meter.ts), each on the bucket of the caller's requests. */
import { setTimeout as sleep } from "node:timers/promises";
import { ParleyError } from "../errors.js";
import type { Meter } from "./meter.js";
import type { BucketSize, Buckets, TakeResult } from "./token-bucket.js";

/** Resolves after the given number of milliseconds. */
export type Wait = (ms: number) => Promise<void>;

export interface MetersOptions {
  readonly buckets: Buckets;
  /** Points that one caller's distinct subscriptions may cost for each event. Setting STANDING_COST_LIMIT. */
  readonly standingPoints: number;
  /** Default a timer that keeps no process alive. */
  readonly wait?: Wait | undefined;
}

/** Recorded points that are charged at once. */
const settlePoints = 100;
/** Fewer points are charged after this time. */
const settleMs = 1_000;
/** Uncharged points at which a caller counts as empty, since Redis may be slow. */
const maxUnsettledPoints = 10_000;
const maxStepPoints = 1_000;
/** Part of a bucket that is reserved for requests. */
const reservedPart = 0.1;

/** Meters in use, by bucket key. */
export class Meters {
  readonly #options: MetersOptions;
  readonly #wait: Wait;
  readonly #meters = new Map<string, CallerMeter>();
  /** Meters to process at the next tick: those with recorded points, or possibly unused. */
  readonly #pending = new Set<CallerMeter>();

  constructor(options: MetersOptions) {
    this.#options = options;
    this.#wait = options.wait ?? ((ms) => sleep(ms, undefined, { ref: false }));
  }

  of(key: string, size: BucketSize): Meter {
    const known = this.#meters.get(key);
    if (known !== undefined) return known;
    const meter = new CallerMeter(key, size, this.#options, this.#wait, () => this.#lookAt(meter));
    this.#meters.set(key, meter);
    this.#lookAt(meter);
    return meter;
  }

  #lookAt(meter: CallerMeter): void {
    if (this.#pending.size === 0) void this.#wait(settleMs).then(() => this.#settleAll());
    this.#pending.add(meter);
  }

  #settleAll(): void {
    const meters = [...this.#pending];
    this.#pending.clear();
    for (const meter of meters) {
      // A fraction of a point of an active subscriber is charged with the next ones.
      if (meter.owed >= 1 || !meter.isHeld) meter.settle();
      if (!meter.isInUse && this.#meters.get(meter.key) === meter) this.#meters.delete(meter.key);
    }
  }
}

interface Waiter {
  readonly points: number;
  readonly resolve: (isPaid: boolean) => void;
}

class CallerMeter implements Meter {
  readonly key: string;
  readonly stepPoints: number;
  readonly #size: BucketSize;
  readonly #options: MetersOptions;
  readonly #wait: Wait;
  readonly #onChange: () => void;
  readonly #waiters: Waiter[] = [];
  readonly #held = new Map<string, { count: number }>();
  #standing = 0;
  #owed = 0;
  #isServing = false;
  #isSettling = false;
  /** False while the bucket is known to have points, so that it need not be queried. */
  #mayBeEmpty = true;

  constructor(key: string, size: BucketSize, options: MetersOptions, wait: Wait, onChange: () => void) {
    this.key = key;
    this.stepPoints = Math.min(maxStepPoints, size.capacity / 4);
    this.#size = size;
    this.#options = options;
    this.#wait = wait;
    this.#onChange = onChange;
  }

  get owed(): number {
    return this.#owed;
  }

  get isHeld(): boolean {
    return this.#held.size > 0;
  }

  get isInUse(): boolean {
    return this.isHeld || this.#waiters.length > 0 || this.#owed > 0 || this.#isSettling;
  }

  get isEmpty(): boolean {
    if (this.#owed > maxUnsettledPoints) return true;
    if (!this.#mayBeEmpty) return false;
    this.#mayBeEmpty = this.#options.buckets.isEmpty(this.key, this.#size);
    return this.#mayBeEmpty;
  }

  record(points: number): void {
    this.#owed += points;
    if (this.#owed >= settlePoints) this.settle();
    else this.#onChange();
  }

  /** Charges recorded points to the bucket. */
  settle(): void {
    if (this.#isSettling || this.#owed === 0) return;
    const points = this.#owed;
    this.#owed = 0;
    const taken = this.#options.buckets.take(this.key, points, this.#size, true, -this.#size.capacity);
    if (taken instanceof Promise) {
      this.#isSettling = true;
      void taken.then((each) => this.#settled(each));
    } else this.#note(taken);
  }

  #settled(taken: TakeResult): void {
    this.#isSettling = false;
    this.#note(taken);
    if (this.#owed >= settlePoints) this.settle();
    else this.#onChange();
  }

  async tryPay(points: number): Promise<boolean> {
    if (points > 0 && this.#waiters.length > 0) return false;
    return (await this.#take(points)).isAllowed;
  }

  pay(points: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(false);
      };
      const waiter: Waiter = {
        points,
        resolve(isPaid) {
          signal.removeEventListener("abort", leave);
          resolve(isPaid);
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener("abort", leave, { once: true });
      if (!this.#isServing) void this.#serve();
    });
  }

  hold(groupKey: string, cost: number): () => void {
    const known = this.#held.get(groupKey);
    if (known === undefined) this.#requireRoomFor(cost);
    const held = known ?? { count: 0 };
    if (known === undefined) this.#standing += cost;
    held.count += 1;
    this.#held.set(groupKey, held);
    return () => {
      held.count -= 1;
      if (held.count > 0) return;
      this.#held.delete(groupKey);
      this.#standing = this.isHeld ? this.#standing - cost : 0;
      this.#onChange();
    };
  }

  #requireRoomFor(cost: number): void {
    const { standingPoints: limit } = this.#options;
    const standing = this.#standing + cost;
    if (standing <= limit) return;
    const message =
      `Your distinct subscriptions must cost at most ${limit} points per event together (STANDING_COST_LIMIT), ` +
      `got ${standing} with this one: end another one first.`;
    throw new ParleyError("TOO_MANY_SUBSCRIPTIONS", message, { bound: "STANDING_COST_LIMIT", limit });
  }

  /** Sequential, so that many waiters query the bucket once. */
  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let first = this.#waiters[0]; first !== undefined; first = this.#waiters[0]) {
      const { isAllowed, retryAfterSeconds } = await this.#take(first.points);
      if (!isAllowed) await this.#wait(retryAfterSeconds * 1_000);
      // A waiter that left meanwhile has paid for work it had started.
      else if (this.#waiters[0] === first) this.#waiters.shift()?.resolve(true);
    }
    this.#isServing = false;
    this.#onChange();
  }

  async #take(points: number): Promise<TakeResult> {
    const { capacity } = this.#size;
    // A full bucket pays for any operation.
    const floor = Math.min(capacity * reservedPart, capacity - points);
    const taken = await this.#options.buckets.take(this.key, points, this.#size, false, floor);
    this.#note(taken);
    return taken;
  }

  #note({ left }: TakeResult): void {
    this.#mayBeEmpty ||= left < 1;
  }
}
