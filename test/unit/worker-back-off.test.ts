/** The pause before a worker takes the place of one that died. */
import { expect, test } from "vitest";
import { pauseBeforeNext } from "../../src/cluster/worker-pool.js";

test("it doubles with each death in a row, up to half a minute", () => {
  const pauses = Array.from({ length: 11 }, (_, deaths) => pauseBeforeNext(deaths));
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  expect(pauseBeforeNext(100_000)).toBe(30_000);
});
