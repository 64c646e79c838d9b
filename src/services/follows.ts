/** Following: each change is one transaction over the two users, locked in the order of their ids. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import { type UserOutcome, userError } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";

export type FollowService = ReturnType<typeof createFollowService>;

export function createFollowService(transact: Transact, now: () => Date) {
  return {
    async follow(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      if (userId === viewer.id) return refused("SELF", "Nobody can follow themselves.");
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId)))
          return refused("NOT_FOUND", "There is no such user, or no longer.");
        const data = { followerId: viewer.id, followeeId: userId, createdAt: now() };
        const { count } = await tx.follow.createMany({ data, skipDuplicates: true });
        await countFollow(tx, viewer.id, userId, count);
        if (count > 0) await appendEvent(tx, { type: "UserFollowed", userId, followerId: viewer.id }, now());
        return { userId, userErrors: [] };
      });
    },

    unfollow(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId)))
          return refused("NOT_FOUND", "There is no such user, or no longer.");
        const { count } = await tx.follow.deleteMany({ where: { followerId: viewer.id, followeeId: userId } });
        await countFollow(tx, viewer.id, userId, -count);
        if (count > 0) await appendEvent(tx, { type: "UserUnfollowed", userId, followerId: viewer.id }, now());
        return { userId, userErrors: [] };
      });
    },
  };
}

/** Two who follow each other at once would wait for one another, if each locked its own row first. */
async function lockBoth(tx: Tx, followerId: number, followeeId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM users WHERE id IN (${followerId}, ${followeeId}) ORDER BY id FOR NO KEY UPDATE`;
  return rows.some((row) => Number(row.id) === followeeId);
}

async function countFollow(tx: Tx, followerId: number, followeeId: number, by: number): Promise<void> {
  await tx.user.update({ where: { id: followerId }, data: { followingCount: { increment: by } } });
  await tx.user.update({ where: { id: followeeId }, data: { followerCount: { increment: by } } });
}

function refused(code: "SELF" | "NOT_FOUND", message: string): UserOutcome {
  return { userId: null, userErrors: [userError(code, "userId", message)] };
}
