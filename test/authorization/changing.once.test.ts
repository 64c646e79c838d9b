/** Every mutation by every role: done or refused as the table says; a refusal changes nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { graphql } from "../harness/client.js";
import { cursorNow } from "../subscriptions/acting.js";
import { type Account, type Actor, type Community, openCommunity } from "./community.js";
import { digestOf } from "./digest.js";
import { inputs } from "./inputs.js";
import { type Column, columns, expectedOf, selectableBy } from "./roles.js";
import { createThings } from "./things.js";
import { maybeOfPayloads, payloadOf, whoChangesWhat } from "./who-changes-what.js";
import { fieldsFor, selectionFor, wronglyShown } from "./who-looks.js";

const schema = await loadSchema();
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});

let community: Community;
/** Of an event in the log. */
let cursor: string;
let sameOwner: Account;
const sameInputs = new Map<string, object>();
beforeAll(async () => {
  community = await openCommunity();
  cursor = await cursorNow(community.server.database);
  sameOwner = await community.account();
  for (const name of mutations) sameInputs.set(name, await inputFor(name, sameOwner));
});
afterAll(() => community.close());

/** A mutation ready to be sent by somebody, to whom it happens alone. */
interface Prepared {
  readonly name: string;
  readonly column: Column;
  readonly expected: string;
  readonly token: string | undefined;
  readonly input: object;
  /** Global ids of who sends it, and of whose things it is about. */
  readonly looker: string;
  readonly owner: string;
}

function rowOf(mutation: string) {
  const row = whoChangesWhat[`Mutation.${mutation}`];
  if (row === undefined) throw new Error(`Mutation.${mutation} has no row in the authorisation table`);
  return row;
}

async function inputFor(name: string, owner: Account): Promise<object> {
  const { database } = community.server;
  const input = await inputs[name]?.({ community, things: createThings(database.prisma), owner, cursor });
  if (input === undefined) throw new Error(`test/authorization/inputs.ts has no input for Mutation.${name}`);
  return input;
}

/** What is refused changes nothing: it is sent to the same owner, and with the same input, for every column. */
async function prepare(name: string, column: Column, expected: string, sameActor: Actor): Promise<Prepared> {
  const isDone = expected === "done";
  const owner = isDone ? await community.account() : sameOwner;
  const actor = isDone ? await community.actor(column, owner) : sameActor;
  const input = isDone ? await inputFor(name, owner) : sameInputs.get(name);
  const token = await actor.token(rowOf(name).scope, "LIVE");
  const ids = { looker: actor.account.globalId, owner: owner.globalId };
  return { name, column, expected, token, input: input ?? {}, ...ids };
}

async function send(prepared: Prepared): Promise<string> {
  const { name, column, token, input } = prepared;
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const scopes = selectableBy(column, rowOf(name).scope, "LIVE");
  const selection = selectionFor(schema, `${title}Payload`, scopes);
  const query = `mutation ($input: ${title}Input!) { ${name}(input: $input) { ${selection} } }`;
  const { body } = await graphql(community.server.url, query, { input }, token === undefined ? {} : { token });
  const [error] = body.errors ?? [];
  if (error !== undefined) return error.extensions.code;
  const { userErrors, ...payload } = body.data[name];
  const filled = Object.keys(payload).filter((field) => payload[field] !== null && payload[field] !== 0);
  const [refusal] = userErrors;
  const selected = fieldsFor(schema, `${title}Payload`, scopes).map((field) => field.name);
  const all = payloadOf[name]?.filter((field) => selected.includes(field));
  expect(filled.filter((field) => !maybeOfPayloads.includes(`${title}Payload.${field}`)).sort(), name).toEqual(
    refusal === undefined ? all?.sort() : [],
  );
  const wrong = Object.values(payload).flatMap((object) => wronglyShown(schema, object, prepared));
  expect(wrong, name).toEqual([]);
  return refusal?.code ?? "done";
}

test.each(columns)("what is changed as %s", async (column) => {
  const { database } = community.server;
  const sameActor = await community.actor(column, sameOwner);
  const prepared: Prepared[] = [];
  for (const name of mutations) prepared.push(await prepare(name, column, expectedOf(rowOf(name), column), sameActor));
  expect(prepared.length).toBeGreaterThan(35);

  const before = await digestOf(database);
  const met: [string, string][] = [];
  for (const each of prepared.filter(({ expected }) => expected !== "done")) met.push([each.name, await send(each)]);
  const after = await digestOf(database);
  for (const each of prepared.filter(({ expected }) => expected === "done")) met.push([each.name, await send(each)]);

  const expected = prepared.map((each) => [each.name, each.expected]);
  expect(Object.fromEntries(met)).toEqual(Object.fromEntries(expected));
  expect(after).toEqual(before);
});
