/** Clients choose the names of variables: none of them changes what an operation costs. */
import { describe, expect, test } from "vitest";
import { Random } from "../paging/random.js";
import { costOf } from "./cost-of.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);

/** Everything an object inherits, and names beside it. */
const inherited = Object.getOwnPropertyNames(Object.prototype);
const names = [...inherited, "then", "toJSON", "length", "prototype", "first", "a", "_", "__"];

function withVariables(outer: string, inner: string, [posts, comments]: readonly [number, number]): string {
  return `query ($${outer}: Int = ${posts}, $${inner}: Int = ${comments}, $search: PostFilter = { search: "a" }) {
    posts(first: $${outer}, filter: $search) { nodes { comments(last: $${inner}) { nodes { author { id } } } } }
  }`;
}

function withLiterals(posts: number, comments: number): string {
  return `{ posts(first: ${posts}, filter: { search: "a" }) { nodes { comments(last: ${comments}) { nodes { author { id } } } } } }`;
}

describe("without its variables an operation costs what it does with their defaults in their places", () => {
  test.each(names)("$%s", (name) => {
    expect(costOf(withVariables(name, `${name}2`, [100, 3]))).toBe(costOf(withLiterals(100, 3)));
    expect(costOf(withVariables(`${name}2`, name, [7, 100]))).toBe(costOf(withLiterals(7, 100)));
  });

  test(`300 random names, sizes and values, seed ${seed}`, () => {
    const random = new Random(seed);
    for (let n = 0; n < 300; n += 1) {
      const outer = random.isTrue(0.5) ? random.pick(names) : `v${random.integer(0, 1_000_000)}`;
      const sizes = [random.integer(0, 100), random.integer(0, 100)] as const;
      const query = withVariables(outer, `${outer}_`, sizes);
      const variables: [string, number][] = [];
      if (random.isTrue(0.5)) variables.push([`${outer}_`, random.integer(0, 100)]);
      const literals = withLiterals(sizes[0], variables[0]?.[1] ?? sizes[1]);
      expect(costOf(query, Object.fromEntries(variables)), query).toBe(costOf(literals));
    }
  });
});
