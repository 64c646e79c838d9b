/** The limit in Node: hand-written prepared statements, rows put together and JSON built by hand-written code. */
import { serve } from "./limit.mjs";
import { rowsOf, statements } from "./rows.mjs";
import { readViewer } from "./viewer.mjs";

serve({
  async Feed() {
    const posts = await rowsOf(statements.latestPosts, [20]);
    const comments = await rowsOf(statements.commentsOf, [posts.map(({ id }) => id), 3]);
    const authors = await namesOf([...posts, ...comments]);
    const ofPost = grouped(comments, "postId", (row) => ({
      id: row.id,
      text: row.text,
      author: authors.get(row.authorId),
    }));
    const feed = posts.map(({ id, title, createdAt, authorId }) => ({
      id,
      title,
      createdAt,
      author: authors.get(authorId),
      comments: ofPost.get(id) ?? [],
    }));
    return JSON.stringify({ data: { posts: feed } });
  },
  async Post({ id }) {
    const [row] = await rowsOf(postWithAuthor, [id]);
    const { title, createdAt, authorId, name } = row;
    return JSON.stringify({ data: { post: { id: row.id, title, createdAt, author: { id: authorId, name } } } });
  },
  async Constant() {
    return JSON.stringify({ data: { __typename: "Query" } });
  },
  async Deep() {
    const posts = await rowsOf(statements.latestPosts, [5]);
    const comments = await rowsOf(statements.commentsOf, [posts.map(({ id }) => id), 3]);
    const authorIds = [...new Set(comments.map(({ authorId }) => authorId))];
    const [authors, theirPosts] = await Promise.all([namesOf(comments), rowsOf(statements.postsOf, [authorIds, 3])]);
    const postIds = [...new Set(theirPosts.map(({ id }) => id))];
    const under = grouped(await rowsOf(statements.commentsOf, [postIds, 3]), "postId", ({ id, text }) => ({
      id,
      text,
    }));
    const ofAuthor = grouped(theirPosts, "authorId", ({ id, title }) => ({ id, title, comments: under.get(id) ?? [] }));
    const ofPost = grouped(comments, "postId", ({ id, authorId }) => ({
      id,
      author: { ...authors.get(authorId), posts: ofAuthor.get(authorId) ?? [] },
    }));
    const deep = posts.map(({ id, title }) => ({ id, title, comments: ofPost.get(id) ?? [] }));
    return JSON.stringify({ data: { posts: deep } });
  },
  async AddComment({ input }, authorization) {
    const [row] = await rowsOf(statements.addComment, [input.postId, input.text, await readViewer(authorization)]);
    const authors = await namesOf([row]);
    const comment = { id: row.id, text: row.text, author: authors.get(row.authorId) };
    return JSON.stringify({ data: { createComment: { comment } } });
  },
});

const postWithAuthor = {
  name: "post_with_author",
  text: `SELECT p.id, p.title, p.created_at AS "createdAt", u.id AS "authorId", u.name
    FROM posts AS p LEFT JOIN users AS u ON u.id = p.author_id WHERE p.id = $1`,
};

async function namesOf(rows) {
  const ids = [...new Set(rows.map(({ authorId }) => authorId))];
  const users = await rowsOf(statements.users, [ids]);
  return new Map(users.map((user) => [user.id, user]));
}

function grouped(rows, key, toItem) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[key]);
    if (group === undefined) groups.set(row[key], [toItem(row)]);
    else group.push(toItem(row));
  }
  return groups;
}
