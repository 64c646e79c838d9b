/** Every field of Parley's schema, executed by plans and by graphql-js. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../../src/graphql/schema.js";
import { lookAhead } from "../../../src/loaders/look-ahead.js";
import { isPartOfAnAnswer, objectTypes } from "../../sql/lookups.js";
import { type Comparable, comparable, documentOf, executorsOf } from "../answers.js";
import { changed, events, mutations } from "./changes.js";
import { type Community, contextOf, openCommunity, viewers } from "./community.js";
import { everyField, failingReads, isReached, type ParleyOperation, reads } from "./operations.js";

const { schema, planned, slow } = executorsOf(await loadSchema());

/** Two databases that hold the same: what the one way changes, the other must not see. */
let ours: Community;
let theirs: Community;
beforeAll(async () => {
  [ours, theirs] = await Promise.all([openCommunity(), openCommunity()]);
});
afterAll(() => Promise.all([ours.database.close(), theirs.database.close()]));

type ViewerName = keyof typeof viewers;

async function bothAnswer(
  { query, variables, operationName, rootValue }: ParleyOperation,
  viewer: ViewerName,
  broken = false,
): Promise<[Comparable, Comparable]> {
  const document = documentOf(schema, query);
  const asked = { document, variables, operationName, rootValue };
  const fail = () => Promise.reject(new Error("the database is away"));
  const away = { query: fail, readFor: () => fail };
  // As the server does it: reading only the selected fields.
  const context = contextOf({ ...ours, ...(broken && away) }, viewers[viewer]);
  context.beginOperation(lookAhead(schema, document));
  const first = await comparable(planned({ ...asked, context }));
  const readsAll = contextOf({ ...theirs, ...(broken && away) }, viewers[viewer]);
  return [withoutTokens(first), withoutTokens(await comparable(slow({ ...asked, context: readsAll })))];
}

/** Tokens are made by chance. */
function withoutTokens({ json, ...rest }: Comparable): Comparable {
  return { ...rest, json: json.replaceAll(/("(?:access|refresh)Token":)"[^"]+"/g, "$1…") };
}

function named(operations: readonly ParleyOperation[]) {
  return operations.map((asked) => ({ name: JSON.stringify(asked), asked }));
}

const fields = everyField(schema);

/** Their secrets and numbers are made by chance: test/webhooks asks for all of them. */
const isOfWebhooks = (name: string) => /webhook|^redeliver$/i.test(name);
/** Likewise: test/auth. */
const isCredential = (name: string) => ["ApiKey", "UserSession"].includes(name);

test("there are operations for every type and every mutation, but those of webhooks", () => {
  const missed = objectTypes(schema).filter((type) => !isReached(type) && !isPartOfAnAnswer(type));
  expect(missed.map(String).filter((name) => !isOfWebhooks(name) && !isCredential(name))).toEqual([]);
  const all = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(all.filter((name) => !isOfWebhooks(name)).sort()).toEqual([...changed].sort());
  expect(fields.length + reads.length + failingReads.length + mutations(schema).length).toBeGreaterThan(150);
});

async function answeredWithoutErrors(asked: ParleyOperation, viewer: ViewerName): Promise<void> {
  const [first, second] = await bothAnswer(asked, viewer);
  expect(first).toEqual(second);
  expect(first.errors).toEqual([]);
}

const isForModerators = ({ query }: ParleyOperation) => /^\{ (reports|auditLog)\b/.test(query);

test.each(named(fields))("$name", ({ asked }) =>
  answeredWithoutErrors(asked, isForModerators(asked) ? "admin" : "owner"),
);

describe.each(["visitor", "reader", "admin"] as const)("read by the %s", (viewer) => {
  test.each(named(reads))("$name", ({ asked }) => answeredWithoutErrors(asked, viewer));
});

test.each(named(failingReads))("refused: $name", async ({ asked }) => {
  const [first, second] = await bothAnswer(asked, "reader");
  expect(first).toEqual(second);
});

test.each(named(reads.slice(0, 4)))("without a database: $name", async ({ asked }) => {
  const [first, second] = await bothAnswer(asked, "reader", true);
  expect(first).toEqual(second);
  expect(first.errors[0]?.message).toBe("the database is away");
});

test.each(named(events(schema)))("$name", async ({ asked }) => {
  const [first, second] = await bothAnswer(asked, "reader");
  expect(first).toEqual(second);
});

/** Changes that were not refused. */
let done = 0;

// In this order, last: the databases change alike.
describe.each(["visitor", "owner", "admin"] as const)("changed by the %s", (viewer) => {
  test.each(named(mutations(schema)))("$name", async ({ asked }) => {
    const [first, second] = await bothAnswer(asked, viewer);
    expect(first).toEqual(second);
    if (first.json.includes('"userErrors":[]')) done += 1;
  });
});

test("of those changes, most were made", () => {
  expect(done).toBeGreaterThan(20);
});
