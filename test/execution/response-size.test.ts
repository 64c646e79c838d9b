/** The response limit is exact to a byte, for every text and selection. */
import { makeExecutableSchema } from "@graphql-tools/schema";
import { parse } from "graphql";
import { describe, expect, test } from "vitest";
import type { Execute } from "../../src/execution/execute.js";
import { Random } from "../paging/random.js";
import { documentOf, executorsOf } from "./answers.js";
import { everyKind } from "./every-kind.js";
import { root } from "./every-kind-of-value.js";
import { randomOperation } from "./random-operation.js";

const seed = 20_261_129;
const setting = "TEST_LIMIT_BYTES";
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const tooLarge = (bytes: number) => ({ code: "RESPONSE_LIMIT_EXCEEDED", limit: bytes });

/** Texts, numbers and lists as deep and long as the seed has it; nothing that changes from one execution to the next. */
function randomTree(random: Random, depth: number): unknown {
  const alphabets = ["abc", '"\\/', "\n\t\u0001\u007f", "äß¿", "漢字", "💥", "\ud800x"];
  const text = () => random.pick(alphabets).repeat(random.integer(0, random.pick([2, 20, 2_000])));
  const children = depth === 0 ? [] : Array.from({ length: random.integer(0, 3) }, () => randomTree(random, depth - 1));
  const number = random.pick([0, 7, -1, 2_147_483_647, -2_147_483_648]);
  const real = random.pick([0.1, -1.5e-300, 1e21]);
  return {
    text: text(),
    id: text(),
    number,
    real,
    yes: random.isTrue(0.5),
    color: "RED",
    json: { [text()]: [text()] },
    none: null,
    texts: [text(), null, text()],
    children,
    later: Promise.resolve(text()),
  };
}

const trees = makeExecutableSchema({
  typeDefs: `scalar Json enum Color { RED }
    type Tree { text: String! id: ID! number: Int! real: Float yes: Boolean! color: Color json: Json none: String texts: [String] children: [Tree!]! later: String! }
    type Query { tree: Tree }`,
});
const all = "text id number real yes color json none texts later __typename again: text";
const query = `{ tree { ${all} children { ${all} children { ${all} children { ${all} } } } } }`;

describe.each(["planned", "slow"] as const)("executed %s", (name) => {
  const execute: Execute = executorsOf(trees)[name];
  const document = documentOf(trees, query);

  test(`what is as large as the limit is answered, what is one byte larger is not (seed ${seed})`, async () => {
    const random = new Random(seed);
    for (let n = 0; n < 120; n += 1) {
      const rootValue = { tree: randomTree(random, 3) };
      const run = (bytes: number) => execute({ document, rootValue, context: {}, responseLimit: { bytes, setting } });
      const whole = await run(Number.POSITIVE_INFINITY);
      expect(whole.errors).toBeUndefined();
      const size = bytesOf(whole);
      expect(await run(size)).toEqual(whole);
      for (const limit of [size - 1, Math.ceil(size / 2), Math.ceil(size / 9)]) {
        const { data, errors } = await run(limit);
        expect(data).toBeNull();
        expect(errors?.map(({ extensions }) => extensions)).toEqual([tooLarge(limit)]);
        expect(errors?.[0]?.message).toContain(`more than ${limit} bytes (${setting})`);
      }
    }
  });

  test(`operations made by chance, with errors and without, are within the limit or refused (seed ${seed})`, async () => {
    const { schema, [name]: any } = executorsOf(everyKind());
    const random = new Random(seed);
    const counts = { answered: 0, refused: 0 };
    for (let n = 1; n <= 400; n += 1) {
      const { query: text, variables } = randomOperation(schema, n);
      const limit = random.integer(30, 1_000);
      const asked = { document: documentOf(schema, text), variables, rootValue: root };
      const result = await any({ ...asked, context: { count: 0 }, responseLimit: { bytes: limit, setting } });
      const isRefused = result.errors?.some(({ extensions }) => extensions.code === "RESPONSE_LIMIT_EXCEEDED");
      counts[isRefused ? "refused" : "answered"] += 1;
      if (isRefused) expect(result.errors).toHaveLength(1);
      else expect(bytesOf({ data: result.data }), `seed ${n}: ${text}`).toBeLessThanOrEqual(limit);
    }
    expect(Math.min(counts.answered, counts.refused)).toBeGreaterThan(50);
  });

  test("values that come one after the other are not all waited for", async () => {
    const schema = makeExecutableSchema({ typeDefs: "type Query { items: [Item!]! } type Item { text: String! }" });
    let read = 0;
    const items = Array.from({ length: 10_000 }, () => ({
      get text() {
        read += 1;
        return "x".repeat(1_000);
      },
    }));
    const responseLimit = { bytes: 100_000, setting };
    const rootValue = { items };
    const result = await executorsOf(schema)[name]({
      document: parse("{ items { text } }"),
      rootValue,
      context: {},
      responseLimit,
    });
    expect(result.errors?.map(({ extensions }) => extensions)).toEqual([tooLarge(100_000)]);
    // graphql-js alone is measured when it is done.
    if (name === "planned") expect(read).toBeLessThan(110);
  });

  test("a mutation says what it has done, and goes no further", async () => {
    const schema = makeExecutableSchema({
      typeDefs:
        "type Query { a: Int } type Payload { text(length: Int!): String! } type Mutation { write(name: String!): Payload! }",
    });
    const written: string[] = [];
    const rootValue = {
      write: ({ name: what }: { name: string }) => {
        written.push(what);
        return { text: ({ length }: { length: number }) => "x".repeat(length) };
      },
    };
    const document =
      parse(`mutation { a: write(name: "a") { text(length: 10) } b: write(name: "b") { text(length: 5000) }
      c: write(name: "c") { text(length: 10) } }`);
    const responseLimit = { bytes: 4_000, setting };
    const result = await executorsOf(schema)[name]({ document, rootValue, context: {}, responseLimit });
    const executed = name === "planned" ? ["a", "b"] : ["a", "b", "c"];
    expect(written).toEqual(executed);
    expect(result.data).toBeNull();
    expect(result.errors?.map(({ extensions }) => extensions)).toEqual([{ ...tooLarge(4_000), executed }]);
    expect(result.errors?.[0]?.message).toContain(`${executed.join(", ")} of the mutation was executed`);
  });

  test("errors of variables that repeat what was sent do not add up", async () => {
    const schema = makeExecutableSchema({
      typeDefs: "input Filter { text: String } type Query { count(filter: Filter): Int }",
    });
    const unknown = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`unknown${n}`, 1]));
    const variables = { filter: { text: "x".repeat(300_000), ...unknown } };
    const document = parse("query ($filter: Filter) { count(filter: $filter) }");
    const responseLimit = { bytes: 8_388_608, setting };
    const result = await executorsOf(schema)[name]({ document, variables, context: {}, responseLimit });
    expect(bytesOf(result.errors)).toBeLessThan(1_000_000);
  });
});
