/** Every field that a query leads to, by every role: what is shown is what the table says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSchema } from "../../src/schema.js";
import { allQuestions, askAll, type Question } from "./asking.js";
import { type Actor, type Community, createThings, openCommunity } from "./community.js";
import { makeExamples } from "./examples.js";
import { type Role, roles } from "./roles.js";
import { whoReadsWhat } from "./who-reads-what.js";

let community: Community;
let questions: readonly Question[];
const actors = new Map<Role, Actor>();
beforeAll(async () => {
  community = await openCommunity();
  const [owner, neighbour] = [await community.account(), await community.account()];
  for (const role of roles) actors.set(role, await community.actor(role, owner));
  const user = actors.get("user")?.account ?? owner;
  const examples = await makeExamples(createThings(community.server.database.prisma), { owner, neighbour, user });
  questions = allQuestions(await loadSchema(), examples);
});
afterAll(() => community.server.close());

/** What was met with, by coordinate; several where the ways to ask differ. */
function byCoordinate(met: ReadonlyMap<Question, string>): Record<string, string> {
  const found: Record<string, Set<string>> = {};
  for (const [{ coordinate }, answer] of met) {
    found[coordinate.name] ??= new Set();
    found[coordinate.name]?.add(answer);
  }
  return Object.fromEntries(Object.entries(found).map(([name, answers]) => [name, [...answers].join(", ")]));
}

test.each(roles)("what is read as %s", async (role) => {
  const met = byCoordinate(await askAll(community.server.url, questions, actors.get(role)?.token));
  const expected = Object.entries(whoReadsWhat).map(([name, row]) => [name, row[role]]);
  expect(expected.length).toBeGreaterThan(100);
  expect(met).toEqual(Object.fromEntries(expected));
});
