/** The events: what happened, by identifiers alone. What they mean to a listener is in schema.graphql. */

/** What a change tells of itself. `type` is also the name of the GraphQL type, but for `SessionsEnded`. */
export type EventData =
  | { readonly type: "UserCreated" | "UserUpdated"; readonly userId: number }
  | { readonly type: "UserFollowed" | "UserUnfollowed"; readonly userId: number; readonly followerId: number }
  | {
      readonly type: "PostCreated" | "PostUpdated" | "PostDeleted";
      readonly postId: number;
      readonly authorId: number | null;
    }
  | { readonly type: "PostLiked" | "PostUnliked"; readonly postId: number; readonly userId: number }
  | {
      readonly type: "CommentAdded" | "CommentUpdated" | "CommentDeleted";
      readonly commentId: number;
      readonly postId: number;
      readonly authorId: number | null;
    }
  | {
      readonly type: "CommentLiked" | "CommentUnliked";
      readonly commentId: number;
      readonly postId: number;
      readonly userId: number;
    }
  /** For the instances, never for a listener: sockets of these sessions close. */
  | { readonly type: "SessionsEnded"; readonly userId: number; readonly sessionIds: readonly string[] };

export type EventType = EventData["type"];

/** Events that a listener may be sent. */
export type PublicEventType = Exclude<EventType, "SessionsEnded">;

/** An event in the log. `position` counts from 1 without a gap, in the order of commit. */
export interface LoggedEvent<Data extends EventData = EventData> {
  readonly position: number;
  /** RFC 3339. */
  readonly occurredAt: string;
  readonly data: Data;
}

/** An event with its cursor, as a listener sees it. */
export type PublicEvent = LoggedEvent<Exclude<EventData, { type: "SessionsEnded" }>> & { readonly cursor: string };

export const publicEventTypes = [
  "UserCreated",
  "UserUpdated",
  "UserFollowed",
  "UserUnfollowed",
  "PostCreated",
  "PostUpdated",
  "PostDeleted",
  "PostLiked",
  "PostUnliked",
  "CommentAdded",
  "CommentUpdated",
  "CommentDeleted",
  "CommentLiked",
  "CommentUnliked",
] as const satisfies readonly PublicEventType[];
