/** Blocks: removes follows between the two users, and tells all instances that the blocker's visibility has changed. */
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import { lockBoth, unfollowOne } from "./follows.js";
import { notFound, type UserOutcome, userError } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";

/** They are kept with each session, and sent with each statement of a list. */
const maxBlocks = 1_000;

export function createBlockService(transact: Transact, now: () => Date) {
  return {
    async block(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      if (userId === viewer.id) return refused("SELF", "userId", "You cannot block yourself.");
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId))) return noSuchUser();
        const [blocks, known] = await Promise.all([
          tx.block.count({ where: { blockerId: viewer.id } }),
          tx.block.count({ where: { blockerId: viewer.id, blockedId: userId } }),
        ]);
        if (known > 0) return { userId, userErrors: [] };
        if (blocks >= maxBlocks)
          return refused("TOO_MANY", null, `You have reached the limit of ${maxBlocks} blocked users.`);
        await tx.block.create({ data: { blockerId: viewer.id, blockedId: userId, createdAt: now() } });
        await unfollowOne(tx, viewer.id, userId, now());
        await unfollowOne(tx, userId, viewer.id, now());
        await tell(tx, viewer.id, userId, true, now());
        return { userId, userErrors: [] };
      });
    },

    async unblock(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      return transact(async (tx) => {
        if (!(await lockBoth(tx, viewer.id, userId))) return noSuchUser();
        const { count } = await tx.block.deleteMany({ where: { blockerId: viewer.id, blockedId: userId } });
        if (count > 0) await tell(tx, viewer.id, userId, false, now());
        return { userId, userErrors: [] };
      });
    },
  };
}

function tell(tx: Tx, userId: number, blockedId: number, isBlocked: boolean, now: Date): Promise<void> {
  return appendEvent(tx, { type: "BlockChanged", userId, blockedId, isBlocked }, now);
}

function noSuchUser(): UserOutcome {
  return { userId: null, userErrors: [notFound("user", "userId")] };
}

function refused(code: "SELF" | "TOO_MANY", field: string | null, message: string): UserOutcome {
  return { userId: null, userErrors: [userError(code, field, message)] };
}
