/** User resolvers: fields that are not columns. */

import { toGlobalId } from "../../db/global-id.js";
import type { UserResolvers } from "../../generated/graphql.js";
import { apiKeysOfUser } from "../../loaders/entities/api-key.js";
import { commentLists } from "../../loaders/entities/comment.js";
import { postLists } from "../../loaders/entities/post.js";
import { blocksUser, followsUser, userLists } from "../../loaders/entities/user.js";
import { sessionsOfUser } from "../../loaders/entities/user-session.js";
import { webhooksOfUser } from "../../loaders/entities/webhook.js";
import { isStaff, maySeeEmail } from "../../services/permissions.js";

export const user: UserResolvers = {
  id: ({ id }) => toGlobalId("User", id),
  email: ({ id, email }, _, { viewer }) => (maySeeEmail(viewer, id) ? email : null),
  viewerIsFollowing: ({ id, viewerIsFollowing }, _, { viewer, loaders }) =>
    viewer !== null && (viewerIsFollowing ?? loaders.viewerField(followsUser, viewer.id, id)),
  viewerIsBlocking: ({ id, viewerIsBlocking }, _, { viewer, loaders }) =>
    viewer !== null && (viewerIsBlocking ?? loaders.viewerField(blocksUser, viewer.id, id)),
  suspendedUntil: ({ id, suspendedUntil }, _, { viewer }) =>
    isStaff(viewer) || viewer?.id === id ? suspendedUntil : null,
  blockedUsers: ({ id }, input, { viewer, loaders }) =>
    viewer?.id === id ? loaders.page(userLists.blocked, id, input) : null,
  viewerCanEdit: ({ id }, _, { viewer }) => viewer?.id === id,
  posts: ({ id }, input, { loaders }) => loaders.page(postLists.ofUser, id, input),
  comments: ({ id }, input, { loaders }) => loaders.page(commentLists.ofUser, id, input),
  followers: ({ id }, input, { loaders }) => loaders.page(userLists.followers, id, input),
  following: ({ id }, input, { loaders }) => loaders.page(userLists.following, id, input),
  webhooks: ({ id }, input, { viewer, loaders }) =>
    viewer?.id === id ? loaders.page(webhooksOfUser, id, input) : null,
  apiKeys: ({ id }, input, { viewer, loaders }) => (viewer?.id === id ? loaders.page(apiKeysOfUser, id, input) : null),
  sessions: ({ id }, input, { viewer, loaders }) =>
    viewer?.id === id ? loaders.page(sessionsOfUser, id, input) : null,
};
