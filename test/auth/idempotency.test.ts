import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let clock = new Date();

beforeAll(async () => {
  server = await startTestServer({ now: () => clock, config: { accessTokenSeconds: 10 * 86_400 } });
  ada = await server.signUp("ada");
  bob = await server.signUp("bob");
});
afterAll(() => server.close());

const createPost = `mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } userErrors { code } } }`;

function post(key: string, title: string, { token }: Account = ada) {
  const input = { title, content: "c" };
  return server.graphql(createPost, { input }, { token, headers: { "idempotency-key": key } });
}

const titled = (title: string) => server.database.prisma.post.count({ where: { title } });

test("a mutation sent twice with one key is done once and answered alike", async () => {
  const [first, second] = [await post("key-1", "once"), await post("key-1", "once")];
  expect(second.body).toEqual(first.body);
  expect(first.body.data.createPost.post.id).toBeTruthy();
  expect(await titled("once")).toBe(1);
});

test("ten at the same time are one", async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => post("key-2", "together")));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await titled("together")).toBe(1);
});

test("a key sent with another operation is refused", async () => {
  await post("key-3", "mine");
  const { body } = await post("key-3", "another");
  expect(body.errors?.[0]?.extensions.code).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await titled("another")).toBe(0);
});

test("a key is its sender's own", async () => {
  await post("key-4", "shared");
  await post("key-4", "shared", bob);
  expect(await titled("shared")).toBe(2);
});

test("after 24 hours a key is new", async () => {
  await post("key-5", "daily");
  clock = new Date(clock.getTime() + 24 * 3_600_000 - 1_000);
  await post("key-5", "daily");
  expect(await titled("daily")).toBe(1);
  clock = new Date(clock.getTime() + 2_000);
  await post("key-5", "daily");
  expect(await titled("daily")).toBe(2);
});

test("a refusal is not kept: corrected, the same key goes through", async () => {
  const blank = await post("key-6", "");
  expect(blank.body.data.createPost.userErrors).toEqual([{ code: "BLANK" }]);
  expect((await post("key-6", "corrected")).body.data.createPost.userErrors).toEqual([]);
});

test("two fields of one operation are each done once", async () => {
  const query = `mutation {
    a: createPost(input: { title: "field a", content: "c" }) { post { id } }
    b: createPost(input: { title: "field b", content: "c" }) { post { id } } }`;
  const sent = { token: ada.token, headers: { "idempotency-key": "key-7" } };
  const first = await server.graphql(query, {}, sent);
  expect((await server.graphql(query, {}, sent)).body).toEqual(first.body);
  expect([await titled("field a"), await titled("field b")]).toEqual([1, 1]);
});

test("a sign-up sent again gives a session of the same account", async () => {
  const query = `mutation { signUp(input: { handle: "cleo", name: "Cleo", email: "cleo@example.org", password: "password of cleo" }) {
    session { accessToken } user { id } userErrors { code } } }`;
  const sent = { headers: { "idempotency-key": "key-8" } };
  const [first, second] = [await server.graphql(query, {}, sent), await server.graphql(query, {}, sent)];
  expect(second.body.data.signUp.userErrors).toEqual([]);
  expect(second.body.data.signUp.user).toEqual(first.body.data.signUp.user);
  const viewer = await server.graphql(
    "{ viewer { handle } }",
    {},
    { token: second.body.data.signUp.session.accessToken },
  );
  expect(viewer.body.data.viewer.handle).toBe("cleo");
  expect(
    JSON.stringify(await server.database.prisma.idempotencyKey.findMany(), (_, v) =>
      typeof v === "bigint" ? `${v}` : v,
    ),
  ).not.toContain("password of cleo");
});

test("a key that is no header of ours is refused before anything is done", async () => {
  const { status, body } = await post("a key with spaces", "spaces");
  expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, "BAD_REQUEST"]);
  expect(await titled("spaces")).toBe(0);
});
