/** The GraphQL cost directive specification (https://ibm.github.io/graphql-specs/cost-spec.html), section by section. */
import { buildSchema, getOperationAST, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { CostCompiler } from "../../src/graphql/cost/cost.js";
import { evaluate } from "../../src/graphql/cost/cost-expression.js";
import { createWeights } from "../../src/graphql/cost/cost-weights.js";

const directives = `
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
    requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

/** What the operation costs in a schema of these types. The root type weighs 1, as any object does. */
function costOf(types: string, query: string, variables: Record<string, unknown> = {}): number {
  const schema = buildSchema(directives + types);
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("the document has one operation");
  return evaluate(new CostCompiler(schema, createWeights(schema), document, operation).compile(), variables);
}

describe("3 Example", () => {
  const types = `type User { name: String age: Int @cost(weight: "2.0") }
    type Query { users(max: Int): [User] @listSize(slicingArguments: ["max"]) }`;

  test("a field cost of 11 and a type cost of 6", () => {
    expect(costOf(types, "{ users(max: 5) { age } }")).toBe(11 + 6);
    expect(costOf(types, "query ($max: Int) { users(max: $max) { age } }", { max: 5 })).toBe(11 + 6);
  });
});

describe("5.3.2.2 Field Cost", () => {
  const approximate = "enum Approximate { YES } ";
  const filter = `${approximate} input Filter { approx: Approximate @cost(weight: "-12.0") }`;
  const ofFilter = `${filter} type Query {
    topProducts(filter: Filter @cost(weight: "15.0")): [String] @cost(weight: "5.0") @listSize(assumedSize: 10) }`;

  test("Argument Weights: 5, and 20 with the argument", () => {
    expect(costOf(ofFilter, "{ topProducts }")).toBe(5 + 1);
    expect(costOf(ofFilter, "{ topProducts(filter: {}) }")).toBe(20 + 1);
  });

  test("Negative Weights: 5, and 2 with the argument", () => {
    const types = `${approximate} type Product { id: ID }
      type Query { mostPopularProduct(approx: Approximate @cost(weight: "-3.0")): Product @cost(weight: "5.0") }`;
    expect(costOf(types, "{ mostPopularProduct { id } }")).toBe(5 + 2);
    expect(costOf(types, "{ mostPopularProduct(approx: YES) { id } }")).toBe(2 + 2);
  });

  test.each([
    ["in the document", "{ topProducts(filter: { approx: YES }) }", {}],
    ["in a variable", "query ($filter: Filter) { topProducts(filter: $filter) }", { filter: { approx: "YES" } }],
    ["in a default", "query ($filter: Filter = { approx: YES }) { topProducts(filter: $filter) }", {}],
    ["in part in a variable", "query ($of: Approximate) { topProducts(filter: { approx: $of }) }", { of: "YES" }],
  ])("Input Field Weights: 8 with the input field %s", (_, query, variables) => {
    expect(costOf(ofFilter, query, variables)).toBe(8 + 1);
  });

  test("a sum below zero is rounded up to zero, whatever brings it there", () => {
    const types = `${filter} type Query { one(filter: Filter): Int other: Int @cost(weight: "7") }`;
    expect(costOf(types, "{ other one(filter: { approx: YES }) }")).toBe(7 + 0 + 1);
    const query = "query ($filter: Filter) { other one(filter: $filter) }";
    expect(costOf(types, query, { filter: { approx: "YES" } })).toBe(7 + 0 + 1);
    expect(costOf(types, query, { filter: {} })).toBe(7 + 1 + 1);
  });

  test("lists of input objects count item by item, within one another too", () => {
    const types = `input Inner { a: Int @cost(weight: "3") } input Outer { inner: [Inner!] }
      type Query { find(all: [Outer!]): Int }`;
    const all = [{ inner: [{ a: 1 }, { a: 2 }] }, { inner: [{}] }];
    const cost = 1 + 2 * 1 + 2 * 3 + 1;
    expect(costOf(types, "query ($all: [Outer!]) { find(all: $all) }", { all })).toBe(cost);
    expect(costOf(types, "{ find(all: [{ inner: [{ a: 1 }, { a: 2 }] }, { inner: [{}] }]) }")).toBe(cost);
    // A single value stands for a list of one (GraphQL specification, 3.11).
    expect(costOf(types, "query ($all: [Outer!]) { find(all: $all) }", { all: { inner: { a: 1 } } })).toBe(
      1 + 1 + 3 + 1,
    );
  });
});

describe("7 The Cost Directive", () => {
  test("default weights: plain values 0; objects, fields that give them and arguments that take them 1", () => {
    const types = `enum E { A } input In { e: E } type Query { o(in: In, e: E): O n: Int } type O { n: Int e: E }`;
    expect(costOf(types, "{ n o(in: { e: A }, e: A) { n e } }")).toBe(1 + (1 + 1) + 1);
  });

  test("scalars and enums may weigh, each item of a list of them", () => {
    const types = `scalar Blob @cost(weight: "2.5") enum E @cost(weight: "4") { A }
      type Query { blobs: [Blob] @listSize(assumedSize: 10) e: E }`;
    expect(costOf(types, "{ blobs e }")).toBe(25 + 4 + 1);
  });

  test("where a type is not known, the dearest counts, for what it is and for its fields", () => {
    const types = `interface I { n: Int } type A implements I @cost(weight: "9") { n: Int }
      type B implements I { n: Int @cost(weight: "20") } union U = A | B type Query { i: I u: U }`;
    expect(costOf(types, "{ i { n } }")).toBe(1 + 21 + 1);
    expect(costOf(types, "{ u { ... on A { n } } }")).toBe(1 + 9 + 1);
  });

  test("a weight that is no number is a mistake of the schema", () => {
    expect(() => costOf('type Query { n: Int @cost(weight: "much") }', "{ n }")).toThrow(
      'must be a number, got "much"',
    );
  });
});

describe("8 The List Size Directive", () => {
  const of = (listSize: string, args = "(first: Int, last: Int)") => `type T { id: ID }
    type Page { edges: [T] rest: [T] total: Int } type Query { list${args}: [T] ${listSize} page${args}: Page ${listSize} }`;
  const open = "requireOneSlicingArgument: false";

  test("assumedSize is how many there are", () => {
    expect(costOf(of("@listSize(assumedSize: 10)"), "{ list { id } }")).toBe(1 + 10 + 1);
  });

  test("slicingArguments: the largest counts, before assumedSize", () => {
    const types = of(`@listSize(slicingArguments: ["first", "last"], assumedSize: 50, ${open})`);
    expect(costOf(types, "{ list(first: 3, last: 7) { id } }")).toBe(1 + 7 + 1);
    expect(costOf(types, "query ($n: Int) { list(first: 3, last: $n) { id } }", { n: 9 })).toBe(1 + 9 + 1);
    expect(costOf(types, "{ list { id } }")).toBe(1 + 50 + 1);
  });

  test("slicingArguments: a default of the schema is as good as a value in the query", () => {
    const types = of('@listSize(slicingArguments: ["first"])', "(first: Int = 6)");
    expect(costOf(types, "{ list { id } }")).toBe(1 + 6 + 1);
    expect(costOf(types, "query ($n: Int) { list(first: $n) { id } }")).toBe(1 + 6 + 1);
  });

  test("where nothing says how many, it is as many as a page of ours may have", () => {
    expect(costOf(of(`@listSize(slicingArguments: ["first"], ${open})`), "{ list { id } }")).toBe(1 + 100 + 1);
  });

  test("sizedFields: the lists inside have that size, the field itself is one", () => {
    const types = of('@listSize(slicingArguments: ["first"], sizedFields: ["edges"])');
    expect(costOf(types, "{ page(first: 8) { edges { id } total } }")).toBe(1 + 1 + 1 + 8 + 1);
    expect(costOf(types, "{ page(first: 8) { rest { id } } }")).toBe(1 + 1 + 1 + 1 + 1);
  });

  test("requireOneSlicingArgument: none and several are refused, unless it is off", () => {
    const types = of('@listSize(slicingArguments: ["first", "last"])');
    expect(costOf(types, "{ list(last: 2) { id } }")).toBe(1 + 2 + 1);
    expect(() => costOf(types, "{ list { id } }")).toThrow("Query.list takes one of first, last, got none.");
    expect(() => costOf(types, "{ list(first: 1, last: 2) { id } }")).toThrow("got first, last.");
    expect(costOf(of("@listSize(requireOneSlicingArgument: true, assumedSize: 2)"), "{ list { id } }")).toBe(1 + 2 + 1);
  });
});
