/** Random operations have the results of graphql-js. */
import { expect, test } from "vitest";
import { comparable, documentOf, executorsOf, expectSameButForRaces } from "./answers.js";
import { everyKind } from "./every-kind.js";
import { root } from "./every-kind-of-value.js";
import { randomOperation } from "./random-operation.js";

const { schema, planned, slow } = executorsOf(everyKind());
const operations = 2_000;

test("two thousand operations made by chance are answered alike", async () => {
  const counts = { raced: 0, equal: 0, failed: 0 };
  for (let seed = 1; seed <= operations; seed += 1) {
    const { query, variables } = randomOperation(schema, seed);
    const asked = { document: documentOf(schema, query), variables, rootValue: root };
    const ours = await comparable(planned({ ...asked, context: { count: 0 } }));
    const theirs = await comparable(slow({ ...asked, context: { count: 0 } }));
    counts[expectSameButForRaces(ours, theirs, `seed ${seed}: ${query}`)] += 1;
    if (ours.errors.length > 0) counts.failed += 1;
  }
  expect(counts.raced).toBeLessThan(operations / 100);
  expect(counts.failed).toBeGreaterThan(operations / 10);
}, 60_000);
