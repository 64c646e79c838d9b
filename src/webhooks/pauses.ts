/**
 * Which webhooks wait for points. What is executed for a webhook is charged afterwards; one whose payer's bucket is empty
 * stays where it is in the log until a tenth of the bucket is full again. It is sent everything, but later.
 */
import { type MakeOptions, meterFor } from "./make.js";
import type { Behind } from "./turns.js";

export class Pauses {
  readonly #options: MakeOptions;
  /** Their ids. */
  #paused: ReadonlySet<number> = new Set();

  constructor(options: MakeOptions) {
    this.#options = options;
  }

  /** Those of `behind` that may go on. Called with all that are behind. */
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
