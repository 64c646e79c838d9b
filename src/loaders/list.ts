/** All lists that clients can page through: table, parent and orders. The indexes are in prisma/schema.prisma. */
import type { KeyType } from "../db/cursor.js";
import { liveSessions, type RowType } from "./columns.js";
import type { PageInput } from "./page-arguments.js";
import type {
  ApiKeyRow,
  AuditEntryRow,
  CommentRow,
  PostRow,
  ReportRow,
  UserRow,
  UserSessionRow,
  WebhookAttemptRow,
  WebhookDeliveryRow,
  WebhookRow,
} from "./rows.js";

export type OrderDirection = "ASC" | "DESC";

/** Arguments of a connection field, with its order if it has one. */
export interface ConnectionInput<Field extends string> extends PageInput {
  readonly orderBy?: { readonly field: Field; readonly direction: OrderDirection } | null | undefined;
}

export interface Order {
  readonly column: string;
  readonly type: KeyType;
}

/** How to read a list. All parts are SQL of ours; values come as parameters. `Row` is what it is made of. */
export interface List<Row, Field extends string = string> {
  /** Stands in cursors. */
  readonly name: string;
  readonly rowType: RowType;
  /** Alias of the table that the item's columns are in: `alias`, or one that `join` brings. */
  readonly rowAlias: string;
  readonly table: string;
  readonly alias: string;
  /** What an item's columns need besides its table; empty when they need nothing. Neither adds nor removes rows. */
  readonly join: string;
  /** Column that holds the parent's id; undefined for a list of the whole table. */
  readonly parent: string | undefined;
  /** Column that breaks ties: the id of the item. */
  readonly id: string;
  readonly where: string;
  readonly orders: Readonly<Record<Field, Order>>;
  /** The order when a client names none. */
  readonly defaultOrder: { readonly field: Field; readonly direction: OrderDirection };
  /** Only for the types: which row the columns make. */
  readonly row?: Row | undefined;
}

export type PostOrderField = "CREATED_AT" | "LIKE_COUNT" | "COMMENT_COUNT";
export type CommentOrderField = "CREATED_AT" | "LIKE_COUNT";
export type UserOrderField = "CREATED_AT" | "FOLLOWER_COUNT";

const oldestFirst = { field: "CREATED_AT", direction: "ASC" } as const;
const latestFirst = { field: "CREATED_AT", direction: "DESC" } as const;

const postList: Omit<List<PostRow, PostOrderField>, "name" | "parent"> = {
  rowType: "Post",
  rowAlias: "p",
  table: "posts",
  alias: "p",
  join: "",
  id: "p.id",
  where: "TRUE",
  orders: {
    CREATED_AT: { column: "p.created_at", type: "timestamptz" },
    LIKE_COUNT: { column: "p.like_count", type: "int4" },
    COMMENT_COUNT: { column: "p.comment_count", type: "int4" },
  },
  defaultOrder: latestFirst,
};

const commentList: Omit<List<CommentRow, CommentOrderField>, "name" | "parent"> = {
  rowType: "Comment",
  rowAlias: "c",
  table: "comments",
  alias: "c",
  join: "",
  id: "c.id",
  where: "TRUE",
  orders: {
    CREATED_AT: { column: "c.created_at", type: "timestamptz" },
    LIKE_COUNT: { column: "c.like_count", type: "int4" },
  },
  defaultOrder: oldestFirst,
};

const users: List<UserRow, UserOrderField> = {
  name: "users",
  rowType: "User",
  rowAlias: "u",
  table: "users",
  alias: "u",
  join: "",
  parent: undefined,
  id: "u.id",
  where: "TRUE",
  orders: {
    CREATED_AT: { column: "u.created_at", type: "timestamptz" },
    FOLLOWER_COUNT: { column: "u.follower_count", type: "int4" },
  },
  defaultOrder: latestFirst,
};

/** Rows of one table, in the order in which they were made. */
function byCreation<Row>(
  name: string,
  rowType: RowType,
  { table, alias, parent, direction = "DESC" }: Table,
): List<Row, "CREATED_AT"> {
  return {
    name,
    rowType,
    rowAlias: alias,
    table,
    alias,
    join: "",
    parent: parent && `${alias}.${parent}`,
    id: `${alias}.id`,
    where: "TRUE",
    orders: { CREATED_AT: { column: `${alias}.created_at`, type: "timestamptz" } },
    defaultOrder: { field: "CREATED_AT", direction },
  };
}

