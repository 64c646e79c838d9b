/** Post resolvers: fields that are not columns. */

import { toGlobalId } from "../../db/global-id.js";
import type { PostResolvers } from "../../generated/graphql.js";
import { commentLists } from "../../loaders/entities/comment.js";
import { likesPost } from "../../loaders/entities/post.js";
import { userLists } from "../../loaders/entities/user.js";
import type { ShowHtml } from "../../markdown/html-store.js";
import { mayEdit } from "../../services/permissions.js";

export const createPostResolvers = (showHtml: ShowHtml): PostResolvers => ({
  id: ({ id }) => toGlobalId("Post", id),
  contentHtml: (row) => showHtml("Post", row),
  author: (row, _, { loaders }) => loaders.author(row),
  viewerHasLiked: ({ id, viewerHasLiked }, _, { viewer, loaders }) =>
    viewer !== null && (viewerHasLiked ?? loaders.viewerField(likesPost, viewer.id, id)),
  viewerCanEdit: ({ authorId }, _, { viewer }) => mayEdit(viewer, authorId),
  viewerCanDelete: ({ authorId }, _, { viewer }) => mayEdit(viewer, authorId),
  comments: ({ id }, input, { loaders }) => loaders.page(commentLists.ofPost, id, input),
  likedBy: ({ id }, input, { loaders }) => loaders.page(userLists.likingPost, id, input),
});
