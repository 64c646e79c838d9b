/** Imports the answers of Posts.xml as top-level comments of the post of their question. */
import type { PrismaClient } from "../../generated/prisma/client.js";
import { lengths } from "../../services/input.js";
import { type DumpPost, readPost, selectPosts, withText } from "../convert/dump-posts.js";
import { partition, Rejection } from "../convert/partition.js";
import type { DumpFile } from "../read/dump-files.js";
import { sourceOf } from "../sources.js";
import { existingComments, insertComments, type Unplaced } from "../write/comment-inserts.js";
import { inTransaction } from "../write/transaction.js";
import type { Stage } from "./stage.js";

interface DumpAnswer extends DumpPost {
  /** `Id` of the question. */
  readonly questionId: number;
}

/**
 * Reads Posts.xml a second time, after all questions, because an answer may come before its question. Holding such
 * answers in memory would have no bound.
 */
export function answersStage(
  prisma: PrismaClient,
  namespace: string,
  file: DumpFile,
): Stage<DumpAnswer, DumpAnswer & Unplaced> {
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

async function unplaced(row: DumpAnswer, namespace: string) {
  const converted = await withText(row, lengths.text.most);
  if (converted instanceof Rejection) return converted;
  const { questionId } = row;
  const postSource = sourceOf(namespace, "question", questionId);
  return { ...converted, postSource, orphanReason: `its question ${questionId} is not in the dump or was left out` };
}
