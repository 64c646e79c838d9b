/**
 * Deletes an account and everything that refers to its user, in one transaction. Works on sets: the number of
 * statements grows with the nesting depth of the comments, not with their number. Only the request's deadline limits
 * the amount; past it everything is rolled back.
 */
import type { SecretBox } from "../auth/secret-box.js";
import type { Viewer } from "../auth/viewer.js";
import { appendEvent, forgetUserInDeliveries, forgetUserInLog } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import { countDeletionOfAll } from "./comment-counters.js";
import { lockPassword, verifiedHash } from "./current-password.js";
import { identityHash } from "./external-identities.js";
import { type DeletedAccountOutcome, userError } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";

export interface DeletionDependencies {
  readonly prisma: PrismaClient;
  readonly box: SecretBox;
  readonly transact: Transact;
  readonly now: () => Date;
}

export function createDeletionService({ prisma, box, transact, now }: DeletionDependencies) {
  return {
    async delete(
      viewer: Viewer,
      { password }: { password?: string | null | undefined },
    ): Promise<DeletedAccountOutcome> {
      const { id } = viewer;
      const verified = (await verifiedHash(prisma, id, password ?? "")) ?? null;
      // Without a session of ours, and not with a key, they came with a token of their issuer, which is all there is.
      if (verified === null && viewer.sessionId !== null) return wrongPassword();
      return transact(async (tx) => {
        await lockAll(tx, id);
        // One that was set, or changed, meanwhile.
        if ((await lockPassword(tx, id)) !== verified) return wrongPassword();
        await rememberIdentities(tx, id, box, now());
        await deleteLinks(tx, id);
        await deleteTraces(tx, id);
        await deleteComments(tx, id, now());
        await deletePosts(tx, id);
        await tx.$executeRaw`DELETE FROM users WHERE id = ${id}`;
        // Last: a transaction that writes an event of this user holds a lock on one of their rows, so it has committed
        // or will fail.
        await forgetUserInLog(tx, id);
        await forgetUserInDeliveries(tx, id);
        await appendEvent(tx, { type: "UserDeleted", userId: id }, now());
        return { deletedUserId: id, userErrors: [] };
      });
    },
  };
}

function wrongPassword(): DeletedAccountOutcome {
  return { deletedUserId: null, userErrors: [userError("WRONG_CREDENTIALS", "password", "The password is wrong.")] };
}

/**
 * Locks in the order of all changes (posts.ts, follows.ts): posts that the user wrote or commented on, then users whose
 * counters change. While the user's own row is locked, no content of theirs can be added.
 */
async function lockAll(tx: Tx, id: number): Promise<void> {
  const lockPosts = () => tx.$executeRaw`
    SELECT FROM posts WHERE author_id = ${id} OR id IN (SELECT post_id FROM comments WHERE author_id = ${id})
    ORDER BY id FOR NO KEY UPDATE`;
  await lockPosts();
  await tx.$executeRaw`
    SELECT FROM users WHERE id = ${id} OR id IN (SELECT follower_id FROM follows WHERE followee_id = ${id})
      OR id IN (SELECT followee_id FROM follows WHERE follower_id = ${id})
    ORDER BY id FOR NO KEY UPDATE`;
  await tx.$executeRaw`SELECT FROM users WHERE id = ${id} FOR UPDATE`;
  // Those of comments that were made while this waited.
  await lockPosts();
}

/** Their issuers still issue tokens for them: none may create a user again. */
async function rememberIdentities(tx: Tx, userId: number, box: SecretBox, deletedAt: Date): Promise<void> {
  const identities = await tx.externalIdentity.findMany({ where: { userId }, select: { issuer: true, subject: true } });
  const data = identities.map((identity) => ({ identityHash: identityHash(box, identity), deletedAt }));
  if (data.length > 0) await tx.deletedIdentity.createMany({ data, skipDuplicates: true });
}

/** Deletes likes and follows, and corrects the counters of their posts, comments and users. */
async function deleteLinks(tx: Tx, id: number): Promise<void> {
  await tx.$executeRaw`WITH gone AS (DELETE FROM post_likes WHERE user_id = ${id} RETURNING post_id)
    UPDATE posts SET like_count = like_count - 1 FROM gone WHERE posts.id = gone.post_id`;
  await tx.$executeRaw`WITH gone AS (DELETE FROM comment_likes WHERE user_id = ${id} RETURNING comment_id)
    UPDATE comments SET like_count = like_count - 1 FROM gone WHERE comments.id = gone.comment_id`;
  await tx.$executeRaw`WITH gone AS (DELETE FROM follows WHERE follower_id = ${id} RETURNING followee_id)
    UPDATE users SET follower_count = follower_count - 1 FROM gone WHERE users.id = gone.followee_id`;
  await tx.$executeRaw`WITH gone AS (DELETE FROM follows WHERE followee_id = ${id} RETURNING follower_id)
    UPDATE users SET following_count = following_count - 1 FROM gone WHERE users.id = gone.follower_id`;
}

/**
 * Deletes references in rows of others: webhook deliveries that mention the user, results stored for an
 * `Idempotency-Key` of a visitor, reports of the user or their content, and subjects and reasons in the audit log, also
 * of content deleted earlier. The user's own rows are deleted by foreign keys.
 */
async function deleteTraces(tx: Tx, id: number): Promise<void> {
  await tx.$executeRaw`DELETE FROM webhook_deliveries WHERE user_ids @> ARRAY[${id}::int8]`;
  await tx.$executeRaw`DELETE FROM idempotency_keys WHERE result @> jsonb_build_object('userId', ${id}::int8)`;
  await tx.$executeRaw`DELETE FROM reports WHERE subject_author_id = ${id}`;
  await tx.$executeRaw`UPDATE audit_log
    SET reason = NULL, subject_type = NULL, subject_id = NULL, subject_author_id = NULL WHERE subject_author_id = ${id}`;
}

/** Turns all into tombstones, which are not counted; then deletes tombstones without replies, from the leaves up. */
async function deleteComments(tx: Tx, id: number, now: Date): Promise<void> {
  await countDeletionOfAll(tx, id);
  await tx.$executeRaw`
    DELETE FROM comment_likes WHERE comment_id IN (SELECT id FROM comments WHERE author_id = ${id})`;
  const buried = await tx.$queryRaw<{ id: bigint }[]>`
    UPDATE comments SET text = '', text_html = NULL, text_html_version = NULL, author_id = NULL, like_count = 0, is_hidden = false, hidden_reason = NULL,
      source = NULL, deleted_at = ${now}, updated_at = ${now}
    WHERE author_id = ${id} RETURNING id`;
  let candidates = buried.map((row) => row.id);
  while (candidates.length > 0) {
    const gone = await tx.$queryRaw<{ parent_id: bigint | null }[]>`
      DELETE FROM comments AS c WHERE c.id = ANY(${candidates}::int8[]) AND c.deleted_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id)
      RETURNING c.parent_id`;
    candidates = [...new Set(gone.flatMap((row) => (row.parent_id === null ? [] : [row.parent_id])))];
  }
}

/** With comments, which are of others by now, they stay, empty. */
async function deletePosts(tx: Tx, id: number): Promise<void> {
  await tx.$executeRaw`DELETE FROM posts AS p WHERE p.author_id = ${id}
    AND NOT EXISTS (SELECT FROM comments AS c WHERE c.post_id = p.id)`;
  await tx.$executeRaw`
    UPDATE posts SET title = '', content = '', content_html = NULL, content_html_version = NULL, author_id = NULL,
      source = NULL, is_hidden = false, hidden_reason = NULL
    WHERE author_id = ${id}`;
}
