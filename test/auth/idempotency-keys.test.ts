/** `Idempotency-Key`: a retried mutation is executed once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { makeKey } from "./keys.js";
import { createClock } from "./sessions.js";

const clock = createClock();
let server: TestServer;
let ada: Account;
let bob: Account;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now });
  [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
});
afterAll(() => server.close());

let keys = 0;
function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

const createPost =
  "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id title } userErrors { code } } }";

async function send(key: string, title: string, { token } = ada, query = createPost) {
  const variables = { input: { title, content: "A content" } };
  const { status, body } = await server.graphql(query, variables, { token, headers: { "idempotency-key": key } });
  return { status, ...body };
}

const countPosts = (title: string) => server.database.prisma.post.count({ where: { title } });

describe("a post sent again with the same key", () => {
  it("is one post, and the answer names it again", async () => {
    const key = newKey();
    const [first, second] = [await send(key, "Once"), await send(key, "Once")];
    expect(second).toEqual(first);
    expect(first.data.createPost.post).toEqual({ id: expect.any(String), title: "Once" });
    expect(await countPosts("Once")).toBe(1);
  });

  it("is one post when it is sent ten times at once", async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(key, "Ten")));
    expect(new Set(answers.map(({ data }) => data.createPost.post.id)).size).toBe(1);
    expect(await countPosts("Ten")).toBe(1);
    expect(await server.database.prisma.event.count({ where: { type: "PostCreated" } })).toBe(
      await server.database.prisma.post.count(),
    );
  });

  it("is another post for another user", async () => {
    const key = newKey();
    const [hers, his] = [await send(key, "Twice"), await send(key, "Twice", bob)];
    expect(his.data.createPost.post.id).not.toBe(hers.data.createPost.post.id);
    expect(await countPosts("Twice")).toBe(2);
  });

  it("is another post for an API key of the same user, and the same for that key", async () => {
    const key = newKey();
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ", "WRITE"] });
    const [session, apiKey] = [await send(key, "By key"), await send(key, "By key", { ...ada, token: secret })];
    expect(apiKey.data.createPost.post.id).not.toBe(session.data.createPost.post.id);
    expect(await send(key, "By key", { ...ada, token: secret })).toEqual(apiKey);
    expect(await countPosts("By key")).toBe(2);
  });

  it("is another post after a day, and the same until then", async () => {
    const key = newKey();
    const first = await send(key, "Daily");
    clock.advance(12 * 3_600_000);
    const [{ accessToken }] = [await newToken(ada)];
    clock.advance(10 * 60_000);
    expect(await send(key, "Daily", { ...ada, token: accessToken })).toEqual(first);
    clock.advance(12 * 3_600_000 - 10 * 60_000);
    ada = { ...ada, token: (await newToken(ada)).accessToken };
    bob = { ...bob, token: (await newToken(bob)).accessToken };
    const next = await send(key, "Daily");
    expect(next.data.createPost.post.id).not.toBe(first.data.createPost.post.id);
    expect(await countPosts("Daily")).toBe(2);
  });

  it("is shown as it is now, or as gone", async () => {
    const key = newKey();
    const { id } = (await send(key, "Fleeting")).data.createPost.post;
    const change =
      'mutation ($id: ID!) { updatePost(input: { postId: $id, title: "Changed" }) { userErrors { code } } }';
    await server.graphql(change, { id }, { token: ada.token });
    expect((await send(key, "Fleeting")).data.createPost.post).toEqual({ id, title: "Changed" });
    await server.graphql(
      "mutation ($id: ID!) { deletePost(input: { postId: $id }) { deletedPostId } }",
      { id },
      { token: ada.token },
    );
    expect((await send(key, "Fleeting")).data.createPost).toEqual({ post: null, userErrors: [] });
    expect(await countPosts("Fleeting")).toBe(0);
  });
});

describe("another operation with the same key", () => {
  const reused = { data: null, errors: [{ extensions: { code: "IDEMPOTENCY_KEY_REUSED" } }] };

  it.each([
    ["other variables", "Another", createPost],
    ["another document", "Original", `${createPost} `],
  ])("is refused: %s", async (_, title, query) => {
    const key = newKey();
    await send(key, "Original");
    const before = await server.database.prisma.post.count();
    // An error of one field of a well-formed operation: GraphQL answers it with 200.
    expect(await send(key, title, ada, query)).toMatchObject({ status: 200, ...reused });
    expect(await server.database.prisma.post.count()).toBe(before);
  });

  it("is refused too when both come at once, but for one", async () => {
    const key = newKey();
    const titles = Array.from({ length: 6 }, (_, n) => `At once ${n}`);
    const answers = await Promise.all(titles.map((title) => send(key, title)));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? "done").sort();
    expect(codes).toEqual([...Array<string>(5).fill("IDEMPOTENCY_KEY_REUSED"), "done"]);
    expect(await server.database.prisma.post.count({ where: { title: { in: titles } } })).toBe(1);
  });

  it("goes through when it only reads, for reading is repeated by itself", async () => {
    const key = newKey();
    await send(key, "Read");
    const sent = { token: ada.token, headers: { "idempotency-key": key } };
    expect((await server.graphql("{ viewer { handle } }", {}, sent)).body).toEqual({
      data: { viewer: { handle: "ada" } },
    });
  });
});

it("a mutation that was refused is not remembered: mended, it goes through", async () => {
  const key = newKey();
  expect((await send(key, "")).data.createPost.userErrors).toEqual([{ code: "BLANK" }]);
  expect((await send(key, "Mended")).data.createPost.userErrors).toEqual([]);
});

it("each field of a mutation is done once, those of the same name under their aliases", async () => {
  const key = newKey();
  const field = "createPost(input: $input) { post { id } }";
  const query = `mutation ($input: CreatePostInput!) { one: ${field} two: ${field} }`;
  const [first, second] = [await send(key, "Aliased", ada, query), await send(key, "Aliased", ada, query)];
  expect(first.data.one.post.id).not.toBe(first.data.two.post.id);
  expect(second).toEqual(first);
  expect(await countPosts("Aliased")).toBe(2);
});

it("deleting with a key is answered as done when it is sent again, and as gone without one", async () => {
  const { id } = (await send(newKey(), "Deleted")).data.createPost.post;
  const query = "mutation ($id: ID!) { deletePost(input: { postId: $id }) { deletedPostId userErrors { code } } }";
  const sent = { token: ada.token, headers: { "idempotency-key": newKey() } };
  const done = { data: { deletePost: { deletedPostId: id, userErrors: [] } } };
  expect((await server.graphql(query, { id }, sent)).body).toEqual(done);
  expect((await server.graphql(query, { id }, sent)).body).toEqual(done);
  const again = await server.graphql(query, { id }, { token: ada.token });
  expect(again.body.data.deletePost).toEqual({ deletedPostId: null, userErrors: [{ code: "NOT_FOUND" }] });
});

async function newToken({ email, password }: Account): Promise<{ accessToken: string }> {
  const query = "mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
  return (await server.graphql(query, { input: { email, password } })).body.data.signIn.session;
}
