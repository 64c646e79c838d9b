/** Entry points of `Query`: by handle, by id, for visitors, for deleted objects. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada_l");
});
afterAll(() => server.close());

async function read(query: string, variables: object = {}, sent?: Account) {
  const { body } = await server.graphql(query, { ...variables }, sent);
  expect(body.errors).toBeUndefined();
  return body.data;
}

async function createPost(title: string): Promise<string> {
  const query = `mutation ($title: String!) { createPost(input: { title: $title, content: "**Text**" }) { post { id } } }`;
  return (await read(query, { title }, ada)).createPost.post.id;
}

async function createComment(postId: string, text: string): Promise<string> {
  const query = `mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }`;
  return (await read(query, { input: { postId, text } }, ada)).createComment.comment.id;
}

describe("a user", () => {
  test.each(["ada_l", "ADA_L", "Ada_L"])("is found by the handle %s", async (handle) => {
    expect(await read("query ($handle: String) { user(handle: $handle) { id handle } }", { handle })).toEqual({
      user: { id: ada.id, handle: "ada_l" },
    });
  });

  test.each(["adal", "ada_", "@ada_l", " ada_l", "ada\u0131l", "a".repeat(10_000), ""])(
    "is not found by a handle that nobody has: %s",
    async (handle) => {
      expect(await read("query ($handle: String) { user(handle: $handle) { id } }", { handle })).toEqual({
        user: null,
      });
    },
  );

  test("is found by identifier, beside a handle that is null", async () => {
    expect(await read("query ($id: ID) { user(id: $id, handle: null) { handle } }", { id: ada.id })).toEqual({
      user: { handle: "ada_l" },
    });
  });
});

test("the viewer is who signed in, and null for a visitor", async () => {
  expect(await read("{ viewer { id } }", {}, ada)).toEqual({ viewer: { id: ada.id } });
  expect(await read("{ viewer { id } }")).toEqual({ viewer: null });
});

describe("nodes", () => {
  test("come in the order asked for, each as often as asked for, null where there is none", async () => {
    const post = await createPost("A post");
    const comment = await createComment(post, "A comment");
    const gone = toGlobalId("Post", 9_999);
    const ids = [comment, gone, ada.id, post, comment, toGlobalId("User", 9_999)];
    const { nodes } = await read("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", { ids });
    expect(nodes).toEqual([
      { __typename: "Comment", id: comment },
      null,
      { __typename: "User", id: ada.id },
      { __typename: "Post", id: post },
      { __typename: "Comment", id: comment },
      null,
    ]);
  });

  test("none are asked for, none come", async () => {
    expect(await read("{ nodes(ids: []) { id } }")).toEqual({ nodes: [] });
  });
});

test("what is gone with its account or its post is null, wherever it is asked for", async () => {
  const post = await createPost("Soon gone");
  const comment = await createComment(post, "Soon gone");
  await read("mutation ($id: ID!) { deletePost(input: { postId: $id }) { deletedPostId } }", { id: post }, ada);
  const query = `query ($post: ID!, $comment: ID!) { post(id: $post) { id } comment(id: $comment) { id }
    node(id: $post) { id } nodes(ids: [$post, $comment]) { id } }`;
  expect(await read(query, { post, comment })).toEqual({ post: null, comment: null, node: null, nodes: [null, null] });
});

test("what was written by an account that is gone stays, without an author", async () => {
  const { prisma } = server.database;
  const row = await prisma.post.create({ data: { title: "Left behind", content: "Text" } });
  await prisma.comment.create({ data: { postId: row.id, text: "Left behind too" } });
  const id = toGlobalId("Post", Number(row.id));
  const query = "query ($id: ID!) { post(id: $id) { title author { id } comments { nodes { text author { id } } } } }";
  expect(await read(query, { id }, ada)).toEqual({
    post: { title: "Left behind", author: null, comments: { nodes: [{ text: "Left behind too", author: null }] } },
  });
});

test("Markdown comes as it was written and as HTML, in which nothing is dangerous", async () => {
  const text = '**Bold** <script>alert(1)</script> [a link](javascript:alert(1)) <b onclick="alert(1)">b</b>';
  const html = "<p><strong>Bold</strong>  <a>a link</a> <b>b</b></p>";
  const query = `mutation ($text: String!) { createPost(input: { title: "T", content: $text }) { post { id content contentHtml } } }`;
  const { post } = (await read(query, { text }, ada)).createPost;
  expect(post).toMatchObject({ content: text, contentHtml: html });
  const comment = await createComment(post.id, text);
  expect(await read("query ($id: ID!) { comment(id: $id) { text textHtml } }", { id: comment })).toEqual({
    comment: { text, textHtml: html },
  });
});
