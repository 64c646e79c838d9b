/** Comment resolvers: fields that are not columns. */

import { toGlobalId } from "../../db/global-id.js";
import type { CommentResolvers } from "../../generated/graphql.js";
import { commentLists, comments, likesComment } from "../../loaders/entities/comment.js";
import { posts } from "../../loaders/entities/post.js";
import { userLists } from "../../loaders/entities/user.js";
import type { ShowHtml } from "../../markdown/html-store.js";
import { mayEdit } from "../../services/permissions.js";

export const createCommentResolvers = (showHtml: ShowHtml): CommentResolvers => ({
  id: ({ id }) => toGlobalId("Comment", id),
  textHtml: (row) => showHtml("Comment", row),
  author: (row, _, { loaders }) => loaders.author(row),
  post: ({ postId }, _, { loaders }) => loaders.row(posts, postId),
  parent: ({ parentId }, _, { loaders }) => (parentId === null ? null : loaders.row(comments, parentId)),
  viewerHasLiked: ({ id, viewerHasLiked }, _, { viewer, loaders }) =>
    viewer !== null && (viewerHasLiked ?? loaders.viewerField(likesComment, viewer.id, id)),
  viewerCanEdit: ({ authorId, isDeleted }, _, { viewer }) => !isDeleted && mayEdit(viewer, authorId),
  viewerCanDelete: ({ authorId, isDeleted }, _, { viewer }) => !isDeleted && mayEdit(viewer, authorId),
  replies: ({ id }, input, { loaders }) => loaders.page(commentLists.replies, id, input),
  likedBy: ({ id }, input, { loaders }) => loaders.page(userLists.likingComment, id, input),
});
