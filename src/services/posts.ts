/** Posts: create, edit, delete, like. Each change is one transaction. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import type { RenderForStorage, StoredHtml } from "../markdown/html-store.js";
import { recordIfByRole } from "./audit.js";
import { InputCheck } from "./input.js";
import { blockedError, notFound, type PostOutcome } from "./outcome.js";
import { isBlockedBy, isVisibleTo, requireMayEdit } from "./permissions.js";
import type { Transact, Tx } from "./transaction.js";

export function createPostService(transact: Transact, now: () => Date, renderHtml: RenderForStorage) {
  return {
    async create(viewer: Viewer, input: { title: string; content: string }): Promise<PostOutcome> {
      const check = new InputCheck();
      const [title, content] = [check.line("title", input.title), check.text("content", input.content)];
      if (check.userErrors.length > 0) return { postId: null, userErrors: check.userErrors };

      const html = contentHtml(await renderHtml(content, viewer.id));
      return transact(async (tx) => {
        const data = { authorId: viewer.id, title, content, ...html, createdAt: now(), updatedAt: now() };
        const postId = Number((await tx.post.create({ data, select: { id: true } })).id);
        await appendEvent(tx, { type: "PostCreated", postId, authorId: viewer.id }, now());
        return { postId, userErrors: [] };
      });
    },

    async update(
      viewer: Viewer,
      input: { postId: number; title?: string | null | undefined; content?: string | null | undefined },
    ): Promise<PostOutcome> {
      const check = new InputCheck();
      const changes = {
        ...(typeof input.title === "string" && { title: check.line("title", input.title) }),
        ...(typeof input.content === "string" && { content: check.text("content", input.content) }),
      };
      if (check.userErrors.length > 0) return { postId: null, userErrors: check.userErrors };

      const html = changes.content !== undefined && contentHtml(await renderHtml(changes.content, viewer.id));
      const { postId } = input;
      return onPost(transact, viewer, postId, async (tx, { authorId }) => {
        requireMayEdit(viewer, authorId, "post");
        await recordIfByRole(tx, viewer, authorId, auditEntry("EDIT", postId), now());
        await tx.post.update({ where: { id: postId }, data: { ...changes, ...html, updatedAt: now() } });
        await appendEvent(tx, { type: "PostUpdated", postId, authorId }, now());
      });
    },

    /** Its comments and likes go with it. */
    delete(viewer: Viewer, { postId }: { postId: number }): Promise<PostOutcome> {
      return onPost(transact, viewer, postId, async (tx, { authorId }) => {
        requireMayEdit(viewer, authorId, "post");
        await recordIfByRole(tx, viewer, authorId, auditEntry("DELETE", postId), now());
        await tx.post.delete({ where: { id: postId } });
        await appendEvent(tx, { type: "PostDeleted", postId, authorId }, now());
      });
    },

    like(viewer: Viewer, { postId }: { postId: number }): Promise<PostOutcome> {
      const isBlocked = (tx: Tx, { authorId }: LockedPost) => isBlockedBy(tx, authorId, viewer);
      const add = async (tx: Tx) => {
        const data = { postId, userId: viewer.id, createdAt: now() };
        const { count } = await tx.postLike.createMany({ data, skipDuplicates: true });
        await tx.post.update({ where: { id: postId }, data: { likeCount: { increment: count } } });
        if (count > 0) await appendEvent(tx, { type: "PostLiked", postId, userId: viewer.id }, now());
      };
      return onPost(transact, viewer, postId, add, isBlocked);
    },

    unlike(viewer: Viewer, { postId }: { postId: number }): Promise<PostOutcome> {
      return onPost(transact, viewer, postId, async (tx) => {
        const { count } = await tx.postLike.deleteMany({ where: { postId, userId: viewer.id } });
        await tx.post.update({ where: { id: postId }, data: { likeCount: { decrement: count } } });
        if (count > 0) await appendEvent(tx, { type: "PostUnliked", postId, userId: viewer.id }, now());
      });
    },
  };
}

/** Runs `change` on a post that is visible to the viewer, with the post locked. */
function onPost(
  transact: Transact,
  viewer: Viewer,
  postId: number,
  change: (tx: Tx, post: LockedPost) => Promise<void>,
  isBlocked: (tx: Tx, post: LockedPost) => Promise<boolean> = async () => false,
): Promise<PostOutcome> {
  return transact(async (tx) => {
    const post = await lockPost(tx, postId);
    if (post === undefined || !isVisibleTo(viewer, post.authorId, post.isHidden))
      return { postId: null, userErrors: [notFound("post", "postId")] };
    if (await isBlocked(tx, post)) return { postId: null, userErrors: [blockedError("postId")] };
    await change(tx, post);
    return { postId, userErrors: [] };
  });
}

/** As the columns are called. */
export function contentHtml({ html, version }: StoredHtml) {
  return { contentHtml: html, contentHtmlVersion: version };
}

function auditEntry(action: "EDIT" | "DELETE", id: number) {
  return { action, subject: { type: "Post", id } } as const;
}

export interface LockedPost {
  readonly authorId: number | null;
  readonly isHidden: boolean;
}

/**
 * Locks the post for the rest of the transaction, before anything else is locked: changes to a post, its likes and its
 * comments queue here, so counters are exact and no two of them can deadlock.
 */
export async function lockPost(tx: Tx, postId: number): Promise<LockedPost | undefined> {
  const [row] = await tx.$queryRaw<{ author_id: bigint | null; is_hidden: boolean }[]>`
    SELECT author_id, is_hidden FROM posts WHERE id = ${postId} FOR NO KEY UPDATE`;
  return row && { authorId: row.author_id === null ? null : Number(row.author_id), isHidden: row.is_hidden };
}
