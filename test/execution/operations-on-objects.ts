/** Operations that ask for objects and lists of them: null that climbs, types resolved and not resolved, names, several operations. */
import type { OperationRequest } from "./answers.js";

/** Where null climbs to, from each kind of failure, through each kind of field. */
const failing = `failsMust failsLaterMust failsSlowlyMust nullMust nullMustLater getterMust wrongMust noneMust{name} goneLater{name}`;
const climbs = failing
  .split(" ")
  .flatMap((fail) => [
    `{ level { ok up { name ${fail} ok } okLater } text }`,
    `{ level { must { laterMust { ${fail} ok okLater } } } text }`,
    `{ mustLevel { must { ${fail} } } text }`,
    `{ level { levels { up { ${fail} } levels { ok } } mayLevels { plain ${fail} } later { ${fail} } } promised }`,
  ]);

const objects = [
  "{ level { name up { name up { name } } must { plain } later { ok } laterMust { okLater } none { name } getter method } }",
  "{ level { fails failsLater failsSlowly wrong gone { name } getter } }",
  "{ level { a: method b: method(by: 3) c: method(by: null) plain } callable { plain name } primitive { name plain } }",
  "{ level { __proto__: name constructor: ok toString: okLater __typename } __proto__: text hasOwnProperty: number }",
  "{ level { __proto__: up { __proto__: name } } }",
  "{ level { up { name } up { ok up { plain } } ...F } level { up { up { name } } } } fragment F on Level { up { okLater } }",
  "{ level { up { failsLaterMust } failsSlowly } text }",
  "{ level { must { failsMust } must2: must { ok } laterMust { failsSlowly okLater } } text }",
  "{ b: text a: promised z: number __typename c: level { z: ok a: okLater } }",
  "{ big { name plain ok } }",
  "{ big(count: 50) { name okLater up { must { name } } levels(count: 3) { name } } }",
  "{ big(count: 3) { failsMust } }",
  "{ promisedLevel { name } mustLevel { name later { later { later { ok } } } } }",
];

const lists = `ints mustInts nested deep ofPromises promised generator set text object oddIterator asyncIterable withNull
  mustWithNull withUndefined withErrors withErrorsMust rejecting rejectingMust mustRejectingMust iteratorThrows holes wrong wrongColors
  none noneMust fails failsMust thenables error promisedError leaves nestedWithNull nestedRejecting`;

const ways = `Dog Cat Robot Level Nowhere Named Color promise promisedUnknown rejects throws undefined null empty number objectType
  promisedNumber`;

const types = [
  "{ animals { __typename name legs friend { __typename ... on Dog { barks } ... on Cat { lives } } } }",
  "{ animals { ... on Dog { as owner { name } } ... on Cat { as(much: 3) } ... on Named { name } ... on Animal { legs } } }",
  "{ animals { ... on Dog { fails } name } }",
  "{ things { __typename ... on Named { name } ... on Animal { ...A } ... on Robot { model } } } fragment A on Animal { legs friend { name } }",
  "{ things { ...D ...C ...D } } fragment D on Dog { name } fragment C on Cat { name lives(left: 2) friend { ...D } }",
  "{ things { ... { __typename } ... on Thing { __typename } ... on Ghost { name } } }",
  "query ($l: Int) { things { ... on Cat { lives(left: $l) } ... on Dog { owner { levels(count: $l) { name } } } } }",
];

const introspection = [
  "{ __schema { types { kind name fields(includeDeprecated: true) { name type { name ofType { name } } args { name defaultValue } } } } }",
  "{ __schema { directives { name locations args { name } } queryType { name } } __typename }",
  '{ __type(name: "Range") { name isOneOf inputFields { name defaultValue } } none: __type(name: "Nothing") { name } }',
  "query ($n: String!) { __type(name: $n) { possibleTypes { name } enumValues { name isDeprecated } } }",
];

const mutations = [
  "mutation { a: add(number: 1) b: later(number: 2) c: add(number: 3) sum }",
  "mutation { a: add(number: 1) fails b: later(number: 2) failsLater c: add(number: 3) sum }",
  "mutation { a: add(number: 1) failsMust b: add(number: 3) }",
  "mutation { a: later(number: 1) failsLaterMust b: add(number: 3) fails }",
  "mutation { level { failsMust } b: add(number: 3) mustLevel { name } __typename }",
  "mutation { b: add(number: 3) mustLevel { must { failsSlowlyMust } } c: add(number: 4) }",
  "mutation { b: add(number: 3) @skip(if: true) ...F } fragment F on Mutation { later(number: 5) sum }",
  "mutation ($n: Int!) { add(number: $n) }",
  "mutation { __proto__: add(number: 1) }",
];

const several = "query A { text } query B { number level { ...F } } mutation C { sum } fragment F on Level { name }";

export const onObjects: readonly OperationRequest[] = [
  ...[...climbs, ...objects].map((query) => ({ query })),
  ...lists.split(/\s+/).map((list) => ({ query: `{ text lists { ${list} } number }` })),
  { query: "{ lists { levels { name } mayLevels { ok } things { __typename ... on Dog { name } } } }" },
  { query: "{ lists { levels { failsLaterMust } ints } }" },
  ...ways
    .split(/\s+/)
    .flatMap((way) => [
      { query: `{ animal(as: "${way}") { __typename name legs } text }` },
      { query: `{ thing(as: "${way}") { __typename ... on Named { name } } }` },
    ]),
  ...["typename", "robot", "ghost", "nobody"].map((as) => ({ query: `{ named(as: "${as}") { __typename name } }` })),
  ...["yes", "", "throws", "rejects", "promisedNo", "promisedYes"].map((as) => ({
    query: `{ robot(as: "${as}") { model } }`,
  })),
  ...types.map((query) => ({ query, ...(query.includes("$l") && { variables: { l: 1 } }) })),
  ...introspection.map((query) => ({ query, ...(query.includes("$n") && { variables: { n: "Animal" } }) })),
  ...mutations.map((query) => ({ query, ...(query.includes("$n") && { variables: { n: 4 } }) })),
  { query: "mutation ($n: Int!) { add(number: $n) }", variables: { n: "four" } },
  { query: 'subscription { happened(what: "this") }' },
  { query: "subscription { happened }" },
  { query: "subscription { level { plain name } }" },
  { query: "subscription { must }" },
  ...["A", "B", "C", "D", "", "__proto__", null, undefined].map((operationName) => ({ query: several, operationName })),
  ...["A", "", null].map((operationName) => ({ query: "query A { text }", operationName })),
  ...["", null].map((operationName) => ({ query: "{ text }", operationName })),
  { query: "fragment F on Level { name ...F2 } fragment F2 on Level { ok } { level { ...F } }" },
];
