/** The limit in PostgreSQL: one prepared statement for each operation, which builds the whole answer. Node passes it on. */
import { serve } from "./limit.mjs";
import { rowsOf } from "./rows.mjs";
import { readViewer } from "./viewer.mjs";

const person = (id) =>
  `(SELECT json_build_object('id', u.id::text, 'name', u.name) FROM users AS u WHERE u.id = ${id})`;
const time = (column) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const newest = "ORDER BY created_at DESC, id DESC";

const commentsOf = (postId, item) => `(SELECT coalesce(json_agg(${item}), '[]') FROM (
  SELECT id, text, author_id FROM comments WHERE post_id = ${postId} AND parent_id IS NULL ${newest} LIMIT 3) AS c)`;

const answer = (data) => `json_build_object('data', ${data})::text AS answer`;

const feed = {
  name: "feed",
  text: `SELECT ${answer(`json_build_object('posts', json_agg(json_build_object('id', p.id::text, 'title', p.title,
    'createdAt', ${time("p.created_at")}, 'author', ${person("p.author_id")}, 'comments',
    ${commentsOf("p.id", `json_build_object('id', c.id::text, 'text', c.text, 'author', ${person("c.author_id")})`)})))`)}
    FROM (SELECT id, title, created_at, author_id FROM posts ${newest} LIMIT 20) AS p`,
};

const post = {
  name: "post",
  text: `SELECT ${answer(`json_build_object('post', json_build_object('id', p.id::text, 'title', p.title,
    'createdAt', ${time("p.created_at")}, 'author', ${person("p.author_id")}))`)} FROM posts AS p WHERE p.id = $1`,
};

const shortComment = "json_build_object('id', c.id::text, 'text', c.text)";
const postsOf = (authorId) => `(SELECT coalesce(json_agg(json_build_object('id', q.id::text, 'title', q.title,
  'comments', ${commentsOf("q.id", shortComment)})), '[]') FROM (
  SELECT id, title FROM posts WHERE author_id = ${authorId} ${newest} LIMIT 3) AS q)`;
const writer = `(SELECT json_build_object('id', u.id::text, 'name', u.name, 'posts', ${postsOf("u.id")})
  FROM users AS u WHERE u.id = c.author_id)`;

const deep = {
  name: "deep",
  text: `SELECT ${answer(`json_build_object('posts', json_agg(json_build_object('id', p.id::text, 'title', p.title,
    'comments', ${commentsOf("p.id", `json_build_object('id', c.id::text, 'author', ${writer})`)})))`)}
    FROM (SELECT id, title FROM posts ${newest} LIMIT 5) AS p`,
};

const addComment = {
  name: "add_comment_answer",
  text: `WITH counted AS (UPDATE posts SET comment_count = comment_count + 1 WHERE id = $1 RETURNING id),
    added AS (INSERT INTO comments (post_id, text, author_id) SELECT id, $2, $3 FROM counted RETURNING id, text, author_id)
    SELECT ${answer(`json_build_object('createComment', json_build_object('comment', json_build_object(
      'id', added.id::text, 'text', added.text, 'author', ${person("added.author_id")})))`)} FROM added`,
};

async function answerOf(statement, values) {
  const [row] = await rowsOf(statement, values);
  return row.answer;
}

serve({
  Feed: () => answerOf(feed, []),
  Post: ({ id }) => answerOf(post, [id]),
  Constant: async () => '{"data":{"__typename":"Query"}}',
  Deep: () => answerOf(deep, []),
  AddComment: async ({ input }, authorization) =>
    answerOf(addComment, [input.postId, input.text, await readViewer(authorization)]),
});
