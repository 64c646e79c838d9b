/** Comment resolvers: fields that are not columns. */

import { toGlobalId } from "../../db/global-id.js";
import type { CommentResolvers } from "../../generated/graphql.js";
import type { ShowHtml } from "../../markdown/html-store.js";
import { mayEdit } from "../../services/permissions.js";

export const createCommentResolvers = (showHtml: ShowHtml): CommentResolvers => ({
  id: ({ id }) => toGlobalId("Comment", id),
  textHtml: (row) => showHtml("Comment", row),
  author: (row, _, { loaders }) => loaders.author(row),
  post: ({ postId }, _, { loaders }) => loaders.posts.load(postId),
  parent: ({ parentId }, _, { loaders }) => (parentId === null ? null : loaders.comments.load(parentId)),
  viewerHasLiked: ({ id, viewerHasLiked }, _, { viewer, loaders }) =>
    viewer !== null && (viewerHasLiked ?? loaders.likesComment.load({ viewerId: viewer.id, id })),
  viewerCanEdit: ({ authorId, isDeleted }, _, { viewer }) => !isDeleted && mayEdit(viewer, authorId),
  viewerCanDelete: ({ authorId, isDeleted }, _, { viewer }) => !isDeleted && mayEdit(viewer, authorId),
  replies: ({ id }, input, { loaders }) => loaders.repliesOfComment.load(id, input),
  likedBy: ({ id }, input, { loaders }) => loaders.likersOfComment.load(id, input),
});
