/** Concurrent likes and follows: exact counters, no deadlock. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { findInconsistencies, payloadOf, signUpMany } from "./in-parallel.js";

let server: TestServer;
let users: Account[];
let postId: string;
let commentId: string;
beforeAll(async () => {
  server = await startTestServer();
  users = await signUpMany(server, 20, "user");
  const [ada] = users;
  const create = `mutation { createPost(input: { title: "A post", content: "Hello" }) { post { id } } }`;
  postId = (await server.graphql(create, {}, { token: ada?.token ?? "" })).body.data.createPost.post.id;
  const comment = 'mutation ($id: ID!) { createComment(input: { postId: $id, text: "Hello" }) { comment { id } } }';
  const answer = await server.graphql(comment, { id: postId }, { token: ada?.token ?? "" });
  commentId = answer.body.data.createComment.comment.id;
});
afterEach(async () => {
  expect(await findInconsistencies(server.database)).toEqual([]);
});
afterAll(() => server.close());

async function send(mutation: string, argument: string, id: string, { token }: Account): Promise<void> {
  const query = `mutation ($id: ID!) { ${mutation}(input: { ${argument}: $id }) { userErrors { code } } }`;
  expect(payloadOf(await server.graphql(query, { id }, { token }))).toEqual({ userErrors: [] });
}

const likeCount = async (id: string) => {
  const query =
    "query ($id: ID!) { node(id: $id) { ... on Post { likeCount likedBy { totalCount } } ... on Comment { likeCount likedBy { totalCount } } } }";
  return (await server.graphql(query, { id })).body.data.node;
};

it.each([
  ["post", "likePost", "unlikePost", "postId", () => postId],
  ["comment", "likeComment", "unlikeComment", "commentId", () => commentId],
])(
  "twenty who like a %s at once are twenty likes, and liking it twice is liking it once",
  async (_, like, unlike, argument, id) => {
    await Promise.all([...users, ...users].map((user) => send(like, argument, id(), user)));
    expect(await likeCount(id())).toEqual({ likeCount: 20, likedBy: { totalCount: 20 } });
    const half = users.slice(0, 10);
    await Promise.all([...half, ...half].map((user) => send(unlike, argument, id(), user)));
    expect(await likeCount(id())).toEqual({ likeCount: 10, likedBy: { totalCount: 10 } });
  },
);

it("likes and their withdrawals at once leave as many likes as rows", async () => {
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      users.flatMap((user, n) => {
        const [first, second] = (n + round) % 2 === 0 ? ["likePost", "unlikePost"] : ["unlikePost", "likePost"];
        return [send(first, "postId", postId, user), send(second, "postId", postId, user)];
      }),
    );
    expect(await findInconsistencies(server.database)).toEqual([]);
  }
});

it("two who follow each other at once, over and over, do not lock each other out", async () => {
  const [ada, bob] = users as [Account, Account];
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([send("followUser", "userId", bob.id, ada), send("followUser", "userId", ada.id, bob)]);
    await Promise.all([send("unfollowUser", "userId", bob.id, ada), send("unfollowUser", "userId", ada.id, bob)]);
  }
  await Promise.all([send("followUser", "userId", bob.id, ada), send("followUser", "userId", ada.id, bob)]);
  const query = "query ($id: ID!) { user(id: $id) { followerCount followingCount } }";
  for (const { id } of [ada, bob]) {
    expect((await server.graphql(query, { id })).body.data.user).toEqual({ followerCount: 1, followingCount: 1 });
  }
});

it("all who follow all, while they change their handles, are counted", async () => {
  const circle = users.slice(0, 6);
  const pairs = circle.flatMap((follower) =>
    circle.filter((other) => other !== follower).map(({ id }) => ({ follower, id })),
  );
  const rename = "mutation ($handle: String!) { updateProfile(input: { handle: $handle }) { userErrors { code } } }";
  await Promise.all([
    ...pairs.map(({ follower, id }) => send("followUser", "userId", id, follower)),
    ...circle.map(async ({ token }, n) =>
      payloadOf(await server.graphql(rename, { handle: `renamed${n}x` }, { token })),
    ),
  ]);
  const counts = await server.database.prisma.user.findMany({ where: { handle: { startsWith: "renamed" } } });
  expect(counts.map(({ followerCount, followingCount }) => [followerCount, followingCount])).toEqual(
    Array.from({ length: 6 }, () => [5, 5]),
  );
});

it("a like, a comment and a follow of the same two at once do not lock each other out", async () => {
  const [ada, bob] = users as [Account, Account];
  const comment =
    'mutation ($id: ID!) { createComment(input: { postId: $id, text: "Hello" }) { userErrors { code } } }';
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([
      send("likePost", "postId", postId, bob),
      send("likeComment", "commentId", commentId, bob),
      send("followUser", "userId", ada.id, bob),
      send("unfollowUser", "userId", bob.id, ada),
      server.graphql(comment, { id: postId }, { token: bob.token }).then(payloadOf),
      server.graphql(comment, { id: postId }, { token: ada.token }).then(payloadOf),
      send("unlikeComment", "commentId", commentId, ada),
      send("unlikePost", "postId", postId, ada),
    ]);
  }
});
