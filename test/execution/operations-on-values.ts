/** Operations that ask for leaves, arguments and conditions: valid, refused by a resolver, and refused before it runs. */
import type { OperationRequest } from "./answers.js";

const leaves = `text number real yes id numberId color colors plain instant json promised promisedLate nothing zero empty no
  textOfNumber thenable callableThenable unsaid property method __typename`;

const failures = `rejected rejectedText thrown thrownText thrownNull returnedError promisedError refused refusedLater doubly
  thenableRejected wrongNumber wrongReal large wrongColor wrongText numberOfText located`;

const echoes = [
  "echo",
  'echo(text: "a \\"b\\" \\u00e9", number: null)',
  'echo(text: "__MAGIC_DATE__2020")',
  "echo(color: RED, colors: [RED, BLUE, GREEN])",
  "echo(colors: GREEN)",
  "echo(range: {}, ranges: [{from: 2}, {to: 3, color: RED}])",
  "echo(range: {inner: {inner: {from: 9, color: null}}})",
  "echo(choice: {number: 1})",
  'echo(at: "2024-01-01", id: 7, flag: true, json: {a: [1, "b", null, {c: ENUM}], d: 1.5})',
  "echo(json: null)",
];

const variables: [string, Record<string, unknown>][] = [
  ["$a: String", {}],
  ["$a: String", { a: null }],
  ["$a: String", { a: undefined }],
  ['$a: String = "default"', {}],
  ['$a: String = "default"', { a: null }],
  ["$a: String!", {}],
  ["$a: String!", { a: null }],
  ["$a: String!", { a: 7 }],
  ["$a: String!", { a: "given", more: "than asked" }],
];

const inputs: [string, string, unknown][] = [
  ["Int", "number", 1.5],
  ["Int", "number", "1"],
  ["Int", "number", 2 ** 31],
  ["Int", "number", -0],
  ["Color", "color", "GREEN"],
  ["Color", "color", "green"],
  ["Color", "color", 0],
  ["[Color!]", "colors", "BLUE"],
  ["[Color!]", "colors", ["RED", null]],
  ["Range", "range", { to: 1 }],
  ["Range", "range", { from: null }],
  ["Range", "range", { from: 1, form: 2 }],
  ["Range", "range", [1]],
  ["Range", "range", { inner: { inner: { from: "x", to: "y" } } }],
  ["[Range!]", "ranges", [{ from: 1 }, {}]],
  ["[Range!]", "ranges", Array.from({ length: 60 }, () => null)],
  ["Choice", "choice", { name: "one" }],
  ["Choice", "choice", { name: "one", number: 2 }],
  ["Choice", "choice", {}],
  ["Choice", "choice", { name: null }],
  ["Choice", "choice", { range: { from: 5 } }],
  ["Instant", "at", "2024-06-01T00:00:00Z"],
  ["Instant", "at", "never"],
  ["Json", "json", { toString: 1, __proto__: null, deep: [[[]]] }],
  ["ID", "id", 7],
  ["ID", "id", { no: "id" }],
  ["Boolean", "flag", "true"],
];

const conditions = [
  "{ text @skip(if: true) number }",
  "{ text @skip(if: true) }",
  "{ text @include(if: false) number @include(if: true) real @skip(if: false) @include(if: false) }",
  "query ($yes: Boolean!, $no: Boolean!) { a: text @skip(if: $yes) b: text @skip(if: $no) c: text @include(if: $yes) d: text @include(if: $no) }",
  "query ($yes: Boolean!, $no: Boolean!) { ... @include(if: $no) { text } ... on Query @skip(if: $no) { number } ...F @include(if: $yes) } fragment F on Query { real }",
  // The same fragment at two places, under different conditions.
  "query ($yes: Boolean!, $no: Boolean!) { level { ...F @include(if: $no) up { ...F @include(if: $yes) } ...F @skip(if: $no) } } fragment F on Level { name }",
  "query ($yes: Boolean!, $no: Boolean!) { level { ...F @include(if: $no) ...F @include(if: $no) ok ...F } } fragment F on Level { name ... on Level @skip(if: $yes) { fails } }",
  "query ($yes: Boolean!, $no: Boolean!) { level { up { name } up @skip(if: $yes) { ok } ... @include(if: $yes) { up { plain } } up @skip(if: $no) { method } } }",
];

/** A variable with a default may stand where null may not, and yet be null. */
const nullWhereItMayNotBe = [
  "query ($v: Boolean = true) { text @include(if: $v) number }",
  "query ($v: Boolean = true) { level { name @skip(if: $v) } number }",
  "query ($v: Boolean = true) { level { up { ... @skip(if: $v) { name } } must { name } } number }",
  // Nobody asks whether to skip what has been spread already.
  "query ($v: Boolean = true) { ...F ...F @skip(if: $v) number } fragment F on Query { text }",
  "query ($v: Boolean = true) { mustLevel { name @skip(if: $v) } }",
  "query ($v: Boolean = true) { lists { levels { name @skip(if: $v) } ints } }",
  "query ($v: Int = 1) { need(this: $v) echo(must: $v) number }",
  "query ($v: Int = 1) { level { levels(count: $v) { name } method(by: $v) } }",
  "query ($v: Int = 1) { echo(range: {from: $v}) echo2: echo(ranges: [{from: $v}]) }",
];

export const onValues: readonly OperationRequest[] = [
  ...leaves.split(/\s+/).map((leaf) => ({ query: `{ ${leaf} }` })),
  ...failures.split(/\s+/).map((leaf) => ({ query: `{ ${leaf} }` })),
  { query: `{ ${leaves} }` },
  { query: "{ mustBe }" },
  { query: "{ text mustBe number promised }" },
  { query: "{ thrown refused wrongNumber text returnedError located }" },
  ...["fine", "null", "undefined", "throws", "later", "rejects"].flatMap((way) => [
    { query: `{ text picky(way: "${way}") }` },
    { query: `{ pickyMust(way: "${way}") }` },
  ]),
  ...echoes.map((echo) => ({ query: `{ ${echo} }` })),
  ...variables.map(([definition, given]) => ({ query: `query (${definition}) { echo(text: $a) }`, variables: given })),
  ...variables.slice(3, 5).map(([definition, given]) => ({
    query: `query (${definition}) { echo(range: {from: 2}, json: {a: $a}) }`,
    variables: given,
  })),
  ...inputs.map(([type, name, v]) => ({ query: `query ($v: ${type}) { echo(${name}: $v) }`, variables: { v } })),
  ...conditions.map((query) => ({ query, ...(query.startsWith("query") && { variables: { yes: true, no: false } }) })),
  ...conditions.slice(3).map((query) => ({ query, variables: { yes: false, no: true } })),
  ...nullWhereItMayNotBe.flatMap((query) => [
    { query, variables: { v: null } },
    { query },
    { query, variables: { v: query.includes("Int") ? 2 : false } },
  ]),
  {
    query:
      'query ($__proto__: String = "p", $constructor: Boolean!) { echo(text: $__proto__) text @skip(if: $constructor) }',
  },
  {
    query:
      "query ($__proto__: Boolean!, $toString: Boolean = true) { a: text @skip(if: $__proto__) b: text @include(if: $toString) }",
    variables: JSON.parse('{ "__proto__": true }'),
  },
];
