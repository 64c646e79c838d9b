/** Parallel operations, and the invariants after them. */
import { expect } from "vitest";
import type { GraphQLAnswer } from "../harness/client.js";
import type { TestDatabase } from "../harness/database.js";
import type { Account, TestServer } from "../harness/server.js";

/** Accounts with handles of this beginning. */
export async function signUpMany(server: TestServer, count: number, beginning: string): Promise<Account[]> {
  const accounts: Account[] = [];
  // A few at a time: each takes 19 MiB for its password.
  for (let first = 0; first < count; first += 4) {
    const few = Array.from({ length: Math.min(4, count - first) }, (_, n) =>
      server.signUp(`${beginning}${first + n}x`),
    );
    accounts.push(...(await Promise.all(few)));
  }
  return accounts;
}

/** The payload of a mutation. Throws for an error at the top level: what is done at once may be refused, not fail. */
export function payloadOf({
  status,
  body,
}: GraphQLAnswer): { userErrors: { code: string }[] } & Record<string, unknown> {
  expect([status, body.errors]).toEqual([200, undefined]);
  return (
    Object.values<{ userErrors: { code: string }[] } & Record<string, unknown>>(body.data)[0] ?? { userErrors: [] }
  );
}

/** Every counter that does not equal the rows it counts, and every row whose owner is gone. None is right. */
export async function findInconsistencies({ prisma }: TestDatabase): Promise<unknown[]> {
  const rows = await Promise.all(checks.map((sql) => prisma.$queryRawUnsafe<object[]>(sql)));
  return rows.flat();
}

const checks = [
  `SELECT id::text, 'posts.like_count' AS counter, like_count AS counted FROM posts AS p
    WHERE like_count <> (SELECT count(*) FROM post_likes AS l WHERE l.post_id = p.id)`,
  `SELECT id::text, 'posts.comment_count' AS counter, comment_count AS counted FROM posts AS p
    WHERE comment_count <> (SELECT count(*) FROM comments AS c WHERE c.post_id = p.id AND c.deleted_at IS NULL AND NOT c.is_hidden)`,
  `SELECT id::text, 'comments.like_count' AS counter, like_count AS counted FROM comments AS c
    WHERE like_count <> (SELECT count(*) FROM comment_likes AS l WHERE l.comment_id = c.id)`,
  `SELECT id::text, 'comments.reply_count' AS counter, reply_count AS counted FROM comments AS c
    WHERE reply_count <> (SELECT count(*) FROM comments AS r WHERE r.parent_id = c.id AND r.deleted_at IS NULL AND NOT r.is_hidden)`,
  `SELECT id::text, 'users.follower_count' AS counter, follower_count AS counted FROM users AS u
    WHERE follower_count <> (SELECT count(*) FROM follows AS f WHERE f.followee_id = u.id)`,
  `SELECT id::text, 'users.following_count' AS counter, following_count AS counted FROM users AS u
    WHERE following_count <> (SELECT count(*) FROM follows AS f WHERE f.follower_id = u.id)`,
  `SELECT id::text, 'comments without a post' AS orphan FROM comments AS c
    WHERE NOT EXISTS (SELECT FROM posts AS p WHERE p.id = c.post_id)`,
  `SELECT id::text, 'replies without their comment' AS orphan FROM comments AS c
    WHERE parent_id IS NOT NULL AND NOT EXISTS (SELECT FROM comments AS p WHERE p.id = c.parent_id AND p.post_id = c.post_id)`,
  `SELECT id::text, 'tombstones without replies' AS orphan FROM comments AS c
    WHERE deleted_at IS NOT NULL AND NOT EXISTS (SELECT FROM comments AS r WHERE r.parent_id = c.id)`,
  `SELECT id::text, 'tombstones with something in them' AS orphan FROM comments AS c
    WHERE deleted_at IS NOT NULL AND (text <> '' OR author_id IS NOT NULL OR like_count <> 0)`,
  `SELECT post_id::text AS id, 'likes without a post' AS orphan FROM post_likes AS l
    WHERE NOT EXISTS (SELECT FROM posts AS p WHERE p.id = l.post_id)`,
  `SELECT comment_id::text AS id, 'likes without a comment' AS orphan FROM comment_likes AS l
    WHERE NOT EXISTS (SELECT FROM comments AS c WHERE c.id = l.comment_id)`,
];
