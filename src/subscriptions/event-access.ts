/** Decides who may receive an event, per event and subscriber, before anything is sent. */

import { roleWith } from "../auth/api-keys.js";
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import type { EventDataOf, PublicEventType } from "../events/event.js";
import { users } from "../loaders/entities/user.js";
import type { Loaders } from "../loaders/loaders.js";
import { requireViewer } from "../services/permissions.js";

/** Throws UNAUTHENTICATED or FORBIDDEN for a field whose events the viewer may never receive. */
export function requireMayListen(viewer: Viewer | null, fieldName: string): void {
  if (fieldName === "webhookDisabled") requireViewer(viewer);
  if (fieldName !== "webhookReceived" || requireViewer(viewer).role === "ADMIN") return;
  throw new ParleyError("FORBIDDEN", "Only admins may subscribe to received webhooks.");
}

const restricted: ReadonlySet<PublicEventType> = new Set<PublicEventType>([
  "PostUnliked",
  "CommentUnliked",
  "UserUnfollowed",
  "WebhookReceived",
  "WebhookDisabled",
]);

/** Whether events of this type are restricted to some viewers; most types are not and need no check. */
export function isRestricted({ type }: EventDataOf<PublicEventType>): boolean {
  return restricted.has(type);
}

/**
 * Removed likes and follows are sent to the user who removed them, and to current moderators and admins; received
 * webhooks to admins; disabled webhooks to their owner.
 */
export async function maySee(
  viewer: Viewer | null,
  data: EventDataOf<PublicEventType>,
  loaders: Loaders,
): Promise<boolean> {
  if (!isRestricted(data)) return true;
  if (viewer === null) return false;
  if (data.type === "WebhookDisabled") return viewer.id === data.ownerId;
  const actorId = data.type === "UserUnfollowed" ? data.followerId : "userId" in data ? data.userId : undefined;
  if (viewer.id === actorId) return true;
  // The role may have changed since the subscription began, and an API key may not have it.
  const role = roleWith(viewer.apiKey, (await loaders.row(users, viewer.id))?.role ?? "USER");
  return role === "ADMIN" || (role === "MODERATOR" && data.type !== "WebhookReceived");
}
