/** Every subscription field and every type of event, by every role: who is told is what the table says, live and later. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicEventTypes } from "../../src/events/event.js";
import { loadSchema } from "../../src/schema.js";
import { act, cursorNow } from "../live/acting.js";
import { listen, type SentEvent } from "../live/listener.js";
import { positionOf } from "../live/log.js";
import { causeAll } from "./causing.js";
import { type Actor, type Community, openCommunity } from "./community.js";
import { type Hearing, listenToAll } from "./hearing.js";
import { type Role, roles } from "./roles.js";
import { fieldsOfEvents, whoIsToldWhat } from "./who-is-told-what.js";
import { wronglyShown } from "./who-looks.js";

const schema = await loadSchema();

let community: Community;
/** Where in the log it began, and where it ended. */
let began: string;
let ended: number;
const actors = new Map<Role, Actor>();
const hearings = new Map<Role, Hearing>();

beforeAll(async () => {
  community = await openCommunity();
  const owner = await community.account();
  for (const role of roles) actors.set(role, await community.actor(role, owner));
  const neighbour = await community.actor("user", owner);
  for (const role of roles) hearings.set(role, await listenToAll(community, schema, actorOf(role).token));
  began = await cursorNow(community.server.database);
  await causeAll(community, actorOf("owner"), actorOf("user"));
  ended = positionOf(await cursorNow(community.server.database));
  // Twice: the second is delivered when all that was delivered with the first, or before it, is sent.
  for (const bio of ["Once", "Twice"]) {
    await act(community.server.url, { token: neighbour.token ?? "" }, "updateProfile", { bio });
    await Promise.all([...hearings.values()].map(({ hasHeard }) => hasHeard(bio)));
  }
});
afterAll(async () => {
  await Promise.all([...hearings.values()].map(({ close }) => close()));
  await community.server.close();
});

function actorOf(role: Role): Actor {
  const actor = actors.get(role);
  if (actor === undefined) throw new Error(`there is no actor of role ${role}`);
  return actor;
}

function wasCaused({ cursor }: SentEvent): boolean {
  return positionOf(cursor) <= ended;
}

/** What a role heard of what was caused, by coordinate. */
function heardBy(role: Role): [string, string | readonly SentEvent[]][] {
  const heard = [...(hearings.get(role)?.heard() ?? [])];
  return heard.map(([name, what]) => [name, typeof what === "string" ? what : what.filter(wasCaused)]);
}

test.each(roles)("what is told to %s, live", (role) => {
  const met = heardBy(role).map(([name, what]) => {
    return [name, typeof what === "string" ? what : what.length > 0 ? "told" : "silent"];
  });
  const expected = Object.entries(whoIsToldWhat).map(([name, row]) => [name, row[role]]);
  expect(expected.length).toBeGreaterThan(25);
  expect(Object.fromEntries(met)).toEqual(Object.fromEntries(expected));
});

test.each(roles)("what is told to %s, who comes back later", async (role) => {
  const query = "subscription ($after: String) { events(after: $after) { __typename cursor } }";
  const variables = { after: began };
  const listener = await listen(community.server, { query, variables }, actorOf(role).token);
  const all = await listener.events.through((event) => !wasCaused(event));
  await listener.close();
  const types = Object.values(publicEventTypes);
  const told = types.filter((type) => whoIsToldWhat[`Subscription.events(${type})`]?.[role] === "told");
  expect([...new Set(all.filter(wasCaused).map(({ __typename }) => __typename))].sort()).toEqual(told.sort());
});

test.each(roles)("what the events hold that are told to %s", (role) => {
  const events = heardBy(role).flatMap(([, what]) => (typeof what === "string" ? [] : what));
  expect(events.length).toBeGreaterThan(15);
  const ids = { looker: actorOf(role).account.globalId, owner: actorOf("owner").account.globalId };
  for (const { __typename, ...event } of events) {
    const filled = Object.keys(event).filter((field) => event[field] !== null);
    expect(filled, __typename).toEqual(fieldsOfEvents[__typename]?.split(" "));
    const wrong = Object.values(event).flatMap((object) => wronglyShown(schema, object, { role, ...ids }));
    expect(wrong, __typename).toEqual([]);
  }
});
