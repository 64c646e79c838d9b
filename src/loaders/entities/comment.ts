/** Comments, and replies to them. */
import { byId, defineEntity, type ViewerField } from "../entity.js";
import { latestFirst, listOf, oldestFirst } from "../list.js";
import { type ContentRow, htmlColumns } from "./content.js";

export interface CommentRow extends ContentRow {
  readonly postId: number;
  readonly parentId: number | null;
  readonly text: string;
  readonly replyCount: number;
}

export const likesComment: ViewerField = { table: "comment_likes", viewerColumn: "user_id", idColumn: "comment_id" };

export const comment = defineEntity<CommentRow>({
  type: "Comment",
  table: "comments",
  alias: "c",
  visibility: "content",
  columns: {
    postId: "post_id",
    authorId: "author_id",
    parentId: "parent_id",
    text: "text",
    ...htmlColumns("text", "text_html"),
    createdAt: "created_at",
    updatedAt: "updated_at",
    isDeleted: "deleted_at IS NOT NULL",
    isHidden: "is_hidden",
    hiddenReason: "hidden_reason",
    likeCount: "like_count",
    replyCount: "reply_count",
  },
  needs: {
    textHtml: ["storedHtml", "unrendered", "authorId"],
    post: ["postId"],
    parent: ["parentId"],
    viewerCanEdit: ["authorId", "isDeleted"],
    viewerCanDelete: ["authorId", "isDeleted"],
  },
  viewerFields: { viewerHasLiked: likesComment },
});

export const comments = byId(comment);

const ofUser = listOf(comment, {
  name: "user.comments",
  parent: "author_id",
  orders: {
    CREATED_AT: { column: "c.created_at", type: "timestamptz" },
    LIKE_COUNT: { column: "c.like_count", type: "int4" },
  },
  defaultOrder: latestFirst,
});
const oldestFirstOf = { ...ofUser, defaultOrder: oldestFirst };

export const commentLists = {
  ofUser: { ...ofUser, inlinedIn: "User.comments" },
  /** Without replies. */
  ofPost: {
    ...oldestFirstOf,
    name: "post.comments",
    inlinedIn: "Post.comments",
    parent: "c.post_id",
    where: "c.parent_id IS NULL",
  },
  replies: { ...oldestFirstOf, name: "comment.replies", inlinedIn: "Comment.replies", parent: "c.parent_id" },
};
