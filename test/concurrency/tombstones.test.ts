import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let ada: Account;
let postId: string;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  const { body } = await server.graphql(
    `mutation { createPost(input: { title: "t", content: "c" }) { post { id } } }`,
    {},
    { token: ada.token },
  );
  postId = body.data.createPost.post.id;
});
afterAll(() => server.close());

async function comment(text: string, parentId?: string): Promise<string> {
  const { body } = await server.graphql(
    "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }",
    { input: { postId, text, parentId } },
    { token: ada.token },
  );
  return body.data.createComment.comment.id;
}

async function remove(commentId: string) {
  const { body } = await server.graphql(
    "mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { deletedCommentId comment { isDeleted } userErrors { code } } }",
    { id: commentId },
    { token: ada.token },
  );
  return body.data.deleteComment;
}

async function look(id: string) {
  const query = `query ($id: ID!, $post: ID!) { post(id: $post) { commentCount }
    comment(id: $id) { isDeleted text textHtml author { id } likeCount replyCount viewerCanEdit } }`;
  return (await server.graphql(query, { id, post: postId }, { token: ada.token })).body.data;
}

test("a comment without replies disappears", async () => {
  const id = await comment("alone");
  expect(await remove(id)).toEqual({ deletedCommentId: id, comment: null, userErrors: [] });
  expect(await look(id)).toEqual({ post: { commentCount: 0 }, comment: null });
  expect((await remove(id)).userErrors).toEqual([{ code: "NOT_FOUND" }]);
});

test("a comment with replies leaves a tombstone that says nothing, and goes with the last of them", async () => {
  const top = await comment("secret");
  const middle = await comment("also secret", top);
  const leaf = await comment("leaf", middle);
  expect((await remove(top)).comment).toEqual({ isDeleted: true });
  expect((await remove(middle)).comment).toEqual({ isDeleted: true });
  expect(await look(top)).toEqual({
    post: { commentCount: 1 },
    comment: {
      isDeleted: true,
      text: "",
      textHtml: "",
      author: null,
      likeCount: 0,
      replyCount: 0,
      viewerCanEdit: false,
    },
  });
  expect((await remove(leaf)).comment).toBeNull();
  expect(await look(top)).toEqual({ post: { commentCount: 0 }, comment: null });
  expect((await look(middle)).comment).toBeNull();
  expect(await server.database.prisma.comment.count()).toBe(0);
});
