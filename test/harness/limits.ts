/** Limits for tests: some that can be reached, and some that are out of the way of what is tested. */
import { readConfig } from "../../src/config/config.js";
import type { DocumentLimits, Limits, RateLimits } from "../../src/config/limits.js";

export function limitsWith(rate: Partial<RateLimits>, document: Partial<DocumentLimits> = {}): Limits {
  const { limits } = readConfig({});
  return { ...limits, rate: { ...limits.rate, ...rate }, document: { ...limits.document, ...document } };
}

/** For operations that ask for more than a client should. */
export const wideLimits = limitsWith(
  { isOn: false },
  { rootFields: 1_000, aliases: 1_000, fields: 10_000, cost: 1_000_000 },
);