interface Table {
  readonly table: string;
  readonly alias: string;
  /** Its column that holds the parent's id; none for a list of the whole table. */
  readonly parent?: string;
  /** Default the latest first. */
  readonly direction?: OrderDirection;
}

const webhooksOfUser = byCreation<WebhookRow>("user.webhooks", "Webhook", {
  table: "webhooks",
  alias: "w",
  parent: "owner_id",
});
const apiKeysOfUser = byCreation<ApiKeyRow>("user.apiKeys", "ApiKey", {
  table: "api_keys",
  alias: "k",
  parent: "user_id",
});
const sessionsOfUser = byCreation<UserSessionRow>("user.sessions", "UserSession", {
  table: liveSessions,
  alias: "s",
  parent: "user_id",
});
const attemptsOfDelivery = byCreation<WebhookAttemptRow>("delivery.attempts", "WebhookAttempt", {
  table: "webhook_attempts",
  alias: "a",
  parent: "delivery_id",
  direction: "ASC",
});
const reports = byCreation<ReportRow>("reports", "Report", { table: "reports", alias: "r" });
const auditLog = byCreation<AuditEntryRow>("auditLog", "AuditEntry", { table: "audit_log", alias: "a" });

export const lists = {
  users,
  posts: { ...postList, name: "posts", parent: undefined },
  /** A part of `posts`: cursors are valid for both. */
  postsByAuthor: { ...postList, name: "posts", parent: "p.author_id" },
  postsOfUser: { ...postList, name: "user.posts", parent: "p.author_id" },
  commentsOfUser: { ...commentList, name: "user.comments", parent: "c.author_id", defaultOrder: latestFirst },
  commentsOfPost: { ...commentList, name: "post.comments", parent: "c.post_id", where: "c.parent_id IS NULL" },
  repliesOfComment: { ...commentList, name: "comment.replies", parent: "c.parent_id" },
  likersOfPost: usersThrough("post.likedBy", "post_likes", "post_id", "user_id"),
  likersOfComment: usersThrough("comment.likedBy", "comment_likes", "comment_id", "user_id"),
  followersOfUser: usersThrough("user.followers", "follows", "followee_id", "follower_id"),
  followedByUser: usersThrough("user.following", "follows", "follower_id", "followee_id"),
  webhooksOfUser,
  apiKeysOfUser,
  sessionsOfUser,
  deliveriesOfWebhook: {
    ALL: deliveriesOfWebhook("TRUE"),
    WAITING: deliveriesOfWebhook("d.state = 'WAITING'"),
    DELIVERED: deliveriesOfWebhook("d.state = 'DELIVERED'"),
    DEAD: deliveriesOfWebhook("d.state = 'DEAD'"),
  },
  attemptsOfDelivery,
  blockedByUser: usersThrough("user.blockedUsers", "blocks", "blocker_id", "blocked_id"),
  /** Parts of one list: their cursors are interchangeable. */
  reports: {
    ALL: reports,
    OPEN: { ...reports, where: "r.state = 'OPEN'" },
    RESOLVED: { ...reports, where: "r.state = 'RESOLVED'" },
  },
  auditLog,
};

/** Parts of one list: their cursors are interchangeable. */
function deliveriesOfWebhook(where: string): List<WebhookDeliveryRow, "CREATED_AT"> {
  const table = { table: "webhook_deliveries", alias: "d", parent: "webhook_id" };
  const list = byCreation<WebhookDeliveryRow>("webhook.deliveries", "WebhookDelivery", table);
  return { ...list, join: "JOIN webhooks AS w ON w.id = d.webhook_id", where };
}

/** Users found through a table of links, latest link first. */
function usersThrough(name: string, table: string, parent: string, user: string): List<UserRow, "CREATED_AT"> {
  return {
    name,
    rowType: "User",
    rowAlias: "u",
    table,
    alias: "l",
    join: `JOIN users AS u ON u.id = l.${user}`,
    parent: `l.${parent}`,
    id: `l.${user}`,
    where: "TRUE",
    orders: { CREATED_AT: { column: "l.created_at", type: "timestamptz" } },
    defaultOrder: latestFirst,
  };
}
