/** Who may do what. Pure: asked by services before a change, and by resolvers for `viewerCan…`. */
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";

/** Editing and deleting what somebody wrote: the author, moderators and admins. */
export function mayEdit(viewer: Viewer | null, authorId: number | null): boolean {
  if (viewer === null) return false;
  return viewer.id === authorId || viewer.role !== "USER";
}

/** An e-mail address is for its owner and admins. */
export function maySeeEmail(viewer: Viewer | null, userId: number): boolean {
  return viewer !== null && (viewer.id === userId || viewer.role === "ADMIN");
}

/** What is for its owner alone is not there for anybody else; the rest is for all. */
export function maySeeNode(viewer: Viewer | null, node: object): boolean {
  return !("ownerId" in node) || viewer?.id === node.ownerId;
}

/** Throws UNAUTHENTICATED for a visitor. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer !== null) return viewer;
  throw new ParleyError("UNAUTHENTICATED", "Sign in first: send the header Authorization: Bearer <access token>.");
}

/** Throws FORBIDDEN for those who may not edit. */
export function requireMayEdit(viewer: Viewer, authorId: number | null, what: string): void {
  if (!mayEdit(viewer, authorId))
    throw new ParleyError("FORBIDDEN", `Only its author or a moderator may change this ${what}.`);
}
