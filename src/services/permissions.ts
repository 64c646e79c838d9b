/** Authorisation rules: called by services before a change, and by resolvers for `viewerCan…`. */
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import type { Tx } from "./transaction.js";

/** Editing and deleting content: the author, moderators and admins. */
export function mayEdit(viewer: Viewer | null, authorId: number | null): boolean {
  if (viewer === null) return false;
  return viewer.id === authorId || viewer.role !== "USER";
}

/** Moderators and admins. */
export function isStaff(viewer: Viewer | null): boolean {
  return viewer !== null && viewer.role !== "USER";
}

/** Whether something of this author is there for the viewer: not when they block them, nor when it is hidden. */
export function isVisibleTo(viewer: Viewer, authorId: number | null, isHidden = false): boolean {
  if (authorId !== null && viewer.blockedIds.includes(authorId)) return false;
  return !isHidden || mayEdit(viewer, authorId);
}

/** Whether a user has blocked the viewer, who then cannot follow them or like or reply to their content. */
export async function isBlockedBy(tx: Tx, blockerId: number | null, viewer: Viewer): Promise<boolean> {
  if (blockerId === null || blockerId === viewer.id) return false;
  return (await tx.block.count({ where: { blockerId, blockedId: viewer.id } })) > 0;
}

/** An e-mail address is for its owner and admins. */
export function maySeeEmail(viewer: Viewer | null, userId: number): boolean {
  return viewer !== null && (viewer.id === userId || viewer.role === "ADMIN");
}

/** Private objects are visible to their owner only, reports to moderators as well; all other objects are public. */
export function maySeeNode(viewer: Viewer | null, node: object): boolean {
  if ("reporterId" in node) return isStaff(viewer) || viewer?.id === node.reporterId;
  return !("ownerId" in node) || viewer?.id === node.ownerId;
}

/** Throws UNAUTHENTICATED for a visitor. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer !== null) return viewer;
  throw new ParleyError("UNAUTHENTICATED", "Sign in first: send the header Authorization: Bearer <access token>.");
}

/** Throws UNAUTHENTICATED or FORBIDDEN unless the viewer is a moderator or an admin. */
export function requireStaff(viewer: Viewer | null): Viewer {
  const signedIn = requireViewer(viewer);
  if (isStaff(signedIn)) return signedIn;
  throw new ParleyError("FORBIDDEN", "Only moderators and admins may do this.");
}

/** Throws UNAUTHENTICATED or FORBIDDEN unless the viewer is an admin. */
export function requireAdmin(viewer: Viewer | null): Viewer {
  const signedIn = requireViewer(viewer);
  if (signedIn.role === "ADMIN") return signedIn;
  throw new ParleyError("FORBIDDEN", "Only admins may do this.");
}

/** Throws FORBIDDEN unless the viewer may edit it. */
export function requireMayEdit(viewer: Viewer, authorId: number | null, what: string): void {
  if (!mayEdit(viewer, authorId))
    throw new ParleyError("FORBIDDEN", `Only its author or a moderator may change this ${what}.`);
}
