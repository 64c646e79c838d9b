/** A webhook's owner as the live engine sees who asks. */
import type { Viewer } from "../auth/viewer.js";
import type { Role } from "../generated/graphql.js";

/** There is no session: what is read for a webhook ends no socket, and changes nothing. */
export function ownerAsViewer(id: number, role: Role): Viewer {
  return { id, role, sessionId: null, tokenExpiresAt: new Date(8.64e15) };
}
