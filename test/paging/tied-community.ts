/** A community in which many rows tie: five moments, three like counts. And every list of it, as the database has it. */
import type { Database } from "../../src/db/database.js";
import { type NodeType, toGlobalId } from "../../src/db/global-id.js";
import type { Item } from "./model.js";

type Source = Pick<Database, "query" | "prisma">;

/** A connection field, and a query for the rows it should hold. */
export interface ListedRows {
  /** Such as `Post.comments`. */
  readonly name: string;
  /** Undefined for a field of `Query`. */
  readonly parent: { readonly type: NodeType; readonly id: string } | undefined;
  readonly field: string;
  readonly orderFields: readonly string[];
  /** Whether there is an `orderBy`. */
  readonly canBeOrdered: boolean;
  readonly defaultDirection: "ASC" | "DESC";
  readonly node: NodeType;
  readonly sql: string;
}

const moment = "timestamptz '2024-05-01' + (i * 7 % 5) * interval '1 day'";
const upTo = (count: number) => `FROM generate_series(1, ${count}) AS i`;

/** The parents of all lists are the first of their kind. */
export async function fillTied({ prisma }: Source): Promise<void> {
  for (const statement of [
    `INSERT INTO users (handle, handle_skeleton, name, follower_count, created_at)
      SELECT 'user_' || i, 'user_' || i, 'User', i % 3, ${moment} ${upTo(90)}`,
    `INSERT INTO posts (author_id, title, content, like_count, comment_count, created_at)
      SELECT CASE WHEN i % 4 = 0 THEN 2 ELSE 1 END, 'Post', 'Content', i % 3, i * 5 % 4, ${moment} ${upTo(80)}`,
    `INSERT INTO comments (post_id, author_id, text, like_count, created_at)
      SELECT 1 + i % 7 / 6, 1 + i % 5 / 4, 'Comment', i % 3, ${moment} ${upTo(90)}`,
    `INSERT INTO comments (post_id, author_id, parent_id, text, like_count, created_at)
      SELECT 1, 3, 1 + i % 7 / 6, 'Reply', i % 3, ${moment} ${upTo(70)}`,
    `INSERT INTO post_likes (post_id, user_id, created_at) SELECT 1 + i % 6 / 5, i, ${moment} ${upTo(90)}`,
    `INSERT INTO comment_likes (comment_id, user_id, created_at) SELECT 1 + i % 6 / 5, i, ${moment} ${upTo(90)}`,
    `INSERT INTO follows (followee_id, follower_id, created_at) SELECT 1, i, ${moment} ${upTo(70)} WHERE i > 1`,
    `INSERT INTO follows (follower_id, followee_id, created_at) SELECT 1, i, ${moment} ${upTo(80)} WHERE i > 1`,
  ])
    await prisma.$executeRawUnsafe(statement);
}

/** Removes some rows of every list, first and last ones among them. */
export async function removeSome({ prisma }: Source): Promise<void> {
  for (const statement of [
    "DELETE FROM users WHERE id > 3 AND id % 11 = 0",
    "DELETE FROM posts WHERE id > 2 AND id % 9 = 0",
    "DELETE FROM comments WHERE id > 2 AND id % 8 = 0",
    "DELETE FROM post_likes WHERE user_id % 10 < 2",
    "DELETE FROM comment_likes WHERE user_id % 10 < 2",
    "DELETE FROM follows WHERE follower_id % 10 = 5 OR followee_id % 10 = 5",
  ])
    await prisma.$executeRawUnsafe(statement);
}

export const lists: readonly ListedRows[] = [
  list("Query", "posts", "Post", ["CREATED_AT", "LIKE_COUNT", "COMMENT_COUNT"], "posts"),
  list("Query", "users", "User", ["CREATED_AT", "FOLLOWER_COUNT"], "users"),
  list("User", "posts", "Post", ["CREATED_AT", "LIKE_COUNT", "COMMENT_COUNT"], "posts WHERE author_id = 1"),
  list("User", "comments", "Comment", ["CREATED_AT", "LIKE_COUNT"], "comments WHERE author_id = 1"),
  list("Post", "comments", "Comment", ["CREATED_AT", "LIKE_COUNT"], "comments WHERE post_id = 1 AND parent_id IS NULL"),
  list("Comment", "replies", "Comment", ["CREATED_AT", "LIKE_COUNT"], "comments WHERE parent_id = 1"),
  links("Post", "likedBy", "user_id", "post_likes WHERE post_id = 1"),
  links("Comment", "likedBy", "user_id", "comment_likes WHERE comment_id = 1"),
  links("User", "followers", "follower_id", "follows WHERE followee_id = 1"),
  links("User", "following", "followee_id", "follows WHERE follower_id = 1"),
];

function list(
  type: NodeType | "Query",
  field: string,
  node: NodeType,
  orderFields: string[],
  from: string,
): ListedRows {
  const keys = orderFields.map((each) => `${each.toLowerCase()} AS "${each}"`);
  return {
    name: `${type}.${field}`,
    parent: type === "Query" ? undefined : { type, id: toGlobalId(type, 1) },
    field,
    orderFields,
    canBeOrdered: true,
    defaultDirection: node === "Comment" && type !== "User" ? "ASC" : "DESC",
    node,
    sql: `SELECT id, ${keys} FROM ${from}`,
  };
}

function links(type: NodeType, field: string, id: string, from: string): ListedRows {
  const sql = `SELECT ${id} AS id, created_at AS "CREATED_AT" FROM ${from}`;
  return { ...list(type, field, "User", ["CREATED_AT"], ""), canBeOrdered: false, defaultDirection: "DESC", sql };
}

export async function itemsOf({ sql, node }: ListedRows, { query }: Source): Promise<Item[]> {
  const rows = await query<{ id: number } & Record<string, string | number>>(sql, []);
  return rows.map(({ id, ...keys }) => ({ id: toGlobalId(node, id), rowId: id, keys }));
}
