/** Event resolvers and subscription root fields. The root value of a subscription's execution is the event. */

import { toGlobalId } from "../../db/global-id.js";
import { eventIdOf } from "../../events/event.js";
import type { Resolvers } from "../../generated/graphql.js";
import { comments } from "../../loaders/entities/comment.js";
import { posts } from "../../loaders/entities/post.js";
import { users } from "../../loaders/entities/user.js";
import { webhooks } from "../../loaders/entities/webhook.js";
import type { Context } from "../context.js";

interface Given {
  readonly loaders: Context["loaders"];
}
type Of<Field extends string> = { readonly data: { readonly [Name in Field]: number } };
type About<Field extends string> = { readonly data: { readonly [Name in Field]: number | null } };

/** The live engine finds the events (subscriptions/engine.ts): nothing subscribes here. */
const listen = {
  subscribe: () => {
    throw new Error("a subscription runs over WebSocket or Server-Sent Events");
  },
  resolve: (event: unknown) => event,
};

const event = {
  id: eventIdOf,
};
/** Null when the account is gone: the log keeps nothing of it. */
function userOf(id: number | null, { loaders }: Given) {
  return id === null ? null : loaders.row(users, id);
}

const user = { user: ({ data }: About<"userId">, _: unknown, given: Given) => userOf(data.userId, given) };
const post = { post: ({ data }: Of<"postId">, _: unknown, { loaders }: Given) => loaders.row(posts, data.postId) };
const comment = {
  comment: ({ data }: Of<"commentId">, _: unknown, { loaders }: Given) => loaders.row(comments, data.commentId),
};
const follower = {
  follower: ({ data }: About<"followerId">, _: unknown, given: Given) => userOf(data.followerId, given),
};

export const events = {
  Subscription: {
    postCreated: listen,
    postUpdated: listen,
    postDeleted: listen,
    postLiked: listen,
    commentAdded: listen,
    commentUpdated: listen,
    commentDeleted: listen,
    userFollowed: listen,
    webhookReceived: listen,
    webhookDisabled: listen,
    events: listen,
  } as NonNullable<Resolvers["Subscription"]>,
  Event: { __resolveType: ({ data }) => data.type },
  UserCreated: { ...event, ...user },
  UserUpdated: { ...event, ...user },
  UserDeleted: { ...event, deletedUserId: ({ data }) => toGlobalId("User", data.userId) },
  UserFollowed: { ...event, ...user, ...follower },
  UserUnfollowed: { ...event, ...user, ...follower },
  PostCreated: { ...event, ...post },
  PostUpdated: { ...event, ...post, updatedPostId: ({ data }) => toGlobalId("Post", data.postId) },
  PostDeleted: { ...event, deletedPostId: ({ data }) => toGlobalId("Post", data.postId) },
  PostLiked: { ...event, ...post, ...user },
  PostUnliked: { ...event, ...post, ...user },
  CommentAdded: { ...event, ...comment, ...post },
  CommentUpdated: {
    ...event,
    ...comment,
    ...post,
    updatedCommentId: ({ data }) => toGlobalId("Comment", data.commentId),
  },
  CommentDeleted: {
    ...event,
    ...comment,
    ...post,
    deletedCommentId: ({ data }) => toGlobalId("Comment", data.commentId),
  },
  CommentLiked: { ...event, ...comment, ...user },
  CommentUnliked: { ...event, ...comment, ...user },
  WebhookReceived: {
    ...event,
    source: ({ data }) => data.source,
    messageId: ({ data }) => data.messageId,
    body: ({ data }) => data.body,
  },
  WebhookDisabled: { ...event, webhook: ({ data }, _, { loaders }) => loaders.row(webhooks, data.webhookId) },
} satisfies Resolvers;
