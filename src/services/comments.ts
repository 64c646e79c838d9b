/** Comments and replies: create, edit, delete, like. Each change is one transaction that locks the post first. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import type { RenderForStorage, StoredHtml } from "../markdown/html-store.js";
import { recordIfByRole } from "./audit.js";
import { type CountedComment, countDeletion, countNewComment } from "./comment-counters.js";
import { InputCheck } from "./input.js";
import { blockedError, type CommentOutcome, notFound, type UserError, userError } from "./outcome.js";
import { isBlockedBy, isVisibleTo, requireMayEdit } from "./permissions.js";
import { lockPost } from "./posts.js";
import type { Transact, Tx } from "./transaction.js";

export interface NewComment {
  readonly postId: number;
  readonly text: string;
  readonly parentId?: number | undefined;
}

export function createCommentService(transact: Transact, now: () => Date, renderHtml: RenderForStorage) {
  return {
    async create(viewer: Viewer, { postId, parentId, text }: NewComment): Promise<CommentOutcome> {
      const check = new InputCheck();
      check.text("text", text);
      if (check.userErrors.length > 0) return { commentId: null, userErrors: check.userErrors };

      const html = textHtml(await renderHtml(text, viewer.id));
      return transact(async (tx) => {
        const post = await lockPost(tx, postId);
        if (post === undefined || !isVisibleTo(viewer, post.authorId, post.isHidden))
          return refused(notFound("post", "postId"));
        if (await isBlockedBy(tx, post.authorId, viewer)) return refused(blockedError("postId"));
        if (parentId !== undefined) {
          const parent = await findComment(tx, parentId);
          if (parent === undefined || !isVisibleTo(viewer, parent.authorId, parent.isHidden))
            return refused(notFound("comment", "parentId"));
          if (parent.postId !== postId)
            return refused(userError("INVALID", "parentId", "parentId must be a comment on the same post"));
          if (await isBlockedBy(tx, parent.authorId, viewer)) return refused(blockedError("parentId"));
        }
        const data = {
          postId,
          parentId: parentId ?? null,
          authorId: viewer.id,
          text,
          ...html,
          createdAt: now(),
          updatedAt: now(),
        };
        const commentId = Number((await tx.comment.create({ data, select: { id: true } })).id);
        await countNewComment(tx, { postId, parentId });
        await appendEvent(tx, { type: "CommentAdded", commentId, postId, authorId: viewer.id }, now());
        return { commentId, userErrors: [] };
      });
    },

    async update(viewer: Viewer, input: { commentId: number; text: string }): Promise<CommentOutcome> {
      const check = new InputCheck();
      const text = check.text("text", input.text);
      if (check.userErrors.length > 0) return { commentId: null, userErrors: check.userErrors };

      const html = textHtml(await renderHtml(text, viewer.id));
      return onComment(transact, viewer, input.commentId, async (tx, comment) => {
        requireMayEdit(viewer, comment.authorId, "comment");
        await recordIfByRole(tx, viewer, comment.authorId, auditEntry("EDIT", comment), now());
        await tx.comment.update({ where: { id: comment.id }, data: { text, ...html, updatedAt: now() } });
        await appendEvent(tx, { type: "CommentUpdated", ...about(comment) }, now());
      });
    },

    /** With replies it becomes a tombstone; without, it goes, and with it the tombstones it was the last reply of. */
    delete(viewer: Viewer, { commentId }: { commentId: number }): Promise<CommentOutcome> {
      return onComment(transact, viewer, commentId, async (tx, comment) => {
        requireMayEdit(viewer, comment.authorId, "comment");
        await recordIfByRole(tx, viewer, comment.authorId, auditEntry("DELETE", comment), now());
        await countDeletion(tx, comment);
        await appendEvent(tx, { type: "CommentDeleted", ...about(comment) }, now());
        if ((await tx.comment.count({ where: { parentId: comment.id } })) > 0)
          return turnIntoTombstone(tx, comment.id, now());
        await tx.comment.delete({ where: { id: comment.id } });
        await removeEmptyTombstones(tx, comment.parentId);
      });
    },

    like(viewer: Viewer, { commentId }: { commentId: number }): Promise<CommentOutcome> {
      const isRefused = (tx: Tx, { authorId }: FoundComment) => isBlockedBy(tx, authorId, viewer);
      const add = async (tx: Tx, { postId }: FoundComment) => {
        const data = { commentId, userId: viewer.id, createdAt: now() };
        const { count } = await tx.commentLike.createMany({ data, skipDuplicates: true });
        await tx.comment.update({ where: { id: commentId }, data: { likeCount: { increment: count } } });
        if (count > 0) await appendEvent(tx, { type: "CommentLiked", commentId, postId, userId: viewer.id }, now());
      };
      return onComment(transact, viewer, commentId, add, isRefused);
    },

    unlike(viewer: Viewer, { commentId }: { commentId: number }): Promise<CommentOutcome> {
      return onComment(transact, viewer, commentId, async (tx, { postId }) => {
        const { count } = await tx.commentLike.deleteMany({ where: { commentId, userId: viewer.id } });
        await tx.comment.update({ where: { id: commentId }, data: { likeCount: { decrement: count } } });
        if (count > 0) await appendEvent(tx, { type: "CommentUnliked", commentId, postId, userId: viewer.id }, now());
      });
    },
  };
}

