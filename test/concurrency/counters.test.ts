import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

const people = 12;
let server: TestServer;
let accounts: Account[];

beforeAll(async () => {
  server = await startTestServer();
  accounts = await Promise.all(Array.from({ length: people }, (_, index) => server.signUp(`person${index}x`)));
});
afterAll(() => server.close());

async function change(account: Account | undefined, field: string, input: object, selection: string) {
  const title = field.charAt(0).toUpperCase() + field.slice(1);
  const query = `mutation ($input: ${title}Input!) { ${field}(input: $input) { ${selection} userErrors { code } } }`;
  const { body } = await server.graphql(query, { input }, { token: account?.token ?? "" });
  expect(body.errors).toBeUndefined();
  return body.data[field];
}

async function newPost(): Promise<string> {
  return (await change(accounts[0], "createPost", { title: "t", content: "c" }, "post { id }")).post.id;
}

/** Every counter against the rows it counts. */
async function expectExact() {
  const wrong = await server.database.query(
    `SELECT 'post', id FROM posts AS p WHERE like_count <> (SELECT count(*) FROM post_likes WHERE post_id = p.id)
        OR comment_count <> (SELECT count(*) FROM comments WHERE post_id = p.id AND deleted_at IS NULL)
     UNION ALL SELECT 'comment', id FROM comments AS c WHERE
        like_count <> (SELECT count(*) FROM comment_likes WHERE comment_id = c.id)
        OR reply_count <> (SELECT count(*) FROM comments WHERE parent_id = c.id AND deleted_at IS NULL)
     UNION ALL SELECT 'user', id FROM users AS u WHERE
        follower_count <> (SELECT count(*) FROM follows WHERE followee_id = u.id)
        OR following_count <> (SELECT count(*) FROM follows WHERE follower_id = u.id)`,
    [],
  );
  expect(wrong).toEqual([]);
}

test("likes of one post at once, some taken back", async () => {
  const postId = await newPost();
  await Promise.all(accounts.map((account) => change(account, "likePost", { postId }, "post { id }")));
  const again = accounts.map((account, index) =>
    change(account, index % 2 === 0 ? "unlikePost" : "likePost", { postId }, "post { id }"),
  );
  await Promise.all(again);
  const { body } = await server.graphql("query ($id: ID!) { post(id: $id) { likeCount } }", { id: postId });
  expect(body.data.post.likeCount).toBe(people / 2);
  await expectExact();
});

test("comments, replies and deletions under one post at once", async () => {
  const postId = await newPost();
  const made = await Promise.all(
    accounts.map((account) => change(account, "createComment", { postId, text: "c" }, "comment { id }")),
  );
  const ids = made.map(({ comment }) => comment.id as string);
  await Promise.all(
    accounts.flatMap((account, index) => [
      change(account, "createComment", { postId, text: "r", parentId: ids[(index + 1) % people] }, "comment { id }"),
      change(account, "likeComment", { commentId: ids[(index + 2) % people] }, "comment { id }"),
      ...(index % 3 === 0 ? [change(account, "deleteComment", { commentId: ids[index] }, "deletedCommentId")] : []),
    ]),
  );
  await expectExact();
});

test("everybody follows everybody at once, both ways, and no two wait for each other", async () => {
  const pairs = accounts.flatMap((from) => accounts.filter((to) => to !== from).map((to) => ({ from, to })));
  await Promise.all(pairs.map(({ from, to }) => change(from, "followUser", { userId: to.id }, "user { id }")));
  await expectExact();
  const { body } = await server.graphql("query ($id: ID!) { user(id: $id) { followerCount followingCount } }", {
    id: accounts[0]?.id,
  });
  expect(body.data.user).toEqual({ followerCount: people - 1, followingCount: people - 1 });
});

test("a post deleted while others comment on it and like it leaves nothing behind", async () => {
  const postId = await newPost();
  const others = accounts
    .slice(1)
    .flatMap((account) => [
      change(account, "createComment", { postId, text: "c" }, "comment { id }"),
      change(account, "likePost", { postId }, "post { id }"),
    ]);
  await Promise.all([...others, change(accounts[0], "deletePost", { postId }, "deletedPostId")]);
  const { body } = await server.graphql("query ($id: ID!) { post(id: $id) { id } }", { id: postId });
  expect(body.data.post).toBeNull();
  await expectExact();
});
