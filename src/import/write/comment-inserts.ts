/** Inserts comments: answers as top-level comments, comments as top-level comments or replies. */
import type { StoredHtml } from "../../markdown/html-store.js";
import { recountComments } from "../../services/comment-counters.js";
import { textHtml } from "../../services/comments.js";
import { partition, Rejection } from "../convert/partition.js";
import { type Authored, findAuthors } from "../stages/authors.js";
import type { Saved } from "../stages/stage.js";
import { lockParents, type Parents } from "./parents.js";
import type { Transaction } from "./transaction.js";

/** A row that is ready except for its position. */
export interface Unplaced extends Authored {
  readonly source: string;
  readonly text: string;
  readonly html: StoredHtml;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Source of the question it is under; if there is no such post, see `parentCommentSource`. */
  readonly postSource: string;
  /** Source of the answer it replies to. */
  readonly parentCommentSource?: string;
  /** Reason for leaving it out if it has no parent. */
  readonly orphanReason: string;
}

interface Position {
  readonly postId: bigint;
  readonly parentId: bigint | null;
}

/** Sources among `sources` that are comments in the database. */
export async function existingComments(client: Transaction, sources: string[]): Promise<ReadonlySet<string>> {
  const comments = await client.comment.findMany({ where: { source: { in: sources } }, select: { source: true } });
  return new Set(comments.flatMap(({ source }) => source ?? []));
}

/** Inserts the rows that have a parent, and recounts the counters of the parents. */
export async function insertComments<Row extends Unplaced>(
  tx: Transaction,
  namespace: string,
  rows: readonly Row[],
): Promise<Saved<Row>> {
  const postSources = rows.map(({ postSource }) => postSource);
  const commentSources = rows.flatMap(({ parentCommentSource }) => parentCommentSource ?? []);
  const parents = await lockParents(tx, postSources, commentSources);
  const { accepted, rejected } = await partition(rows, (row) => {
    const position = positionOf(row, parents);
    return position === undefined ? new Rejection(row.orphanReason) : { row, ...position };
  });
  const authorOf = await findAuthors(tx, namespace, rows);
  const data = accepted.map(({ row, postId, parentId }) => {
    const { text, html, createdAt, updatedAt, source } = row;
    return { postId, parentId, text, ...textHtml(html), authorId: authorOf(row), createdAt, updatedAt, source };
  });
  const { count: created } = await tx.comment.createMany({ data, skipDuplicates: true });
  await recountComments(
    tx,
    accepted.map(({ postId }) => postId),
    accepted.flatMap(({ parentId }) => parentId ?? []),
  );
  return { created, rejected };
}

function positionOf({ postSource, parentCommentSource }: Unplaced, parents: Parents): Position | undefined {
  const post = parents.posts.get(postSource);
  if (post !== undefined) return { postId: post.id, parentId: null };
  const parent = parentCommentSource === undefined ? undefined : parents.comments.get(parentCommentSource);
  return parent && { postId: parent.postId, parentId: parent.id };
}
