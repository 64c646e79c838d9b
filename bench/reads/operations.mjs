/**
 * Operations in the form of each server: Parley's connections and opaque ids, PostGraphile's connections, and plain
 * lists. The answers are equivalent (shapes.mjs compares them).
 */

const latest = "orderBy: { field: CREATED_AT, direction: DESC }";

const parley = {
  Feed: `query Feed {
    posts(first: 20) { nodes { id title createdAt author { id name }
      comments(first: 3, ${latest}) { nodes { id text author { id name } } } } } }`,
  Post: "query Post($id: ID!) { post(id: $id) { id title createdAt author { id name } } }",
  Constant: "query Constant { __typename }",
  Deep: `query Deep {
    posts(first: 5) { nodes { id title comments(first: 3, ${latest}) { nodes { id author { id name
      posts(first: 3) { nodes { id title comments(first: 3, ${latest}) { nodes { id text } } } } } } } } } }`,
  AddComment: `mutation AddComment($input: CreateCommentInput!) {
    createComment(input: $input) { comment { id text author { id name } } } }`,
};

const plain = {
  Feed: `query Feed {
    posts(first: 20) { id title createdAt author { id name } comments(first: 3) { id text author { id name } } } }`,
  Post: parley.Post,
  Constant: parley.Constant,
  Deep: `query Deep {
    posts(first: 5) { id title comments(first: 3) { id author { id name
      posts(first: 3) { id title comments(first: 3) { id text } } } } } }`,
  AddComment: parley.AddComment,
};

const newest = "orderBy: [CREATED_AT_DESC, ROW_ID_DESC]";
// The restriction that all servers use, for the partial index on comments.
const top = `${newest}, condition: { parentId: null }`;

const postgraphile = {
  Feed: `query Feed {
    posts: allPosts(first: 20, ${newest}) { nodes { id: rowId title createdAt author: userByAuthorId { id: rowId name }
      comments: commentsByPostId(first: 3, ${top}) { nodes { id: rowId text author: userByAuthorId { id: rowId name } } } } } }`,
  Post: `query Post($id: BigInt!) {
    post: postByRowId(rowId: $id) { id: rowId title createdAt author: userByAuthorId { id: rowId name } } }`,
  Constant: parley.Constant,
  Deep: `query Deep {
    posts: allPosts(first: 5, ${newest}) { nodes { id: rowId title
      comments: commentsByPostId(first: 3, ${top}) { nodes { id: rowId author: userByAuthorId { id: rowId name
        posts: postsByAuthorId(first: 3, ${newest}) { nodes { id: rowId title
          comments: commentsByPostId(first: 3, ${top}) { nodes { id: rowId text } } } } } } } } } }`,
  AddComment: `mutation AddComment($input: BenchAddCommentInput!) {
    createComment: benchAddComment(input: $input) { comment: result { id: rowId text author: userByAuthorId { id: rowId name } } } }`,
};

const asIs = (id) => String(id);
const toGlobalId = (id) => Buffer.from(`Post:${id}`).toString("base64url");

const dialects = {
  parley: { queries: parley, postId: toGlobalId },
  plain: { queries: plain, postId: asIs },
  postgraphile: { queries: postgraphile, postId: asIs },
};

/** How often each operation is in a hundred of the mix: 95 reads, of which a feed is as frequent as in life. */
const mix = { Feed: 40, Post: 50, Deep: 5, AddComment: 5 };

/** Workloads with their titles. */
export const workloads = {
  Q1: { title: "Q1: 20 posts, 3 comments each, authors", operations: { Feed: 1 } },
  Q2: { title: "Q2: one post and its author", operations: { Post: 1 } },
  Q3: { title: "Q3: a constant", operations: { Constant: 1 } },
  deep: { title: "deep: posts, comments, authors, their posts, comments", operations: { Deep: 1 } },
  mutation: { title: "createComment, signed in", operations: { AddComment: 1 } },
  mix: { title: "mix: 95 % reads", operations: mix },
};

/** One request's JSON. `postId` is a row's number. */
export function bodyOf(dialect, operationName, postId) {
  const { queries, postId: say } = dialects[dialect];
  const inputs = {
    Post: { id: say(postId) },
    AddComment: {
      input: { postId: say(postId), text: "Measured: this is a comment of a benchmark, and of no other use." },
    },
  };
  const variables = inputs[operationName];
  return JSON.stringify({ operationName, query: queries[operationName], ...(variables && { variables }) });
}
