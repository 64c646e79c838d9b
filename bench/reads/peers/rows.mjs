/**
 * Rows by prepared `pg` statements, batched by DataLoader: one context for each request. Ids are text, as `pg` gives
 * them; times become RFC 3339 without a `Date` in between.
 */
import DataLoader from "dataloader";
import pg from "pg";
import { readViewer } from "./viewer.mjs";

const timestamptzOid = 1184;

/** PostgreSQL's text of a time in UTC, such as `2025-01-01 00:00:20+00`, as RFC 3339 with milliseconds. */
function rfc3339(text) {
  const [seconds, fraction = ""] = text.slice(11, -3).split(".");
  return `${text.slice(0, 10)}T${seconds}.${fraction.padEnd(3, "0")}Z`;
}

const types = {
  getTypeParser: (oid, format) => (oid === timestamptzOid ? rfc3339 : pg.types.getTypeParser(oid, format)),
};

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DATABASE_POOL_SIZE),
  options: "-c TimeZone=UTC",
  types,
});

/** Runs a statement that is prepared, under its name, once on each connection. */
export async function rowsOf({ name, text }, values) {
  const { rows } = await pool.query({ name, text, values });
  return rows;
}

const post = `id, title, created_at AS "createdAt", author_id AS "authorId"`;
const comment = `id, post_id AS "postId", text, author_id AS "authorId"`;

export const statements = {
  latestPosts: {
    name: "latest_posts",
    text: `SELECT ${post} FROM posts ORDER BY created_at DESC, id DESC LIMIT $1`,
  },
  posts: { name: "posts", text: `SELECT ${post} FROM posts WHERE id = ANY($1::bigint[])` },
  users: { name: "users", text: "SELECT id, name FROM users WHERE id = ANY($1::bigint[])" },
  commentsOf: {
    name: "comments_of",
    text: `SELECT c.* FROM unnest($1::bigint[]) AS k(id) CROSS JOIN LATERAL (
      SELECT ${comment} FROM comments WHERE post_id = k.id AND parent_id IS NULL
      ORDER BY created_at DESC, id DESC LIMIT $2) AS c`,
  },
  postsOf: {
    name: "posts_of",
    text: `SELECT p.* FROM unnest($1::bigint[]) AS k(id) CROSS JOIN LATERAL (
      SELECT ${post} FROM posts WHERE author_id = k.id ORDER BY created_at DESC, id DESC LIMIT $2) AS p`,
  },
  addComment: {
    name: "add_comment",
    text: `WITH counted AS (UPDATE posts SET comment_count = comment_count + 1 WHERE id = $1 RETURNING id)
      INSERT INTO comments (post_id, text, author_id) SELECT id, $2, $3 FROM counted RETURNING ${comment}`,
  },
};

/** A request's context: what has been loaded is kept for it alone. `authorization` is the request's header. */
export function createContext(authorization) {
  const commentsOf = new Map();
  const postsOf = new Map();
  return {
    users: rowLoader(statements.users),
    posts: rowLoader(statements.posts),
    commentsOf: (first) => ofFirst(commentsOf, first, statements.commentsOf, "postId"),
    postsOf: (first) => ofFirst(postsOf, first, statements.postsOf, "authorId"),
    latestPosts: (first) => rowsOf(statements.latestPosts, [first]),
    async addComment({ postId, text }) {
      const [row] = await rowsOf(statements.addComment, [postId, text, await readViewer(authorization)]);
      return row;
    },
  };
}

function rowLoader(statement) {
  return new DataLoader(async (ids) => {
    const rows = await rowsOf(statement, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function ofFirst(loaders, first, statement, key) {
  const known = loaders.get(first);
  if (known !== undefined) return known;
  const loader = new DataLoader(async (ids) => {
    const found = new Map(ids.map((id) => [id, []]));
    for (const row of await rowsOf(statement, [ids, first])) found.get(row[key]).push(row);
    return ids.map((id) => found.get(id));
  });
  loaders.set(first, loader);
  return loader;
}
