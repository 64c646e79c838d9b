import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("somebody signs up, writes a post, comments on it, replies and likes", async () => {
  const ada = await server.signUp("ada");
  const bob = await server.signUp("bob");
  const created = await server.graphql(
    `mutation { createPost(input: { title: "First", content: "**Hello**" }) { post { id title contentHtml author { handle } } userErrors { code } } }`,
    {},
    { token: ada.token },
  );
  expect(created.body).toMatchObject({
    data: {
      createPost: { post: { title: "First", contentHtml: "<p><strong>Hello</strong></p>", author: { handle: "ada" } } },
    },
  });
  const postId = created.body.data.createPost.post.id;
  const comment = (input: object, token: string) =>
    server.graphql(
      `mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id parent { id } } userErrors { code field } } }`,
      { input },
      { token },
    );
  const first = await comment({ postId, text: "Welcome" }, bob.token);
  const parentId = first.body.data.createComment.comment.id;
  const reply = await comment({ postId, text: "Thank you", parentId }, ada.token);
  expect(reply.body.data.createComment.comment.parent.id).toBe(parentId);
  await server.graphql(
    `mutation ($input: LikePostInput!) { likePost(input: $input) { post { id } } }`,
    { input: { postId } },
    { token: bob.token },
  );
  const twice = await server.graphql(
    `mutation ($input: LikePostInput!) { likePost(input: $input) { post { likeCount commentCount viewerHasLiked likedBy { totalCount nodes { handle } } } } }`,
    { input: { postId } },
    { token: bob.token },
  );
  expect(twice.body.data.likePost.post).toEqual({
    likeCount: 1,
    commentCount: 2,
    viewerHasLiked: true,
    likedBy: { totalCount: 1, nodes: [{ handle: "bob" }] },
  });
});
