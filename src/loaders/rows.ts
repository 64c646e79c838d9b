/** Rows as reads return them. */
import type { Role } from "../generated/graphql.js";

/** What the viewer has to do with a row, where it was read with it. */
export interface ViewerFacts {
  readonly viewerHasLiked?: boolean;
  readonly viewerIsFollowing?: boolean;
}

export interface UserRow extends Pick<ViewerFacts, "viewerIsFollowing"> {
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

/** What has an author. */
export interface AuthoredRow {
  readonly id: number;
  readonly authorId: number | null;
  /** Read with the row, if the operation asks for it; null when there is none (any more). */
  readonly author?: UserRow | null;
}

export interface PostRow extends AuthoredRow, Pick<ViewerFacts, "viewerHasLiked"> {
  readonly title: string;
  readonly content: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly likeCount: number;
  readonly commentCount: number;
}

export interface CommentRow extends AuthoredRow, Pick<ViewerFacts, "viewerHasLiked"> {
  readonly postId: number;
  readonly parentId: number | null;
  readonly text: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly likeCount: number;
  readonly replyCount: number;
}

/** A row of any type that has a global id, and its GraphQL type. */
export type NodeRow =
  | (UserRow & { readonly type: "User" })
  | (PostRow & { readonly type: "Post" })
  | (CommentRow & { readonly type: "Comment" });
