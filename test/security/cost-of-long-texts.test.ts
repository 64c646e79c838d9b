/** What a long text costs: by the characters it may have, so that no operation within the limit asks for much more than those. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { exampleTabs } from "../../src/playground/client/examples.js";
import { lengths } from "../../src/services/input.js";
import { Random } from "../paging/random.js";
import { costOf } from "./cost-of.js";

const seed = 20_261_130;
const limit = readConfig({}).limits.document.cost;
const charactersOfPoint = 8_000;
const aliases = (count: number, field: string) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(" ");

test("49 aliases of a page of long comments are more than one operation may cost", () => {
  for (const field of ["text", "textHtml"]) {
    const query = `{ post(id: "x") { ${aliases(49, `comments(first: 50) { nodes { ${field} } }`)} } }`;
    expect(costOf(query)).toBeGreaterThan(limit);
  }
});

test(`an operation costs a point for each ${charactersOfPoint} characters of what it may be answered (seed ${seed})`, () => {
  const random = new Random(seed);
  const most = { content: lengths.content.most, text: lengths.text.most, body: 262_144 };
  for (let n = 0; n < 500; n += 1) {
    const [posts, comments, copies] = [random.integer(1, 100), random.integer(1, 100), random.integer(1, 40)];
    const [ofPost, ofComment] = [random.integer(0, 3), random.integer(1, 4)];
    const page = `comments(first: ${comments}) { nodes { id ${aliases(ofComment, "text")} } }`;
    const query = `{ posts(first: ${posts}) { nodes { id ${aliases(ofPost, "content")} ${aliases(copies, page).replaceAll("a", "b")} } } }`;
    const characters = posts * (ofPost * most.content + copies * comments * ofComment * most.text);
    expect(costOf(query) * charactersOfPoint, query).toBeGreaterThanOrEqual(characters);
    const deliveries = `{ viewer { webhooks(first: ${copies}) { nodes { deliveries(first: ${comments}) { nodes { body } } } } } }`;
    expect(costOf(deliveries) * charactersOfPoint).toBeGreaterThanOrEqual(copies * comments * most.body);
  }
});

describe("what clients of good will ask for is far from the limit", () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const pages = readdirSync(new URL("../../docs/", import.meta.url)).filter((name) => name.endsWith(".md"));
  const texts = [read("README.md"), ...pages.map((name) => read(`docs/${name}`))];
  const examples = texts.flatMap((text) =>
    [...text.matchAll(/^```graphql\n([\s\S]*?)^```/gm)].map(([, query = ""]) => query),
  );

  test("the examples of the documentation; the first in the README costs what docs/security.md says", () => {
    expect(examples.length).toBeGreaterThan(6);
    for (const query of examples) expect(costOf(query)).toBeLessThan(limit / 10);
    const prose = read("docs/security.md").replaceAll(/\s+/g, " ");
    const [, points] = /the first query in the README costs (\d+) points/.exec(prose) ?? [];
    expect(costOf(examples[0] ?? "")).toBe(Number(points));
  });

  test("the tabs of the playground", () => {
    for (const { query, variables = "{}" } of exampleTabs()) {
      expect(costOf(query, JSON.parse(variables))).toBeLessThan(limit / 10);
    }
  });

  test.each([
    ["a feed with content", "{ posts(first: 20) { nodes { id title content author { id name } } } }"],
    ["a feed as HTML", "{ posts(first: 20) { nodes { id title contentHtml author { id name } } } }"],
    ["a large feed as HTML", "{ posts(first: 50) { nodes { id title contentHtml author { id name } } } }"],
    [
      "a post with its comments and their replies",
      `{ post(id: "x") { contentHtml comments(first: 20) { nodes { id textHtml author { id name }
        replies(first: 3) { nodes { id text author { id name } } } } } } }`,
    ],
  ])("%s", (_, query) => {
    expect(costOf(query)).toBeLessThan(limit / 10);
  });
});
