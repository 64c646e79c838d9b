/** How schema.graphql uses `@cost` and `@listSize`: section 9 of the cost directive specification, "Validation". */
import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLField,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from "graphql";
import { expect, test } from "vitest";

const schema = buildSchema(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"));
const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));

interface Place {
  readonly name: string;
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const fields = types.flatMap((type): Place[] =>
  isObjectType(type)
    ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, parent: type.name, field }))
    : [],
);

function valuesOf(
  directive: "cost" | "listSize",
  { astNode }: { readonly astNode?: Parameters<typeof getDirectiveValues>[1] | null | undefined },
) {
  const definition = schema.getDirective(directive);
  return definition && astNode ? getDirectiveValues(definition, astNode) : undefined;
}

const sized = fields.flatMap((place) => {
  const values = valuesOf("listSize", place.field);
  return values === undefined ? [] : [{ ...place, values }];
});

const isList = ({ field }: Pick<Place, "field">) => isListType(getNullableType(field.type));
const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

test("9.1 the directives are defined as the specification has them", () => {
  const [cost, listSize] = [schema.getDirective("cost"), schema.getDirective("listSize")];
  const argumentsOf = (directive: typeof cost) => directive?.args.map(({ name, type }) => `${name}: ${type}`);
  expect(argumentsOf(cost)).toEqual(["weight: String!"]);
  expect([...(cost?.locations ?? [])].sort()).toEqual([
    "ARGUMENT_DEFINITION",
    "ENUM",
    "FIELD_DEFINITION",
    "INPUT_FIELD_DEFINITION",
    "OBJECT",
    "SCALAR",
  ]);
  expect(argumentsOf(listSize)).toEqual([
    "assumedSize: Int",
    "slicingArguments: [String!]",
    "sizedFields: [String!]",
    "requireOneSlicingArgument: Boolean",
  ]);
  expect([listSize?.locations, cost?.isRepeatable, listSize?.isRepeatable]).toEqual([
    ["FIELD_DEFINITION"],
    false,
    false,
  ]);
});

test("9.1.1 no field of an interface has a cost", () => {
  const ofInterfaces = types.filter(isInterfaceType).flatMap((type) => Object.values(type.getFields()));
  expect(ofInterfaces.length).toBeGreaterThan(0);
  expect(ofInterfaces.filter((field) => valuesOf("cost", field) !== undefined)).toEqual([]);
});

test("9.2.1 and 9.2.2 a size is of a list, or of lists inside", () => {
  expect(sized.length).toBeGreaterThan(10);
  for (const { name, field, values } of sized) {
    const inside = namesIn(values.sizedFields);
    if (inside.length === 0) expect([name, isList({ field })]).toEqual([name, true]);
    const type = getNamedType(field.type);
    const given = isObjectType(type) ? type.getFields() : {};
    for (const each of inside) expect([name, isListType(getNullableType(given[each]?.type))]).toEqual([name, true]);
  }
});

test("9.2.3 slicing arguments are there, and numbers; or lists, of which the length counts, beyond the specification", () => {
  for (const { name, field, values } of sized) {
    for (const each of namesIn(values.slicingArguments)) {
      const type = getNullableType(field.args.find((argument) => argument.name === each)?.type);
      expect([name, String(type) === "Int" || isListType(type)]).toEqual([name, true]);
    }
  }
});

test("9.2.4 an assumed size does not compete with slicing arguments", () => {
  for (const { name, field, values } of sized) {
    const slicing = namesIn(values.slicingArguments);
    if (values.assumedSize === undefined || slicing.length === 0) continue;
    const defaults = field.args.filter((each) => slicing.includes(each.name) && each.defaultValue !== undefined);
    expect([name, values.requireOneSlicingArgument, defaults]).toEqual([name, false, []]);
  }
});

test("every list of objects says how long it is: else it would count as one", () => {
  const lists = fields.filter((place) => isList(place) && isCompositeType(getNamedType(place.field.type)));
  const unsized = lists.filter(({ parent, field }) => {
    if (valuesOf("listSize", field) !== undefined) return false;
    const givers = fields.filter((each) => getNamedType(each.field.type).name === parent);
    const isSized = (each: Place) => namesIn(valuesOf("listSize", each.field)?.sizedFields).includes(field.name);
    return givers.length === 0 || !givers.every(isSized);
  });
  // What was refused of one mutation: as many as it has fields to refuse.
  expect(unsized.map(({ name }) => name).filter((name) => !name.endsWith(".userErrors"))).toEqual([]);
});
