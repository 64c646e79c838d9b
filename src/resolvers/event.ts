/** Fields of events, and the entry points of listening. The root value of a subscription's execution is the event. */

import type { Context } from "../context.js";
import { toGlobalId } from "../db/global-id.js";
import { eventIdOf } from "../events/event.js";
import type { Resolvers } from "../generated/graphql.js";

interface Given {
  readonly loaders: Context["loaders"];
}
type About<Field extends string> = { readonly data: { readonly [Name in Field]: number } };

/** The live engine finds the events (live/engine.ts): nothing subscribes here. */
const listen = {
  subscribe: () => {
    throw new Error("a subscription runs over WebSocket or Server-Sent Events");
  },
  resolve: (event: unknown) => event,
};

const event = {
  id: eventIdOf,
};
const user = { user: ({ data }: About<"userId">, _: unknown, { loaders }: Given) => loaders.users.load(data.userId) };
const post = { post: ({ data }: About<"postId">, _: unknown, { loaders }: Given) => loaders.posts.load(data.postId) };
const comment = {
  comment: ({ data }: About<"commentId">, _: unknown, { loaders }: Given) => loaders.comments.load(data.commentId),
};
const follower = {
  follower: ({ data }: About<"followerId">, _: unknown, { loaders }: Given) => loaders.users.load(data.followerId),
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
  UserFollowed: { ...event, ...user, ...follower },
  UserUnfollowed: { ...event, ...user, ...follower },
  PostCreated: { ...event, ...post },
  PostUpdated: { ...event, ...post },
  PostDeleted: { ...event, deletedPostId: ({ data }) => toGlobalId("Post", data.postId) },
  PostLiked: { ...event, ...post, ...user },
  PostUnliked: { ...event, ...post, ...user },
  CommentAdded: { ...event, ...comment, ...post },
  CommentUpdated: { ...event, ...comment, ...post },
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
  WebhookDisabled: { ...event, webhook: ({ data }, _, { loaders }) => loaders.webhooks.load(data.webhookId) },
} satisfies Resolvers;
