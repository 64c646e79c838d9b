/**
 * Finds and locks the posts and comments that the rows of a batch belong under.
 *
 * The counters (services/comment-counters.ts) stay exact beside a server that is at work. A parent is locked before
 * anything is inserted under it, in a statement of its own: a count begun before the lock was granted would not see what
 * the other transaction wrote. The lock is the one an UPDATE takes (PostgreSQL, section 13.3.2), so it holds up no insert. Posts come before
 * comments and both in the order of their ids, so two imports never wait for each other.
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
