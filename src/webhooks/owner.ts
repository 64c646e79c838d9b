/** A webhook's owner as the live engine sees who asks. */
import type { SightColumns } from "../auth/sight-columns.js";
import type { Viewer } from "../auth/viewer.js";
import type { Role } from "../generated/graphql.js";

export interface Owner extends SightColumns {
  readonly ownerId: number;
  readonly role: Role;
}

/** There is no session: what is read for a webhook ends no socket, and changes nothing. */
export function ownerAsViewer({ ownerId: id, role, blockedIds, hasHidden }: Owner): Viewer {
  return { id, role, sessionId: null, tokenExpiresAt: new Date(8.64e15), blockedIds, hasHidden };
}
