/** The worst documents known, each with the guard that must refuse it. All but the last select unknown fields. */

export interface WorstDocument {
  readonly name: string;
  readonly query: string;
  readonly code: string;
  /** The limit that is passed, where there is one. */
  readonly bound?: string;
}

/** Validation would complain of it: an error that does not shows that validation was not run. */
const unknown = "thereIsNoSuchField";

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");

const opening = "posts { nodes { author { ";
const deep = `{ viewer { ${opening.repeat(30)} ${unknown} ${"} } } ".repeat(30)} } }`;

/** Each fragment spreads the next twice: 2^40 fields. */
const fragmentBomb = `{ viewer { ...F0 } } ${repeat(40, (n) => `fragment F${n} on User { a: ${nest(n)} b: ${nest(n)} }`)}
  fragment F40 on User { ${unknown} }`;

function nest(index: number): string {
  return `posts { nodes { author { ...F${index + 1} } } }`;
}

const introspectionCycle = `{ __schema { types { ${"fields { type { ".repeat(20)} ${unknown} ${"} } ".repeat(20)} } } }`;

const tooLarge = "DOCUMENT_LIMIT_EXCEEDED";
const dear = "COST_LIMIT_EXCEEDED";

export const worstDocuments: readonly WorstDocument[] = [
  { name: "deep", query: deep, code: tooLarge, bound: "depth" },
  {
    name: "wide",
    query: `{ ${unknown} posts(first: 100) { nodes { ${repeat(1_500, () => "viewer { id }")} } } }`,
    code: tooLarge,
    bound: "fields",
  },
  {
    name: "alias bomb",
    query: `{ viewer { ${unknown} ${repeat(900, (n) => `a${n}: handle`)} } }`,
    code: tooLarge,
    bound: "aliases",
  },
  { name: "fragment bomb", query: fragmentBomb, code: tooLarge, bound: "depth" },
  {
    name: "flat fragment bomb",
    query: `{ viewer { ...F0 } } ${repeat(60, (n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} }`)}
      fragment F60 on User { ${unknown} }`,
    code: tooLarge,
    bound: "fields",
  },
  {
    name: "chain of fragments",
    query: `{ viewer { ...F0 } } ${repeat(1_000, (n) => `fragment F${n} on User { ...F${n + 1} }`)}
      fragment F1000 on User { ${unknown} }`,
    code: tooLarge,
    bound: "definitions",
  },
  {
    name: "same field over and over",
    query: `{ viewer { ${unknown} ${repeat(400, () => "posts { totalCount }")} } }`,
    code: tooLarge,
    bound: "repeats",
  },
  {
    name: "directive flood",
    query: `{ viewer { ${unknown} id ${repeat(1_200, () => "@include(if: true)")} } }`,
    code: tooLarge,
    bound: "directives",
  },
  { name: "introspection cycle", query: introspectionCycle, code: tooLarge, bound: "depth" },
  {
    name: "huge list of variables",
    query: `query (${repeat(800, (n) => `$v${n}: Int`)}) { ${unknown} }`,
    code: tooLarge,
    bound: "variables",
  },
  { name: "huge string", query: `{ ${unknown}(of: "${"a".repeat(900_000)}") }`, code: tooLarge, bound: "characters" },
  {
    name: "1 MB of white space",
    query: `{ ${unknown} ${" ".repeat(1_000_000)} }`,
    code: tooLarge,
    bound: "characters",
  },
  {
    name: "20,000 tokens",
    query: `{ ${unknown} ${"a ".repeat(20_000)} }`,
    code: "GRAPHQL_PARSE_FAILED",
  },
  {
    name: "repeated sign-in",
    query: `mutation { ${unknown} ${repeat(19, (n) => `s${n}: signIn(input: { email: "a@b.c", password: "${n}" }) { session { accessToken } }`)} }`,
    code: tooLarge,
    bound: "passwords",
  },
  {
    name: "huge pages in huge pages",
    query:
      "{ posts(first: 100) { nodes { comments(first: 100) { nodes { replies(first: 100) { nodes { id } } } } } } }",
    code: dear,
  },
];
