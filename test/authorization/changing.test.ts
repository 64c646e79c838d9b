/** Every mutation, by every role: it is done or refused as the table says, and what is refused changes nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSchema } from "../../src/schema.js";
import { graphql } from "../harness/client.js";
import { cursorNow } from "../live/acting.js";
import { type Community, createThings, openCommunity } from "./community.js";
import { digestOf } from "./digest.js";
import { inputs } from "./inputs.js";
import { type Role, roles } from "./roles.js";
import { payloadOf, whoChangesWhat } from "./who-changes-what.js";
import { selectionOf, wronglyShown } from "./who-looks.js";

const schema = await loadSchema();
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

let community: Community;
beforeAll(async () => {
  community = await openCommunity();
});
afterAll(() => community.server.close());

/** A mutation ready to be sent by somebody in a role, to whom it happens alone. */
interface Prepared {
  readonly name: string;
  readonly token: string | undefined;
  readonly input: object;
  /** Global ids of who sends it, and of whose things it is about. */
  readonly looker: string;
  readonly owner: string;
}

async function prepare(role: Role): Promise<Prepared[]> {
  const { database } = community.server;
  const things = createThings(database.prisma);
  const cursor = await cursorNow(database);
  const prepared: Prepared[] = [];
  for (const { name } of mutations) {
    const owner = await community.account();
    const actor = await community.actor(role, owner);
    const input = await inputs[name]?.({ community, things, owner, actor, cursor });
    if (input === undefined) throw new Error(`test/authorization/inputs.ts has no input for Mutation.${name}`);
    prepared.push({ name, token: actor.token, input, looker: actor.account.globalId, owner: owner.globalId });
  }
  return prepared;
}

async function send(role: Role, { name, token, input, ...ids }: Prepared): Promise<string> {
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const selection = selectionOf(schema, `${title}Payload`);
  const query = `mutation ($input: ${title}Input!) { ${name}(input: $input) { ${selection} } }`;
  const { body } = await graphql(community.server.url, query, { input }, token === undefined ? {} : { token });
  const [error] = body.errors ?? [];
  if (error !== undefined) return error.extensions.code;
  const { userErrors, ...payload } = body.data[name];
  const filled = Object.keys(payload).filter((field) => payload[field] !== null);
  const [refusal] = userErrors;
  expect(filled, name).toEqual(refusal === undefined ? payloadOf[name] : []);
  const wrong = Object.values(payload).flatMap((object) => wronglyShown(schema, object, { role, ...ids }));
  expect(wrong, name).toEqual([]);
  return refusal?.code ?? "done";
}

const isDone = (role: Role) => (name: string) => whoChangesWhat[`Mutation.${name}`]?.[role] === "done";

test.each(roles)("what is changed as %s", async (role) => {
  const prepared = await prepare(role);
  const done = isDone(role);
  const before = await digestOf(community.server.database);
  const refused = prepared.filter(({ name }) => !done(name));
  const met: [string, string][] = [];
  for (const each of refused) met.push([`Mutation.${each.name}`, await send(role, each)]);
  const after = await digestOf(community.server.database);

  for (const each of prepared.filter(({ name }) => done(name))) {
    met.push([`Mutation.${each.name}`, await send(role, each)]);
  }
  const expected = Object.entries(whoChangesWhat).map(([name, row]) => [name, row[role]]);
  expect(expected.length).toBeGreaterThan(25);
  expect(Object.fromEntries(met)).toEqual(Object.fromEntries(expected));
  expect(after).toEqual(before);
});
