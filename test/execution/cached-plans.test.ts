/** A cached plan keeps nothing of one request for the next. */
import { setImmediate } from "node:timers/promises";
import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from "graphql";
import { expect, test } from "vitest";
import { createExecute } from "../../src/execution/execute.js";
import { comparable, documentOf, executorsOf } from "./answers.js";
import { everyKind } from "./every-kind.js";

const { schema, planned, slow } = executorsOf(everyKind());
const context = { count: 0 };

test("one document answers to each of its names, and refuses others, in any order", async () => {
  const document = documentOf(schema, "query A { text } query B($yes: Boolean!) { number @skip(if: $yes) real }");
  const names = ["A", "", null, "B", "A", "C", undefined, "B", "", "__proto__"];
  for (const [index, operationName] of names.entries()) {
    const asked = { document, operationName, variables: { yes: index > 4 }, context };
    expect(await comparable(planned(asked))).toEqual(await comparable(slow(asked)));
  }
  const alone = documentOf(schema, "query { text }");
  for (const operationName of [undefined, "", null, "A"]) {
    const asked = { document: alone, operationName, context };
    expect(await comparable(planned(asked))).toEqual(await comparable(slow(asked)));
  }
});

test("one document is answered by the variables of each request, and more of them than plans are kept", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const document = documentOf(
    schema,
    `query (${names.map((name) => `$${name}: Boolean = true`)}, $n: Int = 1) { animals { ...F @include(if: $a) }
      level { levels(count: $n) { up { name @skip(if: $b) ok @include(if: $c) } ... @skip(if: $d) { plain } } up @skip(if: $e) { name } }
      echo(number: $n) text @skip(if: $f) } fragment F on Dog { name @skip(if: $b) legs }`,
  );
  for (let bits = 0; bits < 128; bits += 1) {
    const values = names.map((name, index) => [name, ((bits * 37) >> index) % 2 === 1]);
    const variables = { ...Object.fromEntries(values), n: bits % 4, ...(bits % 16 === 5 && { c: null }) };
    const asked = { document, variables, context };
    expect(await comparable(planned(asked))).toEqual(await comparable(slow(asked)));
  }
});

const text = { type: GraphQLString };

/** A schema of a few fields without arguments, unless `args` says so. */
function schemaOf(fields: ConstructorParameters<typeof GraphQLObjectType>[0]["fields"]) {
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields }) });
}

test("what a resolver does to its arguments is gone with the request", async () => {
  const small = schemaOf({
    spoil: {
      ...text,
      args: { one: { ...text, defaultValue: "one" }, list: { type: new GraphQLList(GraphQLString) } },
      resolve(_source, args) {
        const seen = JSON.stringify(args);
        args.one = "spoilt";
        args.list?.push("spoilt");
        return seen;
      },
    },
  });
  const execute = createExecute(small);
  const document = parse('{ a: spoil b: spoil(one: "two") c: spoil(list: ["x"]) }');
  const first = await comparable(execute({ document, context }));
  expect(first.json).toBe(JSON.stringify({ a: '{"one":"one"}', b: '{"one":"two"}', c: '{"one":"one","list":["x"]}' }));
  expect(await comparable(execute({ document, context }))).toEqual(first);
});

test("an error that comes after the answer does not get into it, and disturbs nobody", async () => {
  const gates: (() => void)[] = [];
  const late = () => new Promise((_, reject) => gates.push(() => reject(new Error("late"))));
  const inner: GraphQLObjectType = new GraphQLObjectType({
    name: "Inner",
    fields: () => ({
      late: { ...text, resolve: late },
      now: { type: new GraphQLNonNull(GraphQLString), resolve: async () => null },
    }),
  });
  const small = schemaOf({
    inner: { type: inner, resolve: () => ({}) },
    must: { type: new GraphQLNonNull(inner), resolve: () => ({}) },
  });
  for (const { execute } of [{ execute: createExecute(small) }, { execute: executorsOf(small).slow }]) {
    for (const query of ["{ inner { late now } }", "{ must { late now } }"]) {
      const result = await execute({ document: parse(query), context });
      for (const open of gates.splice(0)) open();
      await setImmediate();
      expect(result.errors?.map(({ message }) => message)).toEqual([
        "Cannot return null for non-nullable field Inner.now.",
      ]);
    }
  }
});

test("a list that fails at once waits for none of its promises, and none of them ends the process", async () => {
  // graphql-js leaves the first item's rejection to nobody: by itself it would end the process, and vitest this run.
  const strict = new GraphQLList(new GraphQLNonNull(GraphQLString));
  const small = schemaOf({ list: { type: strict, resolve: () => [Promise.reject(new Error("later")), null] } });
  const result = await createExecute(small)({ document: parse("{ list }"), context });
  await setImmediate();
  expect(result.data).toEqual({ list: null });
  expect(result.errors?.map(({ path }) => path)).toEqual([["list", 1]]);
});
