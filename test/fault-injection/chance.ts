/** Seeded random times. `PARLEY_TEST_SEED` sets the seed. */

export interface Chance {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain). */
export function chance(seed = Number(process.env.PARLEY_TEST_SEED ?? 1)): Chance {
  let state = seed >>> 0;
  return {
    below(below) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
    },
  };
}
