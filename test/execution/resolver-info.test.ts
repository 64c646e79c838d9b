/** Resolvers, `resolveType` and `isTypeOf` get the arguments that graphql-js passes. */
import { defaultFieldResolver, type GraphQLResolveInfo, isObjectType } from "graphql";
import { expect, test } from "vitest";
import { documentOf, executorsOf } from "./answers.js";
import { everyKind } from "./every-kind.js";

const schema = everyKind();
const calls: string[] = [];
let infos: GraphQLResolveInfo[] = [];

function note(by: string, source: unknown, args: unknown, context: unknown, info: GraphQLResolveInfo): void {
  infos.push(info);
  const { fieldName, fieldNodes, returnType, parentType, path, fragments, rootValue, operation, variableValues } = info;
  const nodes = fieldNodes.map(({ loc }) => loc?.start);
  calls.push(
    JSON.stringify([
      [by, source, args, context, fieldName, nodes, String(returnType), parentType.name, path],
      [
        Object.entries(fragments).map(([name, { loc }]) => [name, loc?.start]),
        rootValue,
        operation.name,
        variableValues,
      ],
      [
        Object.getPrototypeOf(fragments),
        Object.getPrototypeOf(variableValues) === Object.prototype,
        info.schema === schema,
      ],
    ]),
  );
}

for (const type of Object.values(schema.getTypeMap())) {
  if (!isObjectType(type) || type.name.startsWith("__")) continue;
  for (const field of Object.values(type.getFields())) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context, info) => {
      note("resolve", source, args, context, info);
      return resolve(source, args, context, info);
    };
  }
  const { isTypeOf } = type;
  if (!isTypeOf) continue;
  type.isTypeOf = (value, context, info) => {
    note(`isTypeOf ${type.name}`, value, undefined, context, info);
    return isTypeOf(value, context, info);
  };
}
const animal = schema.getType("Animal");
if (animal !== undefined && "resolveType" in animal && animal.resolveType) {
  const { resolveType } = animal;
  animal.resolveType = (value, context, info, type) => {
    note(`resolveType ${type.name}`, value, undefined, context, info);
    return resolveType(value, context, info, type);
  };
}

const { planned, slow } = executorsOf(schema);
const query = `query Told($n: Int = 4, $t: String, $unused: Boolean, $flag: Boolean!) {
  echo(text: $t, number: $n, range: {to: $n}) b: level { levels(count: $n) { name up { ...F } } a: method(by: $n) }
  b: level { up { ok } }
  animals { ... on Dog { name as owner { getter } } friend { legs } } named(as: "ghost") { name } robot(as: "yes") { model }
  lists { levels { later { ...F @skip(if: $flag) plain } } ints }
} fragment F on Level { name method } fragment G on Dog { name ...H } fragment H on Dog { as }
mutation Change($n: Int!) { a: add(number: $n) level { ...F } b: later(number: 2) }`
  // Validation wants every fragment used.
  .replace("... on Dog { name as", "... on Dog { ...G name as");

test.each([
  ["Told", { t: null, flag: false }],
  ["Told", { n: 1, t: "x", flag: true }],
  ["Change", { n: 3 }],
])("%s %j", async (operationName, variables) => {
  const document = documentOf(schema, query.replace(", $unused: Boolean", ""));
  const run = async (execute: typeof planned) => {
    calls.length = 0;
    infos = [];
    await execute({ document, operationName, variables, rootValue: { the: "root" }, context: { count: 0 } });
    expect(calls.length).toBeGreaterThan(4);
    return [...calls].sort();
  };
  expect(await run(planned)).toEqual(await run(slow));
});

test("what is the same for all fields of an execution is one object", async () => {
  infos = [];
  await planned({ document: documentOf(schema, "query ($n: Int) { echo(number: $n) level { name } }"), context: {} });
  expect(infos.length).toBe(3);
  const [first] = infos;
  for (const info of infos) {
    expect(info.variableValues).toBe(first?.variableValues);
    expect(info.fragments).toBe(first?.fragments);
    expect(info.operation).toBe(first?.operation);
  }
});
