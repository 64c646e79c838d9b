/** Documents, variables and resolvers of every kind have the results of graphql-js. */
import { expect, test } from "vitest";
import { type Comparable, comparable, documentOf, executorsOf, type OperationRequest } from "./answers.js";
import { everyKind } from "./every-kind.js";
import { root } from "./every-kind-of-value.js";
import { onObjects } from "./operations-on-objects.js";
import { onValues } from "./operations-on-values.js";

const { schema, planned, slow } = executorsOf(everyKind());

async function bothAnswer({ query, variables, operationName }: OperationRequest): Promise<[Comparable, Comparable]> {
  const document = documentOf(schema, query);
  const asked = { document, variables, operationName, rootValue: root };
  const first = await comparable(planned({ ...asked, context: { count: 0 } }));
  const again = await comparable(planned({ ...asked, context: { count: 0 } }));
  expect(again).toEqual(first);
  return [first, await comparable(slow({ ...asked, context: { count: 0 } }))];
}

test.each([...onValues, ...onObjects].map((asked) => ({ name: JSON.stringify(asked), asked })))(
  "$name",
  async ({ asked }) => {
    const [ours, theirs] = await bothAnswer(asked);
    expect(ours).toEqual(theirs);
  },
);
