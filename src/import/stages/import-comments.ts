/** Imports Comments.xml: comments on a question as top-level comments, comments on an answer as replies. */

import type { PrismaClient } from "../../generated/prisma/client.js";
import { renderPatiently } from "../../markdown/html-store.js";
import { lengths } from "../../services/input.js";
import { partition, Rejection } from "../convert/partition.js";
import { lengthProblem } from "../convert/text-limits.js";
import type { DumpFile } from "../read/dump-files.js";
import type { RowFields } from "../read/row-fields.js";
import { sourceOf } from "../sources.js";
import { existingComments, insertComments, type Unplaced } from "../write/comment-inserts.js";
import { inTransaction } from "../write/transaction.js";
import type { DumpRow, Stage } from "./stage.js";

interface DumpComment extends DumpRow {
  /** `Id` of the question or answer. */
  readonly postId: number;
  /** Already Markdown, unlike the bodies of posts. */
  readonly text: string;
  readonly authorUserId: number | undefined;
  readonly createdAt: Date;
}

export function commentsStage(
  prisma: PrismaClient,
  namespace: string,
  file: DumpFile,
): Stage<DumpComment, DumpComment & Unplaced> {
  return {
    kind: "comments",
    file,
    read: (fields) => readComment(fields, namespace),
    existing: (sources) => existingComments(prisma, sources),
    prepare: (rows) => partition(rows, (row) => unplaced(row, namespace)),
    save: (rows) => inTransaction(prisma, (tx) => insertComments(tx, namespace, rows)),
  };
}

function readComment(fields: RowFields, namespace: string): DumpComment {
  const id = fields.number("Id");
  return {
    id,
    line: fields.lineNumber,
    source: sourceOf(namespace, "comment", id),
    postId: fields.number("PostId"),
    text: fields.text("Text"),
    authorUserId: fields.optionalNumber("UserId"),
    createdAt: fields.date("CreationDate"),
  };
}

async function unplaced(row: DumpComment, namespace: string) {
  const problem = lengthProblem("Text", row.text, lengths.text.most);
  if (problem !== undefined) return new Rejection(problem);
  return {
    ...row,
    html: await renderPatiently(row.text, String(row.authorUserId)),
    updatedAt: row.createdAt,
    postSource: sourceOf(namespace, "question", row.postId),
    parentCommentSource: sourceOf(namespace, "answer", row.postId),
    orphanReason: `its post ${row.postId} is not in the dump or was left out`,
  };
}
