/**
 * Charges a caller for work after a request was admitted: subscription events, replays, and webhook deliveries. Points
 * are taken from the bucket of the caller's requests.
 *
 * - Work that is already done (subscription events) is recorded and charged later, many events at once. It may overdraw
 *   the bucket by at most its capacity.
 * - Work for one caller only (a replay) is paid before it is executed. It leaves a tenth of the bucket for the caller's
 *   requests, and waits until there is more.
 */

export interface Meter {
  /** The same for all meters of one caller. */
  readonly key: string;
  /** Maximum points to pay at once, unless one execution costs more. */
  readonly stepPoints: number;
  /** Whether the bucket is known to be empty, or too many recorded points are not charged yet. */
  readonly isEmpty: boolean;
  /** Records points of work that was done. Never waits. */
  record(points: number): void;
  /**
   * Pays for work in advance; false if there are not enough points or other work is waiting. With 0 points it tests
   * whether work may continue.
   */
  tryPay(points: number): Promise<boolean>;
  /** Pays as soon as there are enough points, in call order; false if `signal` is aborted first. */
  pay(points: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Adds a subscription to the caller's standing cost; identical ones count once. Returns the function that removes it.
   * Throws TOO_MANY_SUBSCRIPTIONS.
   */
  hold(groupKey: string, cost: number): () => void;
}

/** Divides the cost of an execution among the callers that share it. */
export function share(points: number, meters: readonly Meter[]): void {
  for (const meter of meters) meter.record(points / meters.length);
}

/** For `RATE_LIMIT=off`. */
export const unmetered: Meter = {
  key: "",
  stepPoints: Number.POSITIVE_INFINITY,
  isEmpty: false,
  record: () => undefined,
  tryPay: async () => true,
  pay: async (_points, signal) => !signal.aborted,
  hold: () => () => undefined,
};
