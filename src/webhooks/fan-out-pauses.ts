/**
 * Webhooks that wait for rate limit points. Executions are charged afterwards; a webhook whose payer has an empty
 * bucket keeps its position in the log until a tenth of the bucket is full again. Its events are delayed, not lost.
 */
import { type MakeOptions, meterFor } from "./build-payload.js";
import type { Behind } from "./fan-out-turns.js";

export class Pauses {
  readonly #options: MakeOptions;
  /** Webhook ids. */
  #paused: ReadonlySet<number> = new Set();

  constructor(options: MakeOptions) {
    this.#options = options;
  }

  /** Webhooks of `behind` that may continue. Call it with all webhooks that are behind. */
  async goingOn(behind: readonly Behind[]): Promise<Behind[]> {
    const paused = new Set<number>();
    for (const webhook of behind) {
      const meter = meterFor(this.#options, webhook);
      if (!meter.isEmpty && !this.#paused.has(webhook.id)) continue;
      if (!(await meter.tryPay(0))) paused.add(webhook.id);
    }
    this.#paused = paused;
    return behind.filter(({ id }) => !paused.has(id));
  }
}
