/** Imports the answers of Posts.xml as top-level comments of the post of their question. */
import type { PrismaClient } from "../../generated/prisma/client.js";
import { lengths } from "../../services/input.js";
import { type PostRow, readPost, selectPosts, withText } from "../convert/post-rows.js";
import { partition, Rejection } from "../partition.js";
import type { DumpFile } from "../read/dump-files.js";
import { sourceOf } from "../sources.js";
import { existingComments, insertComments, type Unplaced } from "../write/comment-inserts.js";
import { inTransaction } from "../write/transaction.js";
import type { Stage } from "./stage.js";

interface AnswerRow extends PostRow {
  /** `Id` of the question. */
  readonly questionId: number;
}

/**
 * Reads Posts.xml a second time, when every question is in: an answer may come before its question, and to wait for it
 * in memory would have no bound.
 */
export function answersStage(
  prisma: PrismaClient,
  namespace: string,
  file: DumpFile,
): Stage<AnswerRow, AnswerRow & Unplaced> {
  return {
    kind: "answers",
    file,
    select: (fields) => selectPosts(fields, "answer"),
    read: (fields) => ({ ...readPost(fields, namespace, "answer"), questionId: fields.number("ParentId") }),
    existing: (sources) => existingComments(prisma, sources),
    prepare: (rows) => partition(rows, (row) => unplaced(row, namespace)),
    save: (rows) => inTransaction(prisma, (tx) => insertComments(tx, namespace, rows)),
  };
}

async function unplaced(row: AnswerRow, namespace: string) {
  const converted = await withText(row, lengths.text.most);
  if (converted instanceof Rejection) return converted;
  const { questionId } = row;
  const postSource = sourceOf(namespace, "question", questionId);
  return { ...converted, postSource, orphanReason: `its question ${questionId} is not in the dump or was left out` };
}
