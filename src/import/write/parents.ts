/**
 * Finds and locks the parent posts and comments of a batch of rows.
 *
 * Keeps the counters (services/comment-counters.ts) exact while a server is running. A parent is locked in a statement
 * of its own before anything is inserted under it: a count that started before the lock was granted would not see the
 * other transaction's rows. The lock is the one of an UPDATE (PostgreSQL, section 13.3.2), so it blocks no insert.
 * Posts are locked before comments, both in the order of their ids, so two imports cannot deadlock.
 */
import type { Transaction } from "./transaction.js";

export interface ParentPost {
  readonly id: bigint;
  readonly source: string;
}

export interface ParentComment {
  readonly id: bigint;
  readonly postId: bigint;
  readonly source: string;
}

/** Parents by their source. */
export interface Parents {
  readonly posts: ReadonlyMap<string, ParentPost>;
  readonly comments: ReadonlyMap<string, ParentComment>;
}

/** Locks the posts and comments with these sources, and the posts of those comments. */
export async function lockParents(tx: Transaction, postSources: string[], commentSources: string[]): Promise<Parents> {
  const posts = await tx.$queryRaw<ParentPost[]>`
    SELECT id, source FROM posts WHERE id IN (
      SELECT id FROM posts WHERE source = ANY(${postSources}::text[])
      UNION ALL
      SELECT post_id FROM comments WHERE source = ANY(${commentSources}::text[])
    ) ORDER BY id FOR NO KEY UPDATE`;
  const comments = await tx.$queryRaw<ParentComment[]>`
    SELECT id, post_id AS "postId", source FROM comments WHERE source = ANY(${commentSources}::text[])
    ORDER BY id FOR NO KEY UPDATE`;
  return { posts: bySource(posts), comments: bySource(comments) };
}

function bySource<Parent extends { readonly source: string }>(parents: readonly Parent[]): ReadonlyMap<string, Parent> {
  return new Map(parents.map((parent) => [parent.source, parent]));
}
