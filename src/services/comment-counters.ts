/**
 * Comment counters: `commentCount` of a post, `replyCount` of a comment. The only definition: a comment counts unless
 * it is deleted or hidden. Callers must have locked the post.
 */
import type { Prisma } from "../generated/prisma/client.js";

type Tx = Pick<Prisma.TransactionClient, "$executeRaw" | "post" | "comment">;

/** The part of a comment that the counters depend on. */
export interface CountedComment {
  readonly postId: number;
  readonly parentId: number | undefined;
  readonly isHidden: boolean;
}

/** For a new comment, which is neither deleted nor hidden. */
export function countNewComment(tx: Tx, { postId, parentId }: Omit<CountedComment, "isHidden">): Promise<void> {
  return adjust(tx, { postId, parentId }, 1);
}

/** For a comment that is hidden or made visible again; `isHidden` is the previous value. */
export async function countHiding(tx: Tx, comment: CountedComment, isToHide: boolean): Promise<void> {
  if (comment.isHidden !== isToHide) await adjust(tx, comment, isToHide ? -1 : 1);
}

/** For a comment that is deleted: a hidden one is not counted already. */
export async function countDeletion(tx: Tx, comment: CountedComment): Promise<void> {
  if (!comment.isHidden) await adjust(tx, comment, -1);
}

/** For all comments of a user, before they are deleted. */
export async function countDeletionOfAll(tx: Tx, authorId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE posts SET comment_count = comment_count - gone.count FROM (
      SELECT post_id, count(*) AS count FROM comments
      WHERE author_id = ${authorId} AND deleted_at IS NULL AND NOT is_hidden GROUP BY post_id
    ) AS gone WHERE posts.id = gone.post_id`;
  await tx.$executeRaw`
    UPDATE comments SET reply_count = reply_count - gone.count FROM (
      SELECT parent_id, count(*) AS count FROM comments
      WHERE author_id = ${authorId} AND deleted_at IS NULL AND NOT is_hidden GROUP BY parent_id
    ) AS gone WHERE comments.id = gone.parent_id`;
}

/** Recomputes the counters, for an import, which adds many comments at once. */
export async function recountComments(tx: Tx, postIds: Iterable<bigint>, commentIds: Iterable<bigint>): Promise<void> {
  await tx.$executeRaw`
    UPDATE posts SET comment_count =
      (SELECT count(*) FROM comments AS c WHERE c.post_id = posts.id AND c.deleted_at IS NULL AND NOT c.is_hidden)
    WHERE id = ANY(${[...new Set(postIds)]}::bigint[])`;
  await tx.$executeRaw`
    UPDATE comments SET reply_count =
      (SELECT count(*) FROM comments AS r WHERE r.parent_id = comments.id AND r.deleted_at IS NULL AND NOT r.is_hidden)
    WHERE id = ANY(${[...new Set(commentIds)]}::bigint[])`;
}

async function adjust(tx: Tx, { postId, parentId }: Omit<CountedComment, "isHidden">, by: 1 | -1): Promise<void> {
  await tx.post.update({ where: { id: postId }, data: { commentCount: { increment: by } } });
  if (parentId === undefined) return;
  await tx.comment.update({ where: { id: parentId }, data: { replyCount: { increment: by } } });
}
