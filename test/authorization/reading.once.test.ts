/** Every field reachable by a query, for every role: shown as the table says. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSchema } from "../../src/graphql/schema.js";
import { databaseKind } from "../harness/database.js";
import { allQuestions, askAll } from "./asking.js";
import { asTheyAre, type Case, ofTheBlocked, whenHidden } from "./cases.js";
import { type Actor, type Community, castOf, openCommunity } from "./community.js";
import { makeExamples } from "./examples.js";
import { type Column, columns } from "./roles.js";
import { createThings } from "./things.js";
import { whoReadsWhat } from "./who-reads-what.js";

let community: Community;
let cases: Readonly<Record<string, Case>>;
let actorOf: (column: Column) => Actor;

/** All of it before anybody asks: whom one blocks, and what of theirs is hidden, is remembered for ten seconds. */
beforeAll(async () => {
  community = await openCommunity();
  const owner = await community.account();
  actorOf = await castOf(community, owner);
  const schema = await loadSchema();
  const things = createThings(community.server.database.prisma);
  const [moderator, blocked] = [actorOf("moderator").account, actorOf("blocked").account];
  const [suspended, foe] = [await community.account(), await community.account()];
  await things.suspend(suspended);
  await things.block(blocked, foe);
  const others = async () => ({ neighbour: await community.account(), moderator, blocked, suspended });
  const plain = await makeExamples(things, owner, await others());
  const ofBlocked = await makeExamples(things, blocked, { ...(await others()), blocked: foe });
  const hidden = await makeExamples(things, owner, await others());
  await things.hide(hidden.post, hidden.comments);
  const ids = ({ post, comments }: typeof hidden) => [post.id, ...comments.map(({ id }) => id)];
  cases = {
    plain: asTheyAre(allQuestions(schema, plain)),
    ofTheBlocked: ofTheBlocked(allQuestions(schema, ofBlocked), [blocked.globalId, ...ids(ofBlocked)]),
    hidden: whenHidden(allQuestions(schema, hidden), ids(hidden)),
  };
});
afterAll(() => community.close());

/** What a column meets with, and is to meet with, by coordinate; several where the ways to ask differ. */
async function compare({ questions, expected }: Case, column: Column) {
  const actor = actorOf(column);
  const tables = { met: new Map<string, Set<string>>(), expectation: new Map<string, Set<string>>() };
  const note = (table: Map<string, Set<string>>, name: string, what: string) =>
    table.set(name, (table.get(name) ?? new Set()).add(what));
  const scopeOf = (name: string) => whoReadsWhat[name]?.scope ?? null;
  for (const scope of new Set(questions.map(({ coordinate }) => scopeOf(coordinate.name)))) {
    const some = questions.filter(({ coordinate }) => scopeOf(coordinate.name) === scope);
    const answers = await askAll(community.server.url, some, await actor.token(scope, "READ"));
    for (const [question, answer] of answers) {
      note(tables.met, question.coordinate.name, answer);
      note(tables.expectation, question.coordinate.name, expected(question, column));
    }
  }
  return { met: shownAs(tables.met), expectation: shownAs(tables.expectation) };
}

function shownAs(table: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string> {
  return Object.fromEntries([...table].map(([name, all]) => [name, [...all].sort().join(", ")]));
}

/** Without its scope a key is refused before the database is asked, whatever that is. */
const plainColumns = columns.filter((column) => column !== "keyWithoutScope" || databaseKind === "embedded");
const besideBlocks: readonly Column[] = ["anonymous", "user", "owner", "blocked", "admin", "keyWithScope"];
const besideModerators: readonly Column[] = [
  ...(["anonymous", "user", "owner", "moderator", "admin", "external"] as const),
  ...(["keyWithScope", "keyOfAdmin", "keyOfAdminWithoutModerate"] as const),
];

describe.each([
  ["what is the owner's", "plain", plainColumns, 150],
  ["what is of somebody the owner blocks", "ofTheBlocked", besideBlocks, 100],
  ["what is the owner's, and hidden", "hidden", besideModerators, 40],
] as const)("%s", (_, name, those, atLeast) => {
  test.each(those)("read as %s", async (column) => {
    const { met, expectation } = await compare(cases[name] as Case, column);
    expect(Object.keys(expectation).length).toBeGreaterThanOrEqual(atLeast);
    expect(met).toEqual(expectation);
  });
});
