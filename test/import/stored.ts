/** Reads back what an import left in the database. */
import type { PrismaClient } from "../../src/generated/prisma/client.js";

interface RowVersion {
  readonly row: string;
}

/** Every row with its id and its version (`xmin`): the same only if no row was written again. */
export async function rowVersions(prisma: PrismaClient): Promise<string[]> {
  const rows = await prisma.$queryRaw<RowVersion[]>`
    SELECT 'user ' || xmin || ' ' || users::text AS row FROM users
    UNION ALL SELECT 'post ' || xmin || ' ' || posts::text FROM posts
    UNION ALL SELECT 'comment ' || xmin || ' ' || comments::text FROM comments
    ORDER BY row`;
  return rows.map(({ row }) => row);
}

/** Every row in the order of its id, without ids: the same for the same community however it came in. */
export async function community(prisma: PrismaClient): Promise<string[]> {
  const rows = await prisma.$queryRaw<RowVersion[]>`
    SELECT row FROM (
      SELECT 1 AS kind, id, concat_ws('|', source, handle, handle_skeleton, name, created_at, updated_at) AS row FROM users
      UNION ALL
      SELECT 2, posts.id, concat_ws('|', posts.source, coalesce(users.source, 'nobody'), title, content, comment_count,
        posts.created_at, posts.updated_at)
      FROM posts LEFT JOIN users ON users.id = author_id
      UNION ALL
      SELECT 3, comments.id, concat_ws('|', comments.source, coalesce(users.source, 'nobody'), posts.source,
        coalesce(parent.source, 'top'), comments.text, comments.reply_count, comments.created_at, comments.updated_at)
      FROM comments JOIN posts ON posts.id = comments.post_id LEFT JOIN users ON users.id = comments.author_id
        LEFT JOIN comments AS parent ON parent.id = comments.parent_id
    ) AS rows ORDER BY kind, id`;
  return rows.map(({ row }) => row);
}

/** Sources of the posts and comments whose counter is not the number of what they hold. */
export async function wrongCounters(prisma: PrismaClient): Promise<string[]> {
  const rows = await prisma.$queryRaw<RowVersion[]>`
    SELECT source AS row FROM posts
    WHERE comment_count <> (SELECT count(*) FROM comments WHERE post_id = posts.id AND deleted_at IS NULL AND NOT is_hidden)
    UNION ALL
    SELECT source FROM comments
    WHERE reply_count <> (SELECT count(*) FROM comments AS reply
      WHERE reply.parent_id = comments.id AND reply.deleted_at IS NULL AND NOT reply.is_hidden)`;
  return rows.map(({ row }) => row);
}
