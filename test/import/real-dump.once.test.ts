/** The import on a real community: history.meta.stackexchange.com, ../shared/data beside the repository. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importDump } from "../../src/import/import-dump.js";
import type { ImportReport } from "../../src/import/report/report.js";
import { handleSkeleton, isHandle } from "../../src/services/handles.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { community, rowVersions, wrongCounters } from "./stored.js";

const directory =
  process.env.TEST_DUMP ?? fileURLToPath(new URL("../../../shared/data/history-meta-stackexchange", import.meta.url));
const namespace = "history-meta";
const timeoutMs = 120_000;

// Where the dump is promised to be, its absence is a failure.
const skipped = !existsSync(directory) && process.env.CI !== "true";
if (skipped) process.stdout.write(`not run: the import of a real dump, which is not at ${directory} (set TEST_DUMP)\n`);

describe.skipIf(skipped)("a real dump", { timeout: timeoutMs }, () => {
  let database: TestDatabase;
  let report: ImportReport;

  beforeAll(async () => {
    database = await openTestDatabase();
    report = await importDump({ prisma: database.prisma, directory, namespace });
  }, timeoutMs);
  afterAll(() => database.close());

  it("comes in whole, but for the six wiki rows, which are reported", async () => {
    const { prisma } = database;
    expect(report.counts).toEqual({
      users: { read: 2294, created: 2294, alreadyThere: 0, rejected: 0 },
      questions: { read: 556, created: 556, alreadyThere: 0, rejected: 0 },
      answers: { read: 1095, created: 1095, alreadyThere: 0, rejected: 0 },
      comments: { read: 3454, created: 3454, alreadyThere: 0, rejected: 0 },
      otherPosts: { read: 6, created: 0, alreadyThere: 0, rejected: 6 },
    });
    expect(report.rejected.map(({ id }) => id)).toEqual(["215", "216", "852", "853", "2218", "2219"]);
    expect(report.rejected[0]?.reason).toBe("neither a question nor an answer but a tag wiki (PostTypeId 5)");
    expect(await prisma.user.count()).toBe(2294);
    expect(await prisma.post.count()).toBe(556);
    expect(await prisma.comment.count()).toBe(4549);
  });

  it("has exact counters", async () => {
    const { _sum } = await database.prisma.post.aggregate({ _sum: { commentCount: true } });
    expect(_sum.commentCount).toBe(4549);
    expect(await wrongCounters(database.prisma)).toEqual([]);
  });

  it("keeps what was written by accounts that are gone", async () => {
    const { prisma } = database;
    const posts = await prisma.post.count({ where: { authorId: null } });
    const answers = await prisma.comment.count({ where: { authorId: null, source: { contains: ":answer:" } } });
    const comments = await prisma.comment.findMany({ where: { authorId: null, source: { contains: ":comment:" } } });
    expect(posts + answers).toBe(46);
    // 142 name no account; one names an account that Users.xml does not have.
    expect(comments).toHaveLength(143);
    expect(comments.map(({ source }) => source)).toContain("history-meta:comment:6246");
  });

  it("gives every user a handle of their own that looks like no other", async () => {
    const users = await database.prisma.user.findMany({ orderBy: { id: "asc" } });
    expect(users.filter(({ handle }) => !isHandle(handle))).toEqual([]);
    expect(users.filter((user) => user.handleSkeleton !== handleSkeleton(user.handle))).toEqual([]);
    expect(new Set(users.map((user) => user.handleSkeleton)).size).toBe(2294);
    const johns = users.filter(({ name }) => name === "John").map(({ handle }) => handle);
    expect(johns).toEqual(["john", "john_2", "john_3", "john_4"]);
    expect(users[0]).toMatchObject({
      source: "history-meta:user:-1",
      name: "Community",
      email: null,
      passwordHash: null,
    });
  });

  it("puts answers under questions and comments on answers under those", async () => {
    const { prisma } = database;
    const [post] = await prisma.post.findMany({ where: { source: "history-meta:question:1" } });
    expect(post).toMatchObject({ title: "Should we include sources in answers?" });
    expect(post?.createdAt.toISOString()).toBe("2011-10-11T19:42:20.713Z");
    const onAnswer = await prisma.comment.findUnique({
      where: { source: "history-meta:comment:5" },
      include: { parent: true, post: true },
    });
    expect(onAnswer).toMatchObject({ parent: { source: "history-meta:answer:2" }, post: { id: post?.id } });
  });

  it("changes nothing the second time", async () => {
    const before = await rowVersions(database.prisma);
    const again = await importDump({ prisma: database.prisma, directory, namespace });
    expect(again.counts.users).toEqual({ read: 2294, created: 0, alreadyThere: 2294, rejected: 0 });
    expect(again.counts.comments).toEqual({ read: 3454, created: 0, alreadyThere: 3454, rejected: 0 });
    expect(again.rejected).toEqual(report.rejected);
    expect(await rowVersions(database.prisma)).toEqual(before);
  });

  it("becomes the same community when the import is interrupted again and again", async () => {
    const interrupted = await openTestDatabase();
    const { prisma } = interrupted;
    try {
      for (const piecesRead of [3, 15, 45, 70, 92, 98]) {
        let pieces = 0;
        const onProgress = () => {
          pieces += 1;
          if (pieces > piecesRead) throw new Error("interrupted");
        };
        await expect(importDump({ prisma, directory, namespace, onProgress, batchSize: 100 })).rejects.toThrow(
          "interrupted",
        );
        expect(await wrongCounters(prisma)).toEqual([]);
      }
      expect(await prisma.comment.count()).toBeLessThan(4549);
      await importDump({ prisma, directory, namespace, batchSize: 100 });
      expect(await community(prisma)).toEqual(await community(database.prisma));
    } finally {
      await interrupted.close();
    }
  });
});
