/** A community in which every list has ten rows, so that every lookup finds some. */

import type { Database } from "../../src/db/database.js";
import { toGlobalId } from "../../src/db/global-id.js";
import { htmlVersion } from "../../src/markdown/html-version.js";

export const parentCount = 100;
export const rowsPerParent = 10;

/** Ids of `count` objects, 100 at most, of each of which every list has ten rows. */
export function parentIds(type: string, count: number): string[] {
  // Comments of the third level have all that a comment can have: two comments above them, and replies with replies.
  const firstIds = { User: 1, Post: 1, Comment: 1_101 };
  if (type !== "User" && type !== "Post" && type !== "Comment")
    throw new Error(`there are no rows of type ${type} in test/sql/small-community.ts`);
  return Array.from({ length: count }, (_, index) => toGlobalId(type, firstIds[type] + index));
}

/** Fills an empty database. */
export async function fillSmall({ prisma }: Pick<Database, "prisma">): Promise<void> {
  for (const statement of statements) await prisma.$executeRawUnsafe(statement);
}

/** Later levels are later, and later rows within a level. */
const at = (level: number) => `timestamptz '2024-01-01' + (i + ${level * 10_000}) * interval '1 minute'`;

/** Replies to comments that are there. `on` is the comment's id, in terms of `i`, which counts to `count`. */
const replies = (level: number, count: number, author: string, on: string) =>
  `INSERT INTO comments (post_id, author_id, parent_id, text, created_at)
    SELECT c.post_id, ${author}, c.id, 'Reply', ${at(level)}
    FROM generate_series(0, ${count - 1}) AS i JOIN comments AS c ON c.id = ${on} ORDER BY i`;

const statements = [
  `INSERT INTO users (handle, handle_skeleton, name, created_at)
    SELECT 'user_' || i, 'user_' || i, 'User ' || i, ${at(0)} FROM generate_series(1, 200) AS i`,
  `INSERT INTO posts (author_id, title, content, created_at)
    SELECT 1 + i % 100, 'Post ' || i, 'Content', ${at(1)} FROM generate_series(1, 1000) AS i`,
  `INSERT INTO comments (post_id, author_id, text, created_at)
    SELECT 1 + i % 100, 1 + i % 100, 'Comment', ${at(1)} FROM generate_series(1, 1000) AS i`,
  replies(2, 100, "1 + i", "1 + i"),
  replies(3, 100, "1 + i", "1001 + i"),
  replies(4, 1_000, "1 + i % 100", "1101 + i % 100"),
  replies(5, 1_000, "101 + i % 100", "1201 + i"),
  // On the latest posts, by users who wrote none of them: the feed.
  `INSERT INTO comments (post_id, author_id, text, created_at)
    SELECT 901 + i % 100, 101 + (i % 100 * 3 + i / 100) % 100, 'Comment', ${at(1)} FROM generate_series(1, 1000) AS i`,
  `INSERT INTO post_likes (post_id, user_id, created_at)
    SELECT p, 1 + (p + i) % 100, ${at(2)} FROM generate_series(1, 1000) AS p, generate_series(1, 10) AS i`,
  `INSERT INTO comment_likes (comment_id, user_id, created_at)
    SELECT c.id, 1 + (c.id + i) % 100, ${at(6)} FROM comments AS c, generate_series(1, 10) AS i`,
  `INSERT INTO follows (followee_id, follower_id, created_at)
    SELECT u, 1 + (u + i) % 200, ${at(1)} FROM generate_series(1, 200) AS u, generate_series(0, 9) AS i`,
  // As texts are stored that are written.
  `UPDATE posts SET content_html = '<p>Content</p>', content_html_version = ${htmlVersion}`,
  `UPDATE comments SET text_html = '<p>' || text || '</p>', text_html_version = ${htmlVersion}`,
];
