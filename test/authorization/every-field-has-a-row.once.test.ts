/** Every field of the schema has a row in the authorization tables, and every row a field. */
import { extendSchema, type GraphQLSchema, parse } from "graphql";
import { expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { allCoordinates } from "./coordinates.js";
import { maybeOfPayloads, partsOfPayloads, payloadOf, whoChangesWhat } from "./who-changes-what.js";
import { whoReadsWhat } from "./who-reads-what.js";
import { fieldsOfEvents, whoReceivesWhat } from "./who-receives-what.js";

const fieldsOfPayloads = Object.entries(payloadOf).flatMap(([name, fields]) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`;
  return [...fields, "userErrors"].map((field) => `${type}.${field}`);
});
const partsOfEvents = Object.entries(fieldsOfEvents).flatMap(([type, fields]) =>
  fields.split(" ").map((field) => `${type}.${field}`),
);
const rows = [
  ...[whoReadsWhat, whoChangesWhat, whoReceivesWhat].flatMap((table) => Object.keys(table)),
  ...fieldsOfPayloads,
  ...maybeOfPayloads,
  ...partsOfPayloads,
  ...partsOfEvents,
];

const schema = await loadSchema();
const namesOf = (of: GraphQLSchema) => allCoordinates(of).map(({ name }) => name);

test("every field has a row, and every row a field", () => {
  expect(rows.length).toBeGreaterThan(300);
  expect(namesOf(schema).filter((name) => !rows.includes(name))).toEqual([]);
  expect(rows.filter((name) => !namesOf(schema).includes(name))).toEqual([]);
  expect(new Set(rows).size).toBe(rows.length);
});

test("a new field, a new type and a new kind of node are missed", () => {
  const more = extendSchema(
    schema,
    parse(`extend type Post { diary: String }
      extend type Mutation { burnPost(input: ID): BurnPostPayload! }
      type BurnPostPayload { ashes: String }
      type Secret implements Node { id: ID! }
      type SecretRevealed implements Event { id: ID!, cursor: String!, occurredAt: DateTime! }
      extend type Query { secret: Secret }
      extend type Subscription { secretRevealed: SecretRevealed! }`),
  );
  const missed = namesOf(more).filter((name) => !rows.includes(name));
  expect(missed).toEqual(
    expect.arrayContaining([
      ...["Post.diary", "Mutation.burnPost", "BurnPostPayload.ashes", "Secret.id", "Query.secret"],
      ...[
        "Query.node(Secret)",
        "Query.nodes(Secret)",
        "Subscription.events(SecretRevealed)",
        "Subscription.secretRevealed",
      ],
    ]),
  );
});
