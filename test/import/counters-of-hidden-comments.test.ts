/** What a moderator has hidden is not counted, neither by the services nor when an import counts anew. */
import { expect, test } from "vitest";
import { inTransaction } from "../../src/import/write/transaction.js";
import { recountComments } from "../../src/services/comment-counters.js";
import { openTestDatabase } from "../harness/database.js";

test("an import leaves hidden and deleted comments out of the counters", async () => {
  const database = await openTestDatabase();
  const { prisma } = database;
  const post = await prisma.post.create({ data: { title: "A post", content: "" } });
  const comment = (data: object) => prisma.comment.create({ data: { postId: post.id, text: "a", ...data } });
  const parent = await comment({});
  await comment({ parentId: parent.id });
  await comment({ parentId: parent.id, isHidden: true });
  await comment({ parentId: parent.id, text: "", deletedAt: new Date() });
  await comment({ isHidden: true });

  await inTransaction(prisma, (tx) => recountComments(tx, [post.id], [parent.id]));

  expect((await prisma.post.findUniqueOrThrow({ where: { id: post.id } })).commentCount).toBe(2);
  expect((await prisma.comment.findUniqueOrThrow({ where: { id: parent.id } })).replyCount).toBe(1);
  await database.close();
});
