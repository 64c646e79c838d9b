/** Topics of subscriptions and events: an index from topic to subscribers replaces a scan. Pure. */
import { parseIdOf } from "../db/global-id.js";
import type { EventDataOf, PublicEventType } from "../events/event.js";
import { publicEventTypes } from "../events/event.js";

/** Events of a type, optionally about one object: `PostLiked`, `PostLiked/post/7`. */
export type Topic = string;

/** Arguments of a subscription field, coerced. */
export type FieldArguments = Readonly<Record<string, unknown>>;

type Filter = "postId" | "authorId" | "userId" | "source";

/** Event type and filter argument of each field of `Subscription`, except `events`. */
const followed: ReadonlyMap<string, { readonly type: PublicEventType; readonly filter?: Filter }> = new Map(
  Object.entries({
    postCreated: { type: "PostCreated", filter: "authorId" },
    postUpdated: { type: "PostUpdated", filter: "postId" },
    postDeleted: { type: "PostDeleted", filter: "postId" },
    postLiked: { type: "PostLiked", filter: "postId" },
    commentAdded: { type: "CommentAdded", filter: "postId" },
    commentUpdated: { type: "CommentUpdated", filter: "postId" },
    commentDeleted: { type: "CommentDeleted", filter: "postId" },
    userFollowed: { type: "UserFollowed", filter: "userId" },
    webhookReceived: { type: "WebhookReceived", filter: "source" },
    webhookDisabled: { type: "WebhookDisabled" },
  } as const),
);

const nodeTypeOf = { postId: "Post", authorId: "User", userId: "User" } as const;
const allTypes: readonly PublicEventType[] = Object.values(publicEventTypes);

export interface Following {
  readonly topics: readonly Topic[];
  readonly types: readonly PublicEventType[];
}

/** Topics of a subscription field. Throws BAD_ID for an id of another type. */
export function followingOf(fieldName: string, args: FieldArguments): Following {
  const field = followed.get(fieldName);
  if (field === undefined) {
    const types = allTypes.filter((type) => !Array.isArray(args.types) || args.types.includes(type));
    return { topics: types, types };
  }
  const { type, filter } = field;
  const value = filter && args[filter];
  if (filter === undefined || typeof value !== "string") return { topics: [type], types: [type] };
  const about = filter === "source" ? value : parseIdOf(nodeTypeOf[filter], value, filter);
  return { topics: [`${type}/${filter}/${about}`], types: [type] };
}

/** Topics of an event, of which a subscription has at most one. */
export function topicsOf(data: EventDataOf<PublicEventType>): Topic[] {
  const topics: Topic[] = [data.type];
  if ("postId" in data) topics.push(`${data.type}/postId/${data.postId}`);
  if ("authorId" in data) topics.push(`${data.type}/authorId/${data.authorId}`);
  if ("userId" in data) topics.push(`${data.type}/userId/${data.userId}`);
  if ("source" in data) topics.push(`${data.type}/source/${data.source}`);
  return topics;
}
