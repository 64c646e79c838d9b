/** Rows as reads return them, and the columns that make them. A read statement selects these and nothing else. */
import type { Role } from "../generated/graphql.js";

export interface UserRow {
  readonly type: "User";
  readonly id: number;
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
  readonly avatarUrl: string | null;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: string;
  readonly followerCount: number;
  readonly followingCount: number;
}

export interface PostRow {
  readonly type: "Post";
  readonly id: number;
  readonly authorId: number | null;
  readonly title: string;
  readonly content: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly likeCount: number;
  readonly commentCount: number;
}

export interface CommentRow {
  readonly type: "Comment";
  readonly id: number;
  readonly postId: number;
  readonly authorId: number | null;
  readonly parentId: number | null;
  readonly text: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly likeCount: number;
  readonly replyCount: number;
}

/** A row of any type that has a global id. `type` is the GraphQL type. */
export type NodeRow = UserRow | PostRow | CommentRow;

/** Columns of a UserRow, from `users AS u`. */
export const userColumns = `'User' AS type, u.id, u.handle, u.name, u.bio, u.avatar_url AS "avatarUrl", u.email, u.role,
  u.created_at AS "createdAt", u.follower_count AS "followerCount", u.following_count AS "followingCount"`;

/** Columns of a PostRow, from `posts AS p`. */
export const postColumns = `'Post' AS type, p.id, p.author_id AS "authorId", p.title, p.content,
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.like_count AS "likeCount",
  p.comment_count AS "commentCount"`;

/** Columns of a CommentRow, from `comments AS c`. */
export const commentColumns = `'Comment' AS type, c.id, c.post_id AS "postId", c.author_id AS "authorId",
  c.parent_id AS "parentId", c.text, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
  c.deleted_at IS NOT NULL AS "isDeleted", c.like_count AS "likeCount", c.reply_count AS "replyCount"`;
