/** Limits a test can reach. */
import { readConfig } from "../../src/config.js";
import type { DocumentLimits, Limits, RateLimits } from "../../src/limits.js";

export function limitsWith(rate: Partial<RateLimits>, document: Partial<DocumentLimits> = {}): Limits {
  const { limits } = readConfig({});
  return { ...limits, rate: { ...limits.rate, ...rate }, document: { ...limits.document, ...document } };
}
