/** Every subscription field and every type of event, for every column: who receives it is what the table says, live and on resume. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicEventTypes } from "../../src/events/event.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { act } from "../subscriptions/acting.js";
import { listen, type SentEvent } from "../subscriptions/listener.js";
import { cursorAt, positionOf } from "../subscriptions/log.js";
import { causeAll, causedByOthers, hide, type Stretch } from "./causing.js";
import { type Actor, type Community, castOf, openCommunity } from "./community.js";
import { type Hearing, listenToAll } from "./hearing.js";
import { type Column, columns, expectedOf, selectableBy } from "./roles.js";
import type { Thing } from "./things.js";
import { fieldsFor, wronglyShown } from "./who-looks.js";
import { fieldsOfEvents, whoReceivesWhat } from "./who-receives-what.js";

const schema = await loadSchema();

type Doer = "owner" | "blocked";

let community: Community;
let actorOf: (column: Column) => Actor;
const hearings = new Map<Column, Hearing>();
let stretches: Readonly<Record<Doer, Stretch>>;
/** What a moderator hid of the owner's. */
let hidden: readonly Thing[];

beforeAll(async () => {
  community = await openCommunity();
  const owner = await community.account();
  actorOf = await castOf(community, owner);
  const neighbour = await community.actor("user", owner);
  for (const column of columns) hearings.set(column, await listenToAll(community, schema, actorOf(column)));
  stretches = {
    owner: await causeAll(community, actorOf("owner"), actorOf("user").account),
    blocked: await causeAll(community, actorOf("blocked"), actorOf("user").account),
  };
  hidden = await hide(community, actorOf("moderator"), owner);
  const token = (await neighbour.token("WRITE", "LIVE")) ?? "";
  // Twice: the second is delivered when all that was delivered with the first, or before it, is sent.
  for (const bio of ["Once", "Twice"]) {
    await act(community.server.url, { token }, "updateProfile", { bio });
    const hearers = columns.filter((column) => column !== "keyWithoutScope");
    await Promise.all(hearers.map((column) => hearings.get(column)?.hasHeard(bio)));
  }
});
afterAll(async () => {
  await Promise.all([...hearings.values()].map(({ close }) => close()));
  await community.close();
});

function isOf({ began, ended }: Stretch) {
  return ({ cursor }: SentEvent) => positionOf(cursor) > began && positionOf(cursor) <= ended;
}

/** What a column heard of what somebody caused, by coordinate. */
function heardBy(column: Column, doer: Doer): [string, string | readonly SentEvent[]][] {
  const heard = [...(hearings.get(column)?.heard() ?? [])];
  return heard.map(([name, what]) => [name, typeof what === "string" ? what : what.filter(isOf(stretches[doer]))]);
}

/** The blocked one is the owner of what they do, and to the owner, who blocks them, it is not sent. */
function expected(name: string, column: Column, doer: Doer): string {
  const row = whoReceivesWhat[name];
  if (row === undefined) throw new Error(`${name} has no row in the authorisation table`);
  if (doer === "owner" || column === "keyWithoutScope") return expectedOf(row, column);
  if (column === "blocked") return row.by.owner;
  if (column !== "owner" && column !== "keyWithScope") return expectedOf(row, column);
  const isOfOthers = causedByOthers.some((type) => name.toLowerCase().includes(type.toLowerCase()));
  return row.by.user === "received" && !isOfOthers ? "silent" : row.by.user;
}

describe.each(["owner", "blocked"] as const)("what the %s one does", (doer) => {
  test.each(columns)("is sent to %s, live", (column) => {
    const met = heardBy(column, doer).map(([name, what]) => {
      return [name, typeof what === "string" ? what : what.length > 0 ? "received" : "silent"];
    });
    const expectation = Object.keys(whoReceivesWhat).map((name) => [name, expected(name, column, doer)]);
    expect(expectation.length).toBeGreaterThan(25);
    expect(Object.fromEntries(met)).toEqual(Object.fromEntries(expectation));
  });

  test.each(columns.filter((each) => each !== "keyWithoutScope"))(
    "is sent to %s, who resumes later",
    async (column) => {
      const query = "subscription ($after: String) { events(after: $after) { __typename cursor } }";
      const { began, ended } = stretches[doer];
      const after = await cursorAt(community.server.database, began);
      const token = await actorOf(column).token("LIVE", "LIVE");
      const listener = await listen(community.server, { query, variables: { after } }, token);
      const all = await listener.events.through(({ cursor }) => positionOf(cursor) > ended);
      await listener.close();
      const types = Object.values(publicEventTypes);
      const received = types.filter((type) => expected(`Subscription.events(${type})`, column, doer) === "received");
      expect([...new Set(all.slice(0, -1).map(({ __typename }) => __typename))].sort()).toEqual(received.sort());
    },
  );

  test.each(columns)("holds what %s may see", (column) => {
    const events = heardBy(column, doer).flatMap(([, what]) => (typeof what === "string" ? [] : what));
    if (column !== "keyWithoutScope") expect(events.length).toBeGreaterThan(1);
    const ids = { looker: actorOf(column).account.globalId, owner: actorOf(doer).account.globalId };
    for (const { __typename, ...event } of events) {
      const selected = fieldsFor(schema, __typename, selectableBy(column, "LIVE", "LIVE")).map(({ name }) => name);
      const filled = Object.keys(event).filter((field) => event[field] !== null);
      const expectation = fieldsOfEvents[__typename]?.split(" ").filter((field) => selected.includes(field));
      expect(filled.sort(), __typename).toEqual(expectation?.sort());
      const wrong = Object.values(event).flatMap((object) => wronglyShown(schema, object, { column, ...ids }));
      expect(wrong, __typename).toEqual([]);
    }
  });
});

const mayLook: readonly Column[] = ["owner", "moderator", "admin", "keyWithScope", "keyOfAdmin"];

test.each(columns.filter((each) => each !== "keyWithoutScope"))(
  "hiding is sent to %s, with the content or without",
  (column) => {
    const heard = hearings.get(column)?.heard();
    const [posts, comments] = [heard?.get("Subscription.postUpdated"), heard?.get("Subscription.commentUpdated")];
    const [post, comment] = hidden;
    if (!Array.isArray(posts) || !Array.isArray(comments)) throw new Error(`${column} was refused`);
    const ofPost = posts.filter(({ updatedPostId }) => updatedPostId === post?.id);
    const ofComment = comments.filter(({ updatedCommentId }) => updatedCommentId === comment?.id);
    expect([ofPost.length, ofComment.length]).toEqual([1, 1]);
    expect([ofPost[0].post?.id, ofComment[0].comment?.id]).toEqual(
      mayLook.includes(column) ? [post?.id, comment?.id] : [undefined, undefined],
    );
  },
);
