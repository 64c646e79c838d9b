/** User resolvers: fields that are not columns. */
import { toGlobalId } from "../../db/global-id.js";
import type { UserResolvers } from "../../generated/graphql.js";
import { isStaff, maySeeEmail } from "../../services/permissions.js";

export const user: UserResolvers = {
  id: ({ id }) => toGlobalId("User", id),
  email: ({ id, email }, _, { viewer }) => (maySeeEmail(viewer, id) ? email : null),
  viewerIsFollowing: ({ id, viewerIsFollowing }, _, { viewer, loaders }) =>
    viewer !== null && (viewerIsFollowing ?? loaders.followsUser.load({ viewerId: viewer.id, id })),
  viewerIsBlocking: ({ id, viewerIsBlocking }, _, { viewer, loaders }) =>
    viewer !== null && (viewerIsBlocking ?? loaders.blocksUser.load({ viewerId: viewer.id, id })),
  suspendedUntil: ({ id, suspendedUntil }, _, { viewer }) =>
    isStaff(viewer) || viewer?.id === id ? suspendedUntil : null,
  blockedUsers: ({ id }, input, { viewer, loaders }) =>
    viewer?.id === id ? loaders.blockedByUser.load(id, input) : null,
  viewerCanEdit: ({ id }, _, { viewer }) => viewer?.id === id,
  posts: ({ id }, input, { loaders }) => loaders.postsOfUser.load(id, input),
  comments: ({ id }, input, { loaders }) => loaders.commentsOfUser.load(id, input),
  followers: ({ id }, input, { loaders }) => loaders.followersOfUser.load(id, input),
  following: ({ id }, input, { loaders }) => loaders.followedByUser.load(id, input),
  webhooks: ({ id }, input, { viewer, loaders }) => (viewer?.id === id ? loaders.webhooksOfUser.load(id, input) : null),
  apiKeys: ({ id }, input, { viewer, loaders }) => (viewer?.id === id ? loaders.apiKeysOfUser.load(id, input) : null),
  sessions: ({ id }, input, { viewer, loaders }) => (viewer?.id === id ? loaders.sessionsOfUser.load(id, input) : null),
};
