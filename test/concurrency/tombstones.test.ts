/** Tombstones of deleted comments with replies, and their removal. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { findInconsistencies, payloadOf } from "./in-parallel.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let postId: string;
beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
});
beforeEach(async () => {
  const create = `mutation { createPost(input: { title: "A post", content: "Hello" }) { post { id } } }`;
  postId = (await server.graphql(create, {}, { token: ada.token })).body.data.createPost.post.id;
});
afterEach(async () => {
  expect(await findInconsistencies(server.database)).toEqual([]);
});
afterAll(() => server.close());

async function comment(text: string, parentId?: string, { token } = ada): Promise<string> {
  const query =
    "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } userErrors { code } } }";
  const input = { postId, text, ...(parentId !== undefined && { parentId }) };
  return (payloadOf(await server.graphql(query, { input }, { token })).comment as { id: string }).id;
}

async function remove(id: string) {
  const fields = "deletedCommentId comment { id isDeleted } userErrors { code }";
  const query = `mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { ${fields} } }`;
  return payloadOf(await server.graphql(query, { id }, { token: ada.token }));
}

async function see(id: string) {
  const fields = "text textHtml isDeleted likeCount replyCount viewerHasLiked viewerCanEdit viewerCanDelete";
  const query = `query ($id: ID!) { comment(id: $id) { ${fields} author { handle } likedBy { totalCount } replies { nodes { text } } } }`;
  return (await server.graphql(query, { id }, { token: bob.token })).body.data.comment;
}

const commentCount = async () =>
  (await server.database.prisma.post.findFirstOrThrow({ orderBy: { id: "desc" } })).commentCount;

it("a comment without replies goes when it is deleted", async () => {
  const id = await comment("Alone");
  expect(await remove(id)).toEqual({ deletedCommentId: id, comment: null, userErrors: [] });
  expect([await see(id), await commentCount()]).toEqual([null, 0]);
});

it("a comment with replies leaves a tombstone with nothing in it, and its replies stay", async () => {
  const id = await comment("Said in haste");
  await comment("A reply", id, bob);
  await server.graphql(
    "mutation ($id: ID!) { likeComment(input: { commentId: $id }) { userErrors { code } } }",
    { id },
    { token: bob.token },
  );
  expect(await see(id)).toMatchObject({
    text: "Said in haste",
    likeCount: 1,
    viewerHasLiked: true,
    author: { handle: "ada" },
  });
  expect(await remove(id)).toEqual({ deletedCommentId: id, comment: { id, isDeleted: true }, userErrors: [] });
  expect(await see(id)).toEqual({
    text: "",
    textHtml: "",
    author: null,
    isDeleted: true,
    likeCount: 0,
    likedBy: { totalCount: 0 },
    replyCount: 1,
    replies: { nodes: [{ text: "A reply" }] },
    viewerHasLiked: false,
    viewerCanEdit: false,
    viewerCanDelete: false,
  });
  expect(await commentCount()).toBe(1);
  const { prisma } = server.database;
  expect(await prisma.comment.count({ where: { text: "Said in haste" } })).toBe(0);
});

it("a tombstone goes with its last reply, and not before", async () => {
  const id = await comment("A comment");
  const [one, two] = [await comment("One", id), await comment("Two", id)];
  await remove(id);
  await remove(one);
  expect(await see(id)).toMatchObject({ isDeleted: true, replyCount: 1 });
  await remove(two);
  expect([await see(id), await commentCount()]).toEqual([null, 0]);
});

it("a chain of tombstones goes with the last reply of the last", async () => {
  const chain = [await comment("0")];
  for (let n = 1; n < 5; n += 1) chain.push(await comment(String(n), chain.at(-1)));
  for (const id of chain.slice(0, -1)) expect(await remove(id)).toMatchObject({ comment: { id, isDeleted: true } });
  expect(await commentCount()).toBe(1);
  for (const id of chain.slice(0, -2)) expect(await see(id)).toMatchObject({ isDeleted: true, replyCount: 0 });
  expect(await remove(chain.at(-1) ?? "")).toMatchObject({ comment: null, userErrors: [] });
  for (const id of chain) expect(await see(id)).toBeNull();
  expect(await commentCount()).toBe(0);
});

it("a chain goes only up to a tombstone that another reply keeps, or a comment that was not deleted", async () => {
  const top = await comment("Top");
  const kept = await comment("Kept by another", top);
  const other = await comment("Another", kept);
  const middle = await comment("Middle", kept);
  const last = await comment("Last", middle);
  for (const id of [kept, middle, last]) await remove(id);
  expect([await see(middle), await see(last)]).toEqual([null, null]);
  expect(await see(kept)).toMatchObject({ isDeleted: true, replyCount: 1, replies: { nodes: [{ text: "Another" }] } });
  await remove(other);
  expect(await see(kept)).toBeNull();
  expect(await see(top)).toMatchObject({ text: "Top", isDeleted: false, replyCount: 0 });
  expect(await commentCount()).toBe(1);
});

it("a tombstone stays in its place in the list of comments, and is not counted", async () => {
  const ids = [await comment("First"), await comment("Second"), await comment("Third")];
  await comment("Reply", ids[1]);
  await remove(ids[1] ?? "");
  const query = "query ($id: ID!) { post(id: $id) { commentCount comments { totalCount nodes { id text } } } }";
  const { post } = (await server.graphql(query, { id: postId })).body.data;
  expect(post.comments.nodes.map(({ text }: { text: string }) => text)).toEqual(["First", "", "Third"]);
  expect([post.comments.totalCount, post.commentCount]).toEqual([3, 3]);
});
