/** Who may be sent an event: decided for each event and listener, before anything is sent. */
import type { Viewer } from "../auth/viewer.js";
import type { EventDataOf, PublicEventType } from "../events/event.js";
import type { Loaders } from "../loaders/loaders.js";

/** Whether there is anybody who may not see events of this kind: most are for all, and nobody need be asked. */
export function isRestricted({ type }: EventDataOf<PublicEventType>): boolean {
  return type === "PostUnliked" || type === "CommentUnliked" || type === "UserUnfollowed";
}

/** Taking back a like or a follow is told to who did it, and to moderators and admins as they are now. */
export async function maySee(
  viewer: Viewer | null,
  data: EventDataOf<PublicEventType>,
  loaders: Loaders,
): Promise<boolean> {
  if (!isRestricted(data)) return true;
  if (viewer === null) return false;
  const actorId = data.type === "UserUnfollowed" ? data.followerId : "userId" in data ? data.userId : undefined;
  if (viewer.id === actorId) return true;
  // The role a listener came with may have been taken from it since.
  const user = await loaders.users.load(viewer.id);
  return user !== null && user.role !== "USER";
}