/** As the columns are called. */
export function textHtml({ html, version }: StoredHtml) {
  return { textHtml: html, textHtmlVersion: version };
}

const noTextHtml = textHtml({ html: null, version: null });

interface FoundComment extends CountedComment {
  readonly id: number;
  readonly authorId: number | null;
}

function about({ id, postId, authorId }: FoundComment) {
  return { commentId: id, postId, authorId };
}

function auditEntry(action: "EDIT" | "DELETE", { id }: FoundComment) {
  return { action, subject: { type: "Comment", id } } as const;
}

/** Runs `change` on a comment that is there for the viewer and not deleted, with its post locked. */
function onComment(
  transact: Transact,
  viewer: Viewer,
  commentId: number,
  change: (tx: Tx, comment: FoundComment) => Promise<void>,
  isBlocked: (tx: Tx, comment: FoundComment) => Promise<boolean> = async () => false,
): Promise<CommentOutcome> {
  return transact(async (tx) => {
    const comment = await lockComment(tx, commentId);
    if (comment === undefined || !isVisibleTo(viewer, comment.authorId, comment.isHidden))
      return refused(notFound("comment", "commentId"));
    if (await isBlocked(tx, comment)) return refused(blockedError("commentId"));
    await change(tx, comment);
    return { commentId, userErrors: [] };
  });
}

/** With its post locked; undefined when it does not exist, or is deleted. */
export async function lockComment(tx: Tx, id: number): Promise<FoundComment | undefined> {
  const before = await findComment(tx, id);
  if (before === undefined || (await lockPost(tx, before.postId)) === undefined) return undefined;
  // It may have gone while this waited for the lock.
  return findComment(tx, id);
}

async function findComment(tx: Tx, id: number): Promise<FoundComment | undefined> {
  const select = { postId: true, parentId: true, authorId: true, isHidden: true };
  const row = await tx.comment.findFirst({ where: { id, deletedAt: null }, select });
  if (row === null) return undefined;
  return {
    id,
    postId: Number(row.postId),
    parentId: row.parentId === null ? undefined : Number(row.parentId),
    authorId: row.authorId === null ? null : Number(row.authorId),
    isHidden: row.isHidden,
  };
}

async function turnIntoTombstone(tx: Tx, id: number, deletedAt: Date): Promise<void> {
  await tx.commentLike.deleteMany({ where: { commentId: id } });
  await tx.comment.update({
    where: { id },
    data: {
      text: "",
      ...noTextHtml,
      authorId: null,
      likeCount: 0,
      isHidden: false,
      hiddenReason: null,
      deletedAt,
      updatedAt: deletedAt,
    },
  });
}

async function removeEmptyTombstones(tx: Tx, from: number | undefined): Promise<void> {
  let id = from;
  while (id !== undefined) {
    const replies = await tx.comment.count({ where: { parentId: id } });
    const tombstone = await tx.comment.findFirst({
      where: { id, deletedAt: { not: null } },
      select: { parentId: true },
    });
    if (replies > 0 || tombstone === null) return;
    await tx.comment.delete({ where: { id } });
    id = tombstone.parentId === null ? undefined : Number(tombstone.parentId);
  }
}

function refused(error: UserError): CommentOutcome {
  return { commentId: null, userErrors: [error] };
}
