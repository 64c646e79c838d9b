/** What is imported has its HTML, and a body that takes too long is left out without holding up the others. */
import { afterAll, expect, it } from "vitest";
import { importDump } from "../../src/import/import-dump.js";
import { htmlVersion } from "../../src/markdown/html-version.js";
import { openTestDatabase } from "../harness/database.js";
import { answer, comment, type DumpRows, question, writeDump } from "./dump.js";

const database = await openTestDatabase();
const { prisma } = database;
afterAll(() => database.close());

const importRows = async (rows: DumpRows, namespace: string) =>
  importDump({ prisma, directory: await writeDump(rows), namespace, batchSize: 3 });

it("questions, answers and comments have the HTML of their Markdown", async () => {
  const posts = [question(1, { Body: "<p>a <b>b</b></p>" }), answer(2, 1, { Body: "<pre><code>x</code></pre>" })];
  await importRows({ posts, comments: [comment(1, 1, { Text: "see *this*" })] }, "site");
  expect(await prisma.post.findFirst({ where: { source: "site:question:1" } })).toMatchObject({
    contentHtml: "<p>a <strong>b</strong></p>",
    contentHtmlVersion: htmlVersion,
  });
  const stored = await prisma.comment.findMany({
    orderBy: { source: "asc" },
    where: { source: { startsWith: "site:" } },
  });
  expect(stored.map(({ textHtml, textHtmlVersion }) => [textHtml, textHtmlVersion])).toEqual([
    ["<pre><code>x\n</code></pre>", htmlVersion],
    ["<p>see <em>this</em></p>", htmlVersion],
  ]);
});

it("a body that takes too long, or becomes too long, is left out; all others of all batches are stored", async () => {
  const hostile = [`<ul>${"<li>x".repeat(75_000)}`, `<p>${"_*".repeat(190_000)}</p>`];
  const bodies = hostile.map((Body, n) => question(n + 1, { Body, OwnerUserId: "7" }));
  const others = Array.from({ length: 20 }, (_, n) => question(n + 10));
  const { counts, rejected } = await importRows({ posts: [...bodies, ...others] }, "hostile");
  expect(counts.questions).toEqual({ read: 22, created: 20, alreadyThere: 0, rejected: 2 });
  expect(rejected.map(({ id }) => id)).toEqual(["1", "2"]);
  for (const { reason } of rejected) expect(reason).toMatch(/^Body (takes too long|as Markdown must be at most)/);
});

it("a row that is in two batches is stored once, and counted as already there", async () => {
  const posts = [1, 2, 3, 1, 4, 2].map((id) => question(id));
  const { counts } = await importRows({ posts }, "twice");
  expect(counts.questions).toEqual({ read: 6, created: 4, alreadyThere: 2, rejected: 0 });
});
