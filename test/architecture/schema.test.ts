import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from "graphql";
import { describe, expect, test } from "vitest";

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

interface Element {
  readonly name: string;
  readonly description: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

const fields = types.flatMap((type) =>
  isObjectType(type) || isInterfaceType(type)
    ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field }))
    : [],
);

function elements(): Element[] {
  const inner = types.flatMap((type): Element[] => {
    if (isEnumType(type)) return type.getValues().map((value) => ({ ...value, name: `${type.name}.${value.name}` }));
    if (!isInputObjectType(type)) return [];
    return Object.values(type.getFields()).map((field) => ({ ...field, name: `${type.name}.${field.name}` }));
  });
  const ofFields = fields.flatMap(({ name, field }): Element[] => [
    { ...field, name },
    ...field.args.map((argument) => ({ ...argument, name: `${name}(${argument.name})` })),
  ]);
  return [...types, ...inner, ...ofFields];
}

test("everything has a description", () => {
  expect(elements().length).toBeGreaterThan(300);
  expect(
    elements()
      .filter(({ description }) => !description?.trim())
      .map(({ name }) => name),
  ).toEqual([]);
});

test("what is deprecated says what to use and when it goes", () => {
  const form = /Use .+\. Removal on \d{4}-\d\d-\d\d\.$/;
  const vague = elements().filter(
    ({ deprecationReason }) => deprecationReason != null && !form.test(deprecationReason),
  );
  expect(vague.map(({ name }) => name)).toEqual([]);
});

test("a mutation takes one input of its name and returns a payload of its name with userErrors", () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  expect(mutations.length).toBeGreaterThanOrEqual(18);
  for (const { name, args, type } of mutations) {
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    expect(args.map((argument) => `${argument.name}: ${argument.type}`)).toEqual([`input: ${title}Input!`]);
    expect(String(type)).toBe(`${title}Payload!`);
    const payload = getNamedType(type);
    expect(isObjectType(payload) && String(payload.getFields().userErrors?.type)).toBe("[UserError!]!");
  }
});

describe("API keys", () => {
  const decisions = ({ astNode }: Pick<GraphQLObjectType | GraphQLField<unknown, unknown>, "astNode">) =>
    (astNode?.directives ?? []).filter(({ name }) => ["scope", "notForKeys"].includes(name.value));

  test("may have a root field, or may not: each is decided, once", () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const rootFields = fields.filter(({ name }) => roots.some((root) => name.startsWith(`${root}.`)));
    expect(rootFields.length).toBeGreaterThan(40);
    expect(rootFields.filter(({ field }) => decisions(field).length !== 1).map(({ name }) => name)).toEqual([]);
  });

  test("may have what is for one user alone, or may not: a type is for all, or it is decided, and so are its lists", () => {
    // A report is shown by role, which a key has with the scope MODERATE alone, and to who makes it.
    const forAll = ["User", "Post", "Comment", "Report"];
    const nodes = types.filter(
      (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Node"),
    );
    const own = nodes.filter(({ name }) => !forAll.includes(name));
    expect(own.length).toBeGreaterThanOrEqual(4);
    expect(own.filter((type) => isObjectType(type) && decisions(type).length !== 1).map(String)).toEqual([]);
    const ofUser = fields.filter(
      ({ name, field }) => name.startsWith("User.") && field.type.toString().endsWith("Connection"),
    );
    const undecided = ofUser.filter(({ field }) => {
      const target = String(field.type).replace("Connection", "");
      return own.some(({ name }) => name === target) && decisions(field).length !== 1;
    });
    expect(undecided.map(({ name }) => name)).toEqual([]);
  });

  test("never change an account, a session or a key", () => {
    const never = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ name }) =>
      /^(sign|refresh|revoke|change|updateProfile)|Key|Account|Session|Data/.test(name),
    );
    expect(never.length).toBeGreaterThanOrEqual(9);
    for (const field of never)
      expect(
        decisions(field).map(({ name }) => name.value),
        field.name,
      ).toEqual(["notForKeys"]);
  });
});

test("items of lists are not null, but for objects that are gone", () => {
  const nullable = fields.filter(({ field }) => hasNullableItems(field)).map(({ name }) => name);
  expect(nullable).toEqual(["Query.nodes"]);
});

test("lists that are sent hold no null", () => {
  const ofInputs = types.flatMap((type) => (isInputObjectType(type) ? Object.values(type.getFields()) : []));
  const sent = [...fields.flatMap(({ field }) => field.args), ...ofInputs];
  expect(sent.length).toBeGreaterThan(100);
  expect(sent.filter(hasNullableItems).map(({ name }) => name)).toEqual([]);
});

test("every connection has all the arguments of paging, and all its parts", () => {
  const connections = fields.filter(({ field }) => getNamedType(field.type).name.endsWith("Connection"));
  expect(connections.length).toBeGreaterThanOrEqual(10);
  for (const { name, field } of connections) {
    const given = field.args.map((argument) => argument.name);
    expect(given, name).toEqual(expect.arrayContaining(["first", "last", "after", "before", "offset"]));
    const connection = getNamedType(field.type);
    const parts = isObjectType(connection) ? Object.keys(connection.getFields()) : [];
    expect(parts, name).toEqual(["edges", "nodes", "pageInfo", "totalCount", "totalCountIsExact"]);
  }
});

function hasNullableItems({ type }: { readonly type: GraphQLType }): boolean {
  const list = isNonNullType(type) ? type.ofType : type;
  return isListType(list) && !isNonNullType(list.ofType);
}
