/** Event types: what happened, by identifiers only. Their GraphQL types are in schema.graphql. */

/**
 * What an event of each type tells. A type's name is that of its GraphQL type, but for those that are for the instances
 * alone. Users who have deleted their accounts are null, but in `UserDeleted`: nothing leads from that number to anybody.
 */
interface EventFields {
  readonly UserCreated: OfUser;
  readonly UserUpdated: OfUser;
  readonly UserDeleted: { readonly userId: number };
  readonly UserFollowed: OfUser & { readonly followerId: number | null };
  readonly UserUnfollowed: OfUser & { readonly followerId: number | null };
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
  readonly WebhookDisabled: { readonly webhookId: number; readonly ownerId: number | null };
  /** For the instances, never for a listener: sockets of these sessions close. */
  readonly SessionsEnded: OfUser & { readonly sessionIds: readonly string[] };
  /** Likewise: sockets that were opened with the key close. */
  readonly ApiKeyRevoked: OfUser & { readonly apiKeyId: number };
  /** Likewise: closes all connections of a suspended user, whatever they were opened with. */
  readonly SuspensionChanged: OfUser & { readonly isSuspended: boolean };
  /** For the instances: what this user is shown is no longer what their session was read with. */
  readonly BlockChanged: OfUser & { readonly blockedId: number | null; readonly isBlocked: boolean };
  readonly HiddenChanged: OfUser;
  /** Likewise: what this user may do, and see, is no longer what their session was read with. */
  readonly RoleChanged: OfUser;
}

interface OfUser {
  readonly userId: number | null;
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

/** Types for the instances alone: changes to the credentials, the role or the visibility scope of a viewer. */
const internalEventTypes = [
  "SessionsEnded",
  "ApiKeyRevoked",
  "SuspensionChanged",
  "BlockChanged",
  "HiddenChanged",
  "RoleChanged",
] as const satisfies readonly EventType[];

export type InternalEventType = (typeof internalEventTypes)[number];

/** Types that a listener may be sent. */
export type PublicEventType = Exclude<EventType, InternalEventType>;

/** Types after which a cached viewer may be outdated, in the instance that appends one and in those that read it. */
const viewerChangingTypes = [...internalEventTypes, "UserDeleted"] as const;

export type ViewerChange = EventDataOf<(typeof viewerChangingTypes)[number]>;

/** Data of an event of one of these types. */
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
  USER_DELETED: "UserDeleted",
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
  return !internalEventTypes.some((type) => type === event.data.type);
}

/** Whether cached viewers are invalid after the event. */
export function isViewerChange(data: EventData): data is ViewerChange {
  return viewerChangingTypes.some((type) => type === data.type);
}

/** Whether an event of this type may make earlier results outdated, because it removes or changes content. */
const withdraws: Readonly<Record<EventType, boolean>> = {
  UserCreated: false,
  UserUpdated: true,
  UserDeleted: true,
  UserFollowed: false,
  UserUnfollowed: true,
  PostCreated: false,
  PostUpdated: true,
  PostDeleted: true,
  PostLiked: false,
  PostUnliked: true,
  CommentAdded: false,
  CommentUpdated: true,
  CommentDeleted: true,
  CommentLiked: false,
  CommentUnliked: true,
  WebhookReceived: false,
  WebhookDisabled: false,
  SessionsEnded: false,
  ApiKeyRevoked: true,
  SuspensionChanged: true,
  BlockChanged: true,
  HiddenChanged: true,
  RoleChanged: true,
};

/** Types of the events after which a result that was executed before them may show too much. */
export const withdrawingTypes = Object.keys(withdraws).filter((type) => withdraws[type as EventType]);

/** The acting user; undefined if there is none or the account was deleted. */
export function actorOf(data: EventDataOf<PublicEventType>): number | undefined {
  if ("followerId" in data) return data.followerId ?? undefined;
  if ("authorId" in data) return data.authorId ?? undefined;
  return "userId" in data ? (data.userId ?? undefined) : undefined;
}

/** Identifier of an event, the same on every transport. */
export function eventIdOf({ position }: { readonly position: number }): string {
  return Buffer.from(`Event:${position}`).toString("base64url");
}
