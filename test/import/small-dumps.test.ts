/** What becomes of each kind of row, on dumps of a few rows. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { importDump } from "../../src/import/import-dump.js";
import { openTestDatabase } from "../harness/database.js";
import { answer, comment, type DumpRows, question, user, writeDump } from "./dump.js";
import { wrongCounters } from "./stored.js";

const database = await openTestDatabase();
const { prisma } = database;
afterAll(() => database.close());
beforeEach(async () => {
  await prisma.user.deleteMany();
  await prisma.post.deleteMany();
});

async function importRows(rows: DumpRows) {
  return importDump({ prisma, directory: await writeDump(rows), namespace: "site" });
}

describe("places", () => {
  it("finds the question of an answer that comes first in the file", async () => {
    await importRows({ posts: [answer(1, 2), question(2)], comments: [comment(1, 1)] });
    const stored = await prisma.comment.findUnique({ where: { source: "site:answer:1" }, include: { post: true } });
    expect(stored).toMatchObject({
      parentId: null,
      replyCount: 1,
      post: { source: "site:question:2", commentCount: 2 },
    });
  });

  it("leaves out and reports what has no parent, and what is under that", async () => {
    const posts = [question(1), answer(2, 9)];
    const { rejected } = await importRows({ posts, comments: [comment(1, 2), comment(2, 9), comment(3, 1)] });
    expect(rejected).toEqual([
      { file: "Posts.xml", line: 4, id: "2", reason: "its question 9 is not in the dump or was left out" },
      { file: "Comments.xml", line: 3, id: "1", reason: "its post 2 is not in the dump or was left out" },
      { file: "Comments.xml", line: 4, id: "2", reason: "its post 9 is not in the dump or was left out" },
    ]);
    expect(await prisma.comment.count()).toBe(1);
  });

  it("completes an import with what was missing the first time, counters included", async () => {
    await importRows({ posts: [question(1), answer(2, 1)], comments: [comment(1, 2)] });
    const posts = [question(1), answer(2, 1), answer(3, 1)];
    const { counts } = await importRows({ posts, comments: [comment(1, 2), comment(2, 2), comment(3, 1)] });
    expect(counts.comments).toEqual({ read: 3, created: 2, alreadyThere: 1, rejected: 0 });
    expect((await prisma.post.findFirst())?.commentCount).toBe(5);
    expect(await wrongCounters(prisma)).toEqual([]);
  });

  it("counts what was there, what is new and what is left out, each once, in one batch", async () => {
    await importRows({ posts: [question(1)], comments: [comment(1, 1), comment(2, 1)] });
    const good = [comment(1, 1), comment(2, 1), comment(2, 1), comment(5, 1)];
    const bad = [comment(3, 9), comment(4, 1, { Text: "a".repeat(50_000) }), comment(6, 1, { CreationDate: "never" })];
    const { counts } = await importRows({ posts: [question(1)], comments: [...good, ...bad] });
    expect(counts.comments).toEqual({ read: 7, created: 1, alreadyThere: 3, rejected: 3 });
    const users = [user(1), user(2, { CreationDate: "never" })];
    expect((await importRows({ users })).counts.users).toEqual({ read: 2, created: 1, alreadyThere: 0, rejected: 1 });
    expect((await importRows({ users })).counts.users).toEqual({ read: 2, created: 0, alreadyThere: 1, rejected: 1 });
  });

  it("does not count what was deleted", async () => {
    await importRows({ posts: [question(1), answer(2, 1)], comments: [comment(1, 2)] });
    await prisma.comment.updateMany({ where: { source: "site:answer:2" }, data: { deletedAt: new Date(), text: "" } });
    await importRows({ posts: [question(1), answer(2, 1)], comments: [comment(1, 2), comment(2, 2)] });
    expect((await prisma.post.findFirst())?.commentCount).toBe(2);
    expect(await wrongCounters(prisma)).toEqual([]);
  });
});

describe("rows left out", () => {
  it("names wiki rows and rows of unknown type", async () => {
    const posts = [question(1, { PostTypeId: "4" }), question(2, { PostTypeId: "77" }), { Id: "3" }];
    const { counts, rejected } = await importRows({ posts });
    expect(counts.otherPosts).toEqual({ read: 3, created: 0, alreadyThere: 0, rejected: 3 });
    expect(rejected.map(({ reason }) => reason)).toEqual([
      "neither a question nor an answer but a tag wiki excerpt (PostTypeId 4)",
      "neither a question nor an answer but a row of unknown type (PostTypeId 77)",
      "PostTypeId is missing",
    ]);
  });

  it("names the attribute that is missing or wrong", async () => {
    const { Title: _, ...untitled } = question(1);
    const { Id: __, ...nameless } = comment(1, 1);
    const posts = [
      untitled,
      question(2, { CreationDate: "2012-02-30T00:00:00" }),
      question(3, { LastEditDate: "soon" }),
    ];
    const { rejected } = await importRows({ users: [user(1, { Id: "x1" })], posts, comments: [nameless] });
    expect(rejected).toEqual([
      { file: "Users.xml", line: 3, id: "x1", reason: 'Id must be a whole number, got "x1"' },
      { file: "Posts.xml", line: 3, id: "1", reason: "Title is missing" },
      expect.objectContaining({ id: "2", reason: expect.stringContaining('got "2012-02-30T00:00:00"') }),
      expect.objectContaining({ id: "3", reason: expect.stringContaining("LastEditDate must be a UTC time") }),
      { file: "Comments.xml", line: 3, id: "", reason: "Id is missing" },
    ]);
  });

  it("tells the length of a text that is empty or too long", async () => {
    const posts = [
      question(1, { Title: "t".repeat(201) }),
      question(2, { Title: "🙂".repeat(200), Body: `<p>${"b".repeat(40_000)}</p>` }),
      question(3, { Body: `<p>${"b".repeat(40_001)}</p>` }),
      question(4, { Body: "<p> </p>" }),
      question(6, { Body: "&".repeat(400_001) }),
      answer(5, 2, { Body: `<p>${"b".repeat(30_001)}</p>` }),
    ];
    const { rejected } = await importRows({ posts, comments: [comment(1, 2, { Text: " " })] });
    expect(rejected.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      "1 Title must be at most 200 characters, got 201",
      "3 Body as Markdown must be at most 40000 characters, got 40001",
      "4 Body as Markdown is empty",
      "6 Body must be at most 400000 characters, got 400001",
      "5 Body as Markdown must be at most 30000 characters, got 30001",
      "1 Text is empty",
    ]);
    expect(await prisma.post.count()).toBe(1);
  });

  it("leaves out one body that is nested too deeply, not the rows around it", async () => {
    const body = (depth: number) => `${"<div>".repeat(depth)}x${"</div><p>y<br>z</p>".repeat(depth)}`;
    const posts = [question(1, { Body: body(101) }), question(2, { Body: body(100) }), question(3)];
    const { counts, rejected } = await importRows({ posts });
    expect(counts.questions).toMatchObject({ created: 2, rejected: 1 });
    expect(rejected[0]?.reason).toBe("Body must have elements nested at most 100 deep");
  });

  it("lists as many as the option says, counts all, and reports each at once", async () => {
    const directory = await writeDump({ comments: [comment(1, 1), comment(2, 1), comment(3, 1)] });
    const reported: string[] = [];
    const onLeftOut = ({ id }: { id: string }) => reported.push(id);
    const report = await importDump({ prisma, directory, namespace: "site", leftOutLimit: 2, onLeftOut });
    expect(report.rejected).toHaveLength(2);
    expect(report.counts.comments.rejected).toBe(3);
    expect(reported).toEqual(["1", "2", "3"]);
  });
});

describe("texts", () => {
  it("loses NUL, lone surrogates and other characters without meaning, however they are written", async () => {
    const posts = [question(1, { Title: "a\0b\u0001c\uFFFFd 🙂", Body: "<p>x&#0;y&#xD800;z</p>" })];
    const directory = await writeDump({ posts, comments: [comment(1, 1, { Text: "HERE" })] });
    const file = join(directory, "Comments.xml");
    const text = await readFile(file);
    const [before = "", after = ""] = text.toString("latin1").split("HERE");
    // A reference to NUL, one to a lone surrogate, a surrogate in UTF-8 (CESU), and a real character.
    const written = Buffer.concat([
      Buffer.from("p&#0;q&#x00;r&#xD83D;s&#55357;"),
      Buffer.from([0xed, 0xa0, 0xbd]),
      Buffer.from("🙂&#x1F642;"),
    ]);
    await writeFile(file, Buffer.concat([Buffer.from(before, "latin1"), written, Buffer.from(after, "latin1")]));
    await importDump({ prisma, directory, namespace: "site" });
    expect(await prisma.post.findFirst()).toMatchObject({ title: "abcd 🙂", content: "x\uFFFDy\uFFFDz" });
    expect((await prisma.comment.findFirst())?.text).toBe("pqrs\uFFFD\uFFFD\uFFFD🙂🙂");
  });

  it("keeps comments as they are and turns bodies into Markdown", async () => {
    const text = "See [this](https://x.org) & <b>that</b>\n_now_";
    await importRows({
      posts: [question(1, { Body: "<p><b>Bold</b> &lt;b&gt;</p>" })],
      comments: [comment(1, 1, { Text: text })],
    });
    expect((await prisma.post.findFirst())?.content).toBe("**Bold** \\<b>");
    expect((await prisma.comment.findFirst())?.text).toBe(text);
  });
});

describe("authors and times", () => {
  it("gives a row its author, or none when the account is gone or was never there", async () => {
    const posts = [
      question(1, { OwnerUserId: "-1" }),
      question(2, { OwnerDisplayName: "gone" }),
      question(3, { OwnerUserId: "8" }),
    ];
    await importRows({ users: [user(-1, { DisplayName: "Community" })], posts });
    const stored = await prisma.post.findMany({ include: { author: true }, orderBy: { id: "asc" } });
    expect(stored.map(({ author }) => author?.handle)).toEqual(["community", undefined, undefined]);
  });

  it("reads times as UTC and takes the last edit as the time of change", async () => {
    await importRows({ posts: [question(1, { LastEditDate: "2013-07-01T12:00:00.001" }), question(2)] });
    const stored = await prisma.post.findMany({ orderBy: { id: "asc" } });
    expect(stored.map(({ createdAt }) => createdAt.toISOString())).toEqual(Array(2).fill("2012-01-02T03:04:05.678Z"));
    expect(stored.map(({ updatedAt }) => updatedAt.toISOString())).toEqual([
      "2013-07-01T12:00:00.001Z",
      "2012-01-02T03:04:05.678Z",
    ]);
  });

  it("numbers rows in the order of the file", async () => {
    await importRows({ posts: [question(7), question(3), question(5)] });
    const stored = await prisma.post.findMany({ orderBy: { id: "asc" } });
    expect(stored.map(({ source }) => source)).toEqual(["site:question:7", "site:question:3", "site:question:5"]);
  });

  it("makes handles that nobody has and that look like nobody's", async () => {
    await prisma.user.create({ data: { handle: "anna_2", handleSkeleton: "anna2", name: "An older Anna" } });
    const names = ["Anna", "Anna", "ANNA!", "modem", "m0dern", "", "Ян", "x", "J".repeat(99), " Ann\tB.\n"];
    const users = names.map((DisplayName, index) => user(index + 100, { DisplayName }));
    await importRows({ users });
    const stored = await prisma.user.findMany({ where: { source: { not: null } }, orderBy: { id: "asc" } });
    expect(stored.map(({ handle }) => handle)).toEqual([
      ...["anna", "anna_3", "anna_4", "modem", "m0dern_2", "user105", "user", "user_x", "j".repeat(24), "ann_b"],
    ]);
    expect(stored.slice(-4).map(({ name }) => name)).toEqual(["Ян", "x", "J".repeat(80), "Ann B."]);
    expect(stored[5]?.name).toBe("user105");
  });

  it("tells many of one name apart by their own numbers", async () => {
    const users = Array.from({ length: 30 }, (_, index) => user(index + 100, { DisplayName: "Kim" }));
    await importRows({ users });
    const stored = await prisma.user.findMany({ orderBy: { id: "asc" } });
    expect(stored).toHaveLength(30);
    expect(stored.slice(8, 11).map(({ handle }) => handle)).toEqual(["kim_9", "kim_109", "kim_110"]);
  });

  it("imports a row once that is in the file twice", async () => {
    const { counts } = await importRows({ users: [user(1), user(1)] });
    expect(counts.users).toEqual({ read: 2, created: 1, alreadyThere: 1, rejected: 0 });
  });
});
