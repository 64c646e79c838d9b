/** Comments and likes on what is gone, or somewhere else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { countRows, change as send } from "./refusals.js";

let server: TestServer;
let ada: Account;
let postId: string;
let commentId: string;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
});
beforeEach(async () => {
  postId = await newPost();
  commentId = await comment({ postId });
});
afterAll(() => server.close());

const change = (mutation: string, input: object, fields?: string) => send(server, ada.token, mutation, input, fields);

async function newPost(): Promise<string> {
  return (await change("createPost", { title: "A post", content: "Something" }, "post { id }")).post.id;
}

async function comment(where: { postId: string; parentId?: string }): Promise<string> {
  return (await change("createComment", { ...where, text: "Something" }, "comment { id }")).comment.id;
}

/** The refusal, of which nothing is written. */
async function refused(mutation: string, input: object) {
  const before = await countRows(server.database);
  const { userErrors, ...objects } = await change(mutation, input, mutation.endsWith("Post") ? "" : "comment { id }");
  expect(Object.values(objects).filter((object) => object !== null)).toEqual([]);
  expect(await countRows(server.database)).toEqual(before);
  return userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field[1]]);
}

describe("on a post that was deleted", () => {
  beforeEach(async () => {
    await change("deletePost", { postId });
  });

  it("there is no commenting", async () => {
    expect(await refused("createComment", { postId, text: "Late" })).toEqual([["NOT_FOUND", "postId"]]);
    const reply = { postId, parentId: commentId, text: "Late" };
    expect(await refused("createComment", reply)).toEqual([["NOT_FOUND", "postId"]]);
  });

  it.each(["likePost", "unlikePost", "updatePost", "deletePost"])("there is no more: %s", async (mutation) => {
    const input = { postId, ...(mutation === "updatePost" && { title: "Late" }) };
    expect(await refused(mutation, input)).toEqual([["NOT_FOUND", "postId"]]);
  });

  it.each(["likeComment", "unlikeComment", "updateComment", "deleteComment"])(
    "no comment is left: %s",
    async (mutation) => {
      const input = { commentId, ...(mutation === "updateComment" && { text: "Late" }) };
      expect(await refused(mutation, input)).toEqual([["NOT_FOUND", "commentId"]]);
    },
  );

  it("and of its comments, there is null", async () => {
    const query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    expect((await server.graphql(query, { ids: [postId, commentId] })).body).toEqual({ data: { nodes: [null, null] } });
  });
});

describe("a reply", () => {
  it("is refused when its comment is on another post", async () => {
    const other = await newPost();
    const reply = { postId: other, parentId: commentId, text: "Astray" };
    expect(await refused("createComment", reply)).toEqual([["INVALID", "parentId"]]);
  });

  it("is refused when its comment is gone", async () => {
    await change("deleteComment", { commentId });
    const reply = { postId, parentId: commentId, text: "Late" };
    expect(await refused("createComment", reply)).toEqual([["NOT_FOUND", "parentId"]]);
  });

  it("is refused when its comment is a tombstone", async () => {
    await comment({ postId, parentId: commentId });
    await change("deleteComment", { commentId });
    const reply = { postId, parentId: commentId, text: "Late" };
    expect(await refused("createComment", reply)).toEqual([["NOT_FOUND", "parentId"]]);
  });
});

describe("a tombstone", () => {
  it.each(["likeComment", "unlikeComment", "updateComment", "deleteComment"])("takes no %s", async (mutation) => {
    await comment({ postId, parentId: commentId });
    await change("deleteComment", { commentId });
    const input = { commentId, ...(mutation === "updateComment" && { text: "Late" }) };
    expect(await refused(mutation, input)).toEqual([["NOT_FOUND", "commentId"]]);
  });
});

it("nobody can follow themselves, nor take back what they never gave", async () => {
  const self = await change("followUser", { userId: ada.id }, "user { id }");
  expect(self).toMatchObject({ user: null, userErrors: [{ code: "SELF", field: ["input", "userId"] }] });
  const before = await countRows(server.database);
  const bob = await server.signUp(`bob${before.users}`);
  const counts = "followerCount followingCount";
  expect((await change("unfollowUser", { userId: bob.id }, `user { ${counts} }`)).user).toEqual({
    followerCount: 0,
    followingCount: 0,
  });
  expect((await change("unlikePost", { postId }, "post { likeCount }")).post).toEqual({ likeCount: 0 });
  expect((await change("unlikeComment", { commentId }, "comment { likeCount }")).comment).toEqual({ likeCount: 0 });
});
