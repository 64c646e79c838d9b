/** Checks whether a user has blocked the viewer, in the transaction of a change that concerns that user. */
import type { Viewer } from "../auth/viewer.js";
import { type UserError, userError } from "./outcome.js";
import type { Tx } from "./transaction.js";

/** Whether a user has blocked the viewer, who then cannot follow them or like or reply to their content. */
export async function isBlockedBy(tx: Tx, blockerId: number | null, viewer: Viewer): Promise<boolean> {
  if (blockerId === null || blockerId === viewer.id) return false;
  return (await tx.block.count({ where: { blockerId, blockedId: viewer.id } })) > 0;
}

export function blockedError(field: string): UserError {
  return userError(
    "BLOCKED",
    field,
    `You cannot do this: ${field === "userId" ? "this user" : "the author"} has blocked you.`,
  );
}
