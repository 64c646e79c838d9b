/** E-mail addresses are visible to their owner and admins only, on every path to a user. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Role } from "../../src/generated/graphql.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { createClock } from "./sessions.js";

const clock = createClock();
let server: TestServer;
let ada: Account;
let others: Record<Role, Account>;
let ids: { user: string; post: string; comment: string; reply: string };
beforeAll(async () => {
  server = await startTestServer({ now: clock.now });
  ada = await server.signUp("ada");
  others = {
    USER: await server.signUp("bob"),
    MODERATOR: await server.signUp("mod"),
    ADMIN: await server.signUp("root"),
  };
  const { prisma } = server.database;
  await prisma.user.update({ where: { handle: "mod" }, data: { role: "MODERATOR" } });
  await prisma.user.update({ where: { handle: "root" }, data: { role: "ADMIN" } });
  const done = async (token: string, mutation: string, variables = {}) =>
    (await server.graphql(mutation, variables, { token })).body.data;
  const create = `mutation { createPost(input: { title: "A post", content: "Hello" }) { post { id } } }`;
  const post = (await done(ada.token, create)).createPost.post.id;
  const write = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }";
  const comment = (await done(ada.token, write, { input: { postId: post, text: "A" } })).createComment.comment.id;
  const reply = (await done(ada.token, write, { input: { postId: post, text: "B", parentId: comment } })).createComment
    .comment.id;
  await done(ada.token, "mutation ($id: ID!) { likePost(input: { postId: $id }) { post { id } } }", { id: post });
  await done(ada.token, "mutation ($id: ID!) { likeComment(input: { commentId: $id }) { comment { id } } }", {
    id: comment,
  });
  await done(ada.token, "mutation ($id: ID!) { followUser(input: { userId: $id }) { user { id } } }", {
    id: others.USER.id,
  });
  await done(others.USER.token, "mutation ($id: ID!) { followUser(input: { userId: $id }) { user { id } } }", {
    id: ada.id,
  });
  ids = { user: ada.id, post, comment, reply };
});
afterAll(() => server.close());

/** Every way from the entry points to ada, with what a client sees of her. */
const u = "{ handle email }";
const paths = `query ($user: ID!, $post: ID!, $comment: ID!, $reply: ID!) {
  user(handle: "ada") ${u}
  byId: user(id: $user) ${u}
  node(id: $user) { ... on User ${u} }
  nodes(ids: [$user]) { ... on User ${u} }
  users { nodes ${u} edges { node ${u} } }
  posts { nodes { author ${u} comments { nodes { author ${u} } } } }
  post(id: $post) { author ${u} likedBy { nodes ${u} edges { node ${u} } } }
  comment(id: $comment) { author ${u} likedBy { nodes ${u} } replies { nodes { author ${u} parent { author ${u} } post { author ${u} } } } }
  reply: node(id: $reply) { ... on Comment { author ${u} parent { author ${u} } } }
  bob: user(handle: "bob") { followers { nodes ${u} } following { edges { node ${u} } } }
}`;

async function seenAddresses(token?: string): Promise<{ hers: unknown[]; all: unknown[] }> {
  const { body } = await server.graphql(paths, ids, token === undefined ? {} : { token });
  expect(body.errors).toBeUndefined();
  const users = usersIn(body.data);
  const hers = users.filter(({ handle }) => handle === "ada").map(({ email }) => email);
  expect(hers).toHaveLength(20);
  return { hers: [...new Set(hers)], all: [...new Set(users.map(({ email }) => email))].sort() };
}

function usersIn(value: unknown): { handle: unknown; email: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  if ("handle" in value && "email" in value) return [{ handle: value.handle, email: value.email }];
  return Object.values(value).flatMap(usersIn);
}

it("a visitor sees none", async () => {
  expect(await seenAddresses()).toEqual({ hers: [null], all: [null] });
});

it("the owner sees her own on every path, and no other", async () => {
  expect(await seenAddresses(ada.token)).toEqual({ hers: [ada.email], all: [ada.email, null] });
  const { body } = await server.graphql("{ viewer { email } }", {}, { token: ada.token });
  expect(body.data.viewer.email).toBe(ada.email);
});

it.each(["USER", "MODERATOR"] as const)("a %s sees their own, and not hers", async (role) => {
  expect(await seenAddresses(others[role].token)).toEqual({ hers: [null], all: [others[role].email, null] });
});

it("an ADMIN sees all", async () => {
  const everybody = [ada.email, ...Object.values(others).map(({ email }) => email)].sort();
  expect(await seenAddresses(others.ADMIN.token)).toEqual({ hers: [ada.email], all: everybody });
});

it("a change of hers shows it to her alone", async () => {
  const follow = "mutation ($id: ID!) { followUser(input: { userId: $id }) { user { email } } }";
  const { body } = await server.graphql(follow, { id: ada.id }, { token: others.MODERATOR.token });
  expect(body.data.followUser.user.email).toBeNull();
  const rename = `mutation { updateProfile(input: { name: "Ada L." }) { user { email } } }`;
  expect((await server.graphql(rename, {}, { token: ada.token })).body.data.updateProfile.user.email).toBe(ada.email);
});

it.each(["ADMIN", "USER"] as const)("a role takes effect within ten seconds: %s", async (role) => {
  const before = role === "ADMIN" ? null : ada.email;
  expect((await seenAddresses(others.USER.token)).hers).toEqual([before]);
  await server.database.prisma.user.update({ where: { handle: "bob" }, data: { role } });
  clock.advance(10_001);
  expect((await seenAddresses(others.USER.token)).hers).toEqual([role === "ADMIN" ? ada.email : null]);
});
