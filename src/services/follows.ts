/** Follows: each change is one transaction that locks both users in the order of their ids. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import { blockedError, notFound, type UserError, type UserOutcome, userError } from "./outcome.js";
import { isBlockedBy, isVisibleTo } from "./permissions.js";
import type { Transact, Tx } from "./transaction.js";

export function createFollowService(transact: Transact, now: () => Date) {
  return {
    async follow(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      if (userId === viewer.id) return refused(userError("SELF", "userId", "You cannot follow yourself."));
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId)) || !isVisibleTo(viewer, userId))
          return refused(notFound("user", "userId"));
        if (await isBlockedBy(tx, userId, viewer)) return refused(blockedError("userId"));
        const data = { followerId: viewer.id, followeeId: userId, createdAt: now() };
        const { count } = await tx.follow.createMany({ data, skipDuplicates: true });
        await countFollow(tx, viewer.id, userId, count);
        if (count > 0) await appendEvent(tx, { type: "UserFollowed", userId, followerId: viewer.id }, now());
        return { userId, userErrors: [] };
      });
    },

    unfollow(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId))) return refused(notFound("user", "userId"));
        await unfollowOne(tx, viewer.id, userId, now());
        return { userId, userErrors: [] };
      });
    },
  };
}

/** Two users who follow each other at the same time would deadlock if each locked their own row first. */
export async function lockBoth(tx: Tx, followerId: number, followeeId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM users WHERE id IN (${followerId}, ${followeeId}) ORDER BY id FOR NO KEY UPDATE`;
  return rows.some((row) => Number(row.id) === followeeId);
}

/** With both locked. */
export async function unfollowOne(tx: Tx, followerId: number, userId: number, now: Date): Promise<void> {
  const { count } = await tx.follow.deleteMany({ where: { followerId, followeeId: userId } });
  if (count === 0) return;
  await countFollow(tx, followerId, userId, -count);
  await appendEvent(tx, { type: "UserUnfollowed", userId, followerId }, now);
}

async function countFollow(tx: Tx, followerId: number, followeeId: number, by: number): Promise<void> {
  await tx.user.update({ where: { id: followerId }, data: { followingCount: { increment: by } } });
  await tx.user.update({ where: { id: followeeId }, data: { followerCount: { increment: by } } });
}

function refused(error: UserError): UserOutcome {
  return { userId: null, userErrors: [error] };
}
