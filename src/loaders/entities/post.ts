/** Posts. */
import type { SqlValue } from "../../db/database.js";
import { byId, defineEntity, type ViewerField } from "../entity.js";
import { type Condition, latestFirst, listOf } from "../list.js";
import { type ContentRow, htmlColumns } from "./content.js";

export interface PostRow extends ContentRow {
  readonly title: string;
  readonly content: string;
  readonly commentCount: number;
}

export const likesPost: ViewerField = { table: "post_likes", viewerColumn: "user_id", idColumn: "post_id" };

export const post = defineEntity<PostRow>({
  type: "Post",
  table: "posts",
  alias: "p",
  visibility: "content",
  columns: {
    authorId: "author_id",
    title: "title",
    content: "content",
    ...htmlColumns("content", "content_html"),
    createdAt: "created_at",
    updatedAt: "updated_at",
    // Titles cannot be empty, except after the deletion of the author's account.
    isDeleted: "title = ''",
    isHidden: "is_hidden",
    hiddenReason: "hidden_reason",
    likeCount: "like_count",
    commentCount: "comment_count",
  },
  needs: {
    contentHtml: ["storedHtml", "unrendered", "authorId"],
    viewerCanEdit: ["authorId"],
    viewerCanDelete: ["authorId"],
  },
  viewerFields: { viewerHasLiked: likesPost },
});

export const posts = byId(post);

const all = listOf(post, {
  name: "posts",
  orders: {
    CREATED_AT: { column: "p.created_at", type: "timestamptz" },
    LIKE_COUNT: { column: "p.like_count", type: "int4" },
    COMMENT_COUNT: { column: "p.comment_count", type: "int4" },
  },
  defaultOrder: latestFirst,
});

export const postLists = {
  all,
  /** A part of `all`: cursors are valid for both. */
  byAuthor: { ...all, parent: "p.author_id" },
  ofUser: { ...all, name: "user.posts", inlinedIn: "User.posts", parent: "p.author_id" },
};

export interface PostFilter {
  readonly authorId?: number | undefined;
  readonly search?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
}

/** The posts that meet every condition given. */
export function postsMatching({ authorId, ...filter }: PostFilter) {
  const list = authorId === undefined ? postLists.all : postLists.byAuthor;
  return { list, parent: authorId, condition: conditionOf(filter) };
}

function conditionOf(filter: Omit<PostFilter, "authorId">): Condition | undefined {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    values.push(value);
  };
  add("p.search_vector @@ websearch_to_tsquery('english', ?)", filter.search);
  add("p.created_at > ?::timestamptz", filter.createdAfter);
  add("p.created_at < ?::timestamptz", filter.createdBefore);
  const interval = filter.search === undefined ? "p.created_at" : undefined;
  return parts.length === 0 ? undefined : { sql: parts.join(" AND "), values, interval };
}
