/** The events: what happened, by identifiers alone. What they mean to a listener is in schema.graphql. */

/** What an event of each type tells. A type's name is that of its GraphQL type, but for those that are for the instances. */
interface EventFields {
  readonly UserCreated: OfUser;
  readonly UserUpdated: OfUser;
  readonly UserFollowed: OfUser & { readonly followerId: number };
  readonly UserUnfollowed: OfUser & { readonly followerId: number };
  readonly PostCreated: OfPost;
  readonly PostUpdated: OfPost;
  readonly PostDeleted: OfPost;
  readonly PostLiked: { readonly postId: number } & OfUser;
  readonly PostUnliked: { readonly postId: number } & OfUser;
  readonly CommentAdded: OfComment;
  readonly CommentUpdated: OfComment;
  readonly CommentDeleted: OfComment;
  readonly CommentLiked: OfCommentLike;
  readonly CommentUnliked: OfCommentLike;
  readonly WebhookReceived: { readonly source: string; readonly messageId: string; readonly body: string };
  readonly WebhookDisabled: { readonly webhookId: number; readonly ownerId: number };
  /** For the instances, never for a listener: sockets of these sessions close. */
  readonly SessionsEnded: OfUser & { readonly sessionIds: readonly string[] };
  /** Likewise: sockets that were opened with the key close. */
  readonly ApiKeyRevoked: OfUser & { readonly apiKeyId: number };
}

interface OfUser {
  readonly userId: number;
}

interface OfPost {
  readonly postId: number;
  readonly authorId: number | null;
}

interface OfComment extends OfPost {
  readonly commentId: number;
}

interface OfCommentLike extends OfUser {
  readonly commentId: number;
  readonly postId: number;
}

export type EventType = keyof EventFields;

/** Types that are for the instances alone. */
type InternalEventType = "SessionsEnded" | "ApiKeyRevoked";

/** Types that a listener may be sent. */
export type PublicEventType = Exclude<EventType, InternalEventType>;

/** What an event of one of these types tells of itself. */
export type EventDataOf<Type extends EventType> = Type extends EventType
  ? { readonly type: Type } & EventFields[Type]
  : never;

export type EventData = EventDataOf<EventType>;

/** An event in the log. `position` counts from 1 without a gap, in the order of commit. */
export interface LoggedEvent<Data extends EventData = EventData> {
  readonly position: number;
  /** RFC 3339. */
  readonly occurredAt: string;
  readonly data: Data;
}

/** An event as a listener is sent it, with its cursor. */
export type PublicEventOf<Type extends PublicEventType> = LoggedEvent<EventDataOf<Type>> & { readonly cursor: string };

export type PublicEvent = PublicEventOf<PublicEventType>;

/** From the schema's `EventType` to ours. */
export const publicEventTypes = {
  USER_CREATED: "UserCreated",
  USER_UPDATED: "UserUpdated",
  USER_FOLLOWED: "UserFollowed",
  USER_UNFOLLOWED: "UserUnfollowed",
  POST_CREATED: "PostCreated",
  POST_UPDATED: "PostUpdated",
  POST_DELETED: "PostDeleted",
  POST_LIKED: "PostLiked",
  POST_UNLIKED: "PostUnliked",
  COMMENT_ADDED: "CommentAdded",
  COMMENT_UPDATED: "CommentUpdated",
  COMMENT_DELETED: "CommentDeleted",
  COMMENT_LIKED: "CommentLiked",
  COMMENT_UNLIKED: "CommentUnliked",
  WEBHOOK_RECEIVED: "WebhookReceived",
  WEBHOOK_DISABLED: "WebhookDisabled",
} as const satisfies Record<string, PublicEventType>;

/** Whether a listener may be sent it at all. */
export function isPublic(event: LoggedEvent): event is LoggedEvent<EventDataOf<PublicEventType>> {
  return event.data.type !== "SessionsEnded" && event.data.type !== "ApiKeyRevoked";
}

/** Identifies an event to whoever is sent it, by whatever way. */
export function eventIdOf({ position }: { readonly position: number }): string {
  return Buffer.from(`Event:${position}`).toString("base64url");
}
