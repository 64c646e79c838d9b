/** Concurrent comments and deletions, also on a post that is being deleted. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { findInconsistencies, payloadOf, signUpMany } from "./in-parallel.js";

let server: TestServer;
let users: Account[];
let ada: Account;
let postId: string;
beforeAll(async () => {
  server = await startTestServer();
  users = await signUpMany(server, 10, "user");
  ada = users[0] as Account;
});
beforeEach(async () => {
  const create = `mutation { createPost(input: { title: "A post", content: "Hello" }) { post { id } } }`;
  postId = (await server.graphql(create, {}, { token: ada.token })).body.data.createPost.post.id;
});
afterEach(async () => {
  expect(await findInconsistencies(server.database)).toEqual([]);
});
afterAll(() => server.close());

const createComment =
  "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } userErrors { code } } }";

async function comment({ token }: Account, parentId?: string) {
  const input = { postId, text: "A comment", ...(parentId !== undefined && { parentId }) };
  const { comment, userErrors } = payloadOf(await server.graphql(createComment, { input }, { token }));
  return { id: (comment as { id: string } | null)?.id ?? "", codes: userErrors.map(({ code }) => code) };
}

async function act(mutation: string, argument: string, id: string, { token }: Account): Promise<string[]> {
  const query = `mutation ($id: ID!) { ${mutation}(input: { ${argument}: $id }) { userErrors { code } } }`;
  return payloadOf(await server.graphql(query, { id }, { token })).userErrors.map(({ code }) => code);
}

const twice = <T>(items: readonly T[]) => [...items, ...items];

it("twenty comments at once are twenty", async () => {
  await Promise.all(twice(users).map((user) => comment(user)));
  const query = "query ($id: ID!) { post(id: $id) { commentCount comments(first: 100) { totalCount nodes { id } } } }";
  const { post } = (await server.graphql(query, { id: postId })).body.data;
  expect([post.commentCount, post.comments.totalCount, post.comments.nodes.length]).toEqual([20, 20, 20]);
});

it("comments and deletions at once leave as many as are left", async () => {
  const first = await Promise.all(twice(users).map(async (user) => ({ user, ...(await comment(user)) })));
  await Promise.all([
    ...first.map(({ id, user }) => act("deleteComment", "commentId", id, user)),
    ...users.map((user) => comment(user)),
  ]);
  const { commentCount } = await server.database.prisma.post.findFirstOrThrow({ orderBy: { id: "desc" } });
  expect(commentCount).toBe(10);
});

it("a comment deleted twice at once is deleted once", async () => {
  const { id } = await comment(ada);
  const answers = await Promise.all(Array.from({ length: 5 }, () => act("deleteComment", "commentId", id, ada)));
  expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1);
  expect(answers.flat()).toEqual(Array(4).fill("NOT_FOUND"));
});

it("replies and the deletion of their comment at once leave a tombstone or nothing, never a reply without it", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await comment(ada);
    const [deleted, ...replies] = await Promise.all([
      act("deleteComment", "commentId", id, ada),
      ...users.map((user) => comment(user, id)),
    ]);
    expect(deleted).toEqual([]);
    for (const { codes } of replies) expect([[], ["NOT_FOUND"]]).toContainEqual(codes);
    const written = replies.filter(({ codes }) => codes.length === 0).length;
    const { body } = await server.graphql("query ($id: ID!) { comment(id: $id) { isDeleted replyCount } }", { id });
    expect(body.data.comment).toEqual(written === 0 ? null : { isDeleted: true, replyCount: written });
  }
});

it("the last replies of a tombstone, deleted at once, take it with them", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await comment(ada);
    const replies = await Promise.all(users.map(async (user) => ({ user, ...(await comment(user, id)) })));
    await act("deleteComment", "commentId", id, ada);
    const answers = await Promise.all(replies.map((reply) => act("deleteComment", "commentId", reply.id, reply.user)));
    expect(answers.flat()).toEqual([]);
    expect((await server.graphql("query ($id: ID!) { comment(id: $id) { id } }", { id })).body.data.comment).toBeNull();
  }
});

it("likes of a comment and its deletion at once leave no like", async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id } = await comment(ada);
    const answers = await Promise.all([
      ...users.slice(0, 5).map((user) => act("likeComment", "commentId", id, user)),
      act("deleteComment", "commentId", id, ada),
      ...users.slice(5).map((user) => act("likeComment", "commentId", id, user)),
    ]);
    for (const codes of answers) expect([[], ["NOT_FOUND"]]).toContainEqual(codes);
  }
  expect(await server.database.prisma.commentLike.count()).toBe(0);
});

it("comments and likes on a post that is deleted at once go with it, or find it gone", async () => {
  const { id } = await comment(ada);
  const answers = await Promise.all([
    ...users.slice(0, 5).map(async (user) => (await comment(user)).codes),
    ...users.slice(0, 5).map(async (user) => (await comment(user, id)).codes),
    act("deletePost", "postId", postId, ada),
    ...users.map((user) => act("likePost", "postId", postId, user)),
    ...users.map((user) => act("likeComment", "commentId", id, user)),
    ...users.slice(5).map(async (user) => (await comment(user)).codes),
    act("deletePost", "postId", postId, ada),
  ]);
  for (const codes of answers) expect([[], ["NOT_FOUND"]]).toContainEqual(codes);
  expect([answers[10], answers.at(-1)].flat()).toEqual(["NOT_FOUND"]);
  const { body } = await server.graphql("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: [postId, id] });
  expect(body.data.nodes).toEqual([null, null]);
});
