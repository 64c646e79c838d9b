/** Moderation: hides content and shows it again. Each change is one transaction with its audit log entry. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import { recordAuditEntry } from "./audit.js";
import { countHiding } from "./comment-counters.js";
import { lockComment } from "./comments.js";
import { InputCheck } from "./input.js";
import { type ContentOutcome, notFound, type Subject } from "./outcome.js";
import { lockPost } from "./posts.js";
import type { Transact, Tx } from "./transaction.js";

/** Types that can be hidden. */
export interface Content extends Subject {
  readonly type: "Post" | "Comment";
}

interface Change {
  readonly content: Content;
  /** Why it is hidden; null: it is not. */
  readonly reason: string | null;
  readonly now: Date;
}

export function createModerationService(transact: Transact, now: () => Date) {
  async function change(viewer: Viewer, content: Content, reason: string | null): Promise<ContentOutcome> {
    return transact(async (tx) => {
      const set = content.type === "Post" ? setPost : setComment;
      const found = await set(tx, { content, reason, now: now() });
      if (found === undefined) return { subject: null, userErrors: [notFound("post or comment", "id")] };
      if (found.hasChanged) {
        const action = reason === null ? "SHOW" : "HIDE";
        const about = { subject: content, subjectAuthorId: found.authorId };
        const auditEntry = { action, actorId: viewer.id, ...about, reason: reason ?? undefined } as const;
        await recordAuditEntry(tx, auditEntry, now());
        if (found.authorId !== null) await appendEvent(tx, { type: "HiddenChanged", userId: found.authorId }, now());
      }
      return { subject: { type: content.type, id: content.id }, userErrors: [] };
    });
  }

  return {
    async hide(viewer: Viewer, input: { content: Content; reason: string }): Promise<ContentOutcome> {
      const check = new InputCheck();
      const reason = check.text("reason", input.reason);
      if (check.userErrors.length > 0) return { subject: null, userErrors: check.userErrors };
      return change(viewer, input.content, reason);
    },

    show: (viewer: Viewer, { content }: { content: Content }) => change(viewer, content, null),
  };
}

interface Found {
  readonly authorId: number | null;
  readonly hasChanged: boolean;
}

async function setPost(tx: Tx, { content: { id }, reason, now }: Change): Promise<Found | undefined> {
  const post = await lockPost(tx, id);
  if (post === undefined) return undefined;
  const { authorId, isHidden } = post;
  if (reason === null && !isHidden) return { authorId, hasChanged: false };
  await tx.post.update({ where: { id }, data: { isHidden: reason !== null, hiddenReason: reason } });
  await appendEvent(tx, { type: "PostUpdated", postId: id, authorId }, now);
  return { authorId, hasChanged: true };
}

async function setComment(tx: Tx, { content: { id }, reason, now }: Change): Promise<Found | undefined> {
  const comment = await lockComment(tx, id);
  if (comment === undefined) return undefined;
  const { authorId, isHidden, postId } = comment;
  const isToHide = reason !== null;
  if (!isToHide && !isHidden) return { authorId, hasChanged: false };
  await tx.comment.update({ where: { id }, data: { isHidden: isToHide, hiddenReason: reason } });
  await countHiding(tx, comment, isToHide);
  await appendEvent(tx, { type: "CommentUpdated", commentId: id, postId, authorId }, now);
  return { authorId, hasChanged: true };
}
