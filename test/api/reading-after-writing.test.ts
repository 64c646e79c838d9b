/** A payload shows the state after its own change, also within one operation. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let now = new Date("2026-11-21T09:00:00.000Z");
let server: TestServer;
let ada: Account;
let bob: Account;
let postId: string;
beforeAll(async () => {
  server = await startTestServer({ now: () => now });
  [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
});
beforeEach(async () => {
  const query = `mutation { createPost(input: { title: "A post", content: "Text" }) { post { id } } }`;
  postId = (await send(query)).createPost.post.id;
});
afterAll(() => server.close());

async function send(query: string, variables: object = {}, sent = ada) {
  const { body } = await server.graphql(query, { ...variables }, sent);
  expect(body.errors).toBeUndefined();
  return body.data;
}

test("likes taken and given in one operation are each seen where they happen", async () => {
  const query = `mutation ($id: ID!) {
    first: likePost(input: { postId: $id }) { post { ...counts } }
    again: likePost(input: { postId: $id }) { post { ...counts } }
    back: unlikePost(input: { postId: $id }) { post { ...counts } }
    last: likePost(input: { postId: $id }) { post { ...counts } }
  }
  fragment counts on Post { likeCount viewerHasLiked likedBy { totalCount nodes { handle } } }`;
  const liked = {
    post: { likeCount: 1, viewerHasLiked: true, likedBy: { totalCount: 1, nodes: [{ handle: "bob" }] } },
  };
  const notLiked = { post: { likeCount: 0, viewerHasLiked: false, likedBy: { totalCount: 0, nodes: [] } } };
  expect(await send(query, { id: postId }, bob)).toEqual({ first: liked, again: liked, back: notLiked, last: liked });
});

test("comments of one operation are counted one by one", async () => {
  const aliases = [1, 2, 3].map(
    (number) => `c${number}: createComment(input: { postId: $id, text: "${number}" })
      { comment { text post { commentCount comments { totalCount nodes { text } } } } }`,
  );
  const data = await send(`mutation ($id: ID!) { ${aliases.join(" ")} }`, { id: postId });
  for (const number of [1, 2, 3]) {
    const nodes = [1, 2, 3].slice(0, number).map((each) => ({ text: String(each) }));
    expect(data[`c${number}`].comment).toEqual({
      text: String(number),
      post: { commentCount: number, comments: { totalCount: number, nodes } },
    });
  }
});

test("follows of one operation are seen on both sides", async () => {
  const query = `mutation ($id: ID!) {
    follow: followUser(input: { userId: $id }) { user { ...counts } }
    unfollow: unfollowUser(input: { userId: $id }) { user { ...counts } }
  }
  fragment counts on User { followerCount viewerIsFollowing followers { nodes { handle followingCount } } }`;
  expect(await send(query, { id: ada.id }, bob)).toEqual({
    follow: {
      user: {
        followerCount: 1,
        viewerIsFollowing: true,
        followers: { nodes: [{ handle: "bob", followingCount: 1 }] },
      },
    },
    unfollow: { user: { followerCount: 0, viewerIsFollowing: false, followers: { nodes: [] } } },
  });
});

test("a profile changed twice in one operation is shown as it was after each change", async () => {
  const query = `mutation {
    one: updateProfile(input: { name: "Countess" }) { user { name posts(last: 1) { nodes { author { name } } } } }
    two: updateProfile(input: { name: "Ada" }) { user { name posts(last: 1) { nodes { author { name } } } } }
  }`;
  const named = (name: string) => ({ user: { name, posts: { nodes: [{ author: { name } }] } } });
  expect(await send(query)).toEqual({ one: named("Countess"), two: named("Ada") });
});

test("an edit moves updatedAt and leaves createdAt; a like moves neither", async () => {
  const fields = "post { title content createdAt updatedAt }";
  const update = `mutation ($id: ID!) { updatePost(input: { postId: $id, title: "Edited" }) { ${fields} } }`;
  const like = `mutation ($id: ID!) { likePost(input: { postId: $id }) { ${fields} } }`;
  const createdAt = now.toISOString();
  now = new Date(now.getTime() + 60_000);
  const edited = { title: "Edited", content: "Text", createdAt, updatedAt: now.toISOString() };
  expect((await send(update, { id: postId })).updatePost.post).toEqual(edited);
  now = new Date(now.getTime() + 60_000);
  expect((await send(like, { id: postId })).likePost.post).toEqual(edited);
});

test("an edited comment moves its updatedAt, and not that of its post", async () => {
  const createdAt = now.toISOString();
  const create = `mutation ($id: ID!) { createComment(input: { postId: $id, text: "One" }) { comment { id createdAt updatedAt } } }`;
  const { comment } = (await send(create, { id: postId })).createComment;
  expect(comment).toMatchObject({ createdAt, updatedAt: createdAt });
  now = new Date(now.getTime() + 60_000);
  const update = `mutation ($id: ID!) { updateComment(input: { commentId: $id, text: "Two" })
    { comment { text createdAt updatedAt post { updatedAt } } } }`;
  expect((await send(update, { id: comment.id })).updateComment.comment).toEqual({
    text: "Two",
    createdAt,
    updatedAt: now.toISOString(),
    post: { updatedAt: createdAt },
  });
});
