/** Users. */
import type { Role } from "../../generated/graphql.js";
import { byId, defineEntity, type Lookup, type ViewerField } from "../entity.js";
import { latestFirst, listOf, through } from "../list.js";

export interface UserRow {
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
  readonly suspendedUntil: string | null;
  readonly viewerIsFollowing?: boolean;
  readonly viewerIsBlocking?: boolean;
}

export const followsUser: ViewerField = { table: "follows", viewerColumn: "follower_id", idColumn: "followee_id" };
export const blocksUser: ViewerField = { table: "blocks", viewerColumn: "blocker_id", idColumn: "blocked_id" };

export const user = defineEntity<UserRow>({
  type: "User",
  table: "users",
  alias: "u",
  visibility: "user",
  columns: {
    handle: "handle",
    name: "name",
    bio: "bio",
    avatarUrl: "avatar_url",
    email: "email",
    role: "role",
    createdAt: "created_at",
    followerCount: "follower_count",
    followingCount: "following_count",
    suspendedUntil: "suspended_until",
  },
  viewerFields: { viewerIsFollowing: followsUser, viewerIsBlocking: blocksUser },
});

export const users = byId(user);

export const usersByHandle: Lookup<string, UserRow> = {
  ...users,
  column: "handle",
  keyType: "text",
  keyOf: ({ handle }) => handle,
  needs: ["handle"],
};

/** Also those whom the viewer blocks, for the payload of that change. */
export const anyUsers: Lookup<number, UserRow> = { ...users, isUnrestricted: true };

export const userLists = {
  all: listOf(user, {
    name: "users",
    orders: {
      CREATED_AT: { column: "u.created_at", type: "timestamptz" },
      FOLLOWER_COUNT: { column: "u.follower_count", type: "int4" },
    },
    defaultOrder: latestFirst,
  }),
  followers: through(user, {
    name: "user.followers",
    inlinedIn: "User.followers",
    table: "follows",
    parent: "followee_id",
    item: "follower_id",
  }),
  following: through(user, {
    name: "user.following",
    inlinedIn: "User.following",
    table: "follows",
    parent: "follower_id",
    item: "followee_id",
  }),
  blocked: {
    ...through(user, { name: "user.blockedUsers", table: "blocks", parent: "blocker_id", item: "blocked_id" }),
    isUnrestricted: true,
  },
  likingPost: through(user, {
    name: "post.likedBy",
    inlinedIn: "Post.likedBy",
    table: "post_likes",
    parent: "post_id",
    item: "user_id",
  }),
  likingComment: through(user, {
    name: "comment.likedBy",
    inlinedIn: "Comment.likedBy",
    table: "comment_likes",
    parent: "comment_id",
    item: "user_id",
  }),
};
