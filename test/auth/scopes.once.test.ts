/** Scopes of API keys, over every transport. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";
import { makeKey } from "./keys.js";
import { createClock } from "./sessions.js";

const allScopes = ["READ", "WRITE", "LIVE", "WEBHOOKS", "MODERATE", "EMAIL"];
const clock = createClock();
let server: TestServer;
let ada: Account;
let root: Account;
let postOfRoot: string;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now, config: { apiKeysPerUser: 1_000, accessTokenSeconds: 86_400 } });
  [ada, root] = [await server.signUp("ada"), await server.signUp("root")];
  await server.database.prisma.user.update({ where: { handle: "root" }, data: { role: "ADMIN" } });
  clock.advance(10_001);
  postOfRoot = (await done(root.token, write)).createPost.post.id;
});
afterAll(() => server.close());

const write = `mutation { createPost(input: { title: "A post", content: "Hello" }) { post { id author { handle } } } }`;
const webhooks = "{ viewer { webhooks { nodes { id } } } }";
const makeWebhook = (selection: string) => `mutation { createWebhook(input: {
  url: "https://example.org/", subscription: "subscription { ${selection} }" }) { webhook { id } userErrors { message } } }`;

async function keyOf({ token }: Account, ...scopes: string[]): Promise<string> {
  return (await makeKey(server.url, token, { scopes })).secret;
}

async function done(token: string, query: string, variables = {}) {
  const { body } = await server.graphql(query, variables, { token });
  expect(body.errors).toBeUndefined();
  return body.data;
}

/** The scope that was missing; null where none would do. */
async function scopeMissing(token: string, query: string, variables = {}): Promise<string | null> {
  const { status, body } = await server.graphql(query, variables, { token });
  expect([status, body.data, body.errors?.length]).toEqual([403, undefined, 1]);
  const { message = "", extensions } = body.errors?.[0] ?? {};
  const { code, scope = null } = extensions as { code: string; scope?: string };
  expect(code).toBe("FORBIDDEN");
  expect(message).toContain(scope === null ? "cannot be used with an API key" : `the scope ${scope}`);
  return scope;
}

describe("over HTTP", () => {
  it.each([
    ["READ", "{ posts { nodes { id } } }"],
    ["READ", "{ viewer { handle } }"],
    ["WRITE", write],
    ["WEBHOOKS", makeWebhook("postCreated { id }")],
  ])("%s is needed for %s, and nothing else will do", async (scope, query) => {
    const others = allScopes.filter((each) => each !== scope);
    expect(await scopeMissing(await keyOf(ada, ...others), query)).toBe(scope);
    const more = scope === "WEBHOOKS" ? ["LIVE"] : [];
    await done(await keyOf(ada, scope, ...more), query);
  });

  it("what a mutation answers can be read with WRITE alone", async () => {
    const { createPost } = await done(await keyOf(ada, "WRITE"), write);
    expect(createPost.post.author.handle).toBe("ada");
  });

  it.each([
    `mutation { signUp(input: { handle: "eve", name: "Eve", email: "e@example.org", password: "12345678" }) { user { id } } }`,
    `mutation { signIn(input: { email: "ada@example.org", password: "12345678" }) { user { id } } }`,
    `mutation { refreshSession(input: { refreshToken: "x" }) { user { id } } }`,
    "mutation { signOut(input: { everywhere: true }) { endedSessionCount } }",
    `mutation { updateProfile(input: { name: "Eve" }) { user { id } } }`,
    `mutation { changePassword(input: { currentPassword: "12345678", newPassword: "12345679" }) { user { id } } }`,
    `mutation { createApiKey(input: { name: "more", scopes: [READ] }) { secret } }`,
    `mutation { revokeApiKey(input: { apiKeyId: "x" }) { apiKey { id } } }`,
    `mutation { revokeSession(input: { sessionId: "x" }) { revokedSessionId } }`,
    "{ viewer { sessions { totalCount } } }",
    "{ viewer { apiKeys { totalCount } } }",
    `{ node(id: "QXBpS2V5OjE") { ... on ApiKey { name } } }`,
    `{ node(id: "VXNlclNlc3Npb246MQ") { ... on UserSession { lastUsedAt } } }`,
  ])("no scope opens %s", async (query) => {
    expect(await scopeMissing(await keyOf(ada, ...allScopes), query)).toBeNull();
  });

  it("e-mail addresses need EMAIL, however they are reached", async () => {
    const paths = [
      "{ viewer { email } }",
      "{ users { edges { node { email } } } }",
      "{ posts { nodes { author { ...A } } } } fragment A on User { email }",
      "{ viewer { id ... @include(if: false) { email } } }",
    ];
    const [without, having] = [await keyOf(ada, "READ"), await keyOf(ada, "READ", "EMAIL")];
    for (const path of paths) expect(await scopeMissing(without, path)).toBe("EMAIL");
    for (const path of paths) await done(having, path);
    expect((await done(having, "{ viewer { email } }")).viewer.email).toBe(ada.email);
  });

  it("webhooks need WEBHOOKS, also by their ids", async () => {
    const { createWebhook } = await done(ada.token, makeWebhook("postCreated { id }"));
    const byId = "query ($id: ID!) { node(id: $id) { id ... on Webhook { url } } }";
    const { id } = createWebhook.webhook;
    const without = await keyOf(ada, "READ");
    expect(await scopeMissing(without, webhooks)).toBe("WEBHOOKS");
    expect(await scopeMissing(without, byId, { id })).toBe("WEBHOOKS");
    expect((await done(await keyOf(ada, "READ", "WEBHOOKS"), byId, { id })).node.url).toBe("https://example.org/");
  });

  it("the operation that runs is what counts, not another of the document", async () => {
    const query = `query Reads { viewer { handle } } ${write.replace("mutation", "mutation Writes")}`;
    const send = async (operationName: string) => {
      const answer = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${await keyOf(ada, "READ")}` },
        body: JSON.stringify({ query, operationName }),
      });
      return answer.status;
    };
    expect([await send("Reads"), await send("Writes")]).toEqual([200, 403]);
  });

  it("names of types and the schema are open", async () => {
    await done(await keyOf(ada, "LIVE"), "{ __typename __schema { queryType { name } } }");
  });
});

describe("the role of a key's user", () => {
  const edit = `mutation ($id: ID!) { updatePost(input: { postId: $id, title: "Edited" }) { post { title } } }`;

  it("comes with MODERATE alone", async () => {
    const { createPost } = await done(ada.token, write);
    const variables = { id: createPost.post.id };
    const [plain, staff] = [await keyOf(root, "WRITE"), await keyOf(root, "WRITE", "MODERATE")];
    const refused = await server.graphql(edit, variables, { token: plain });
    expect(refused.body.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await done(staff, edit, variables)).updatePost.post.title).toBe("Edited");
    await done(plain, edit, { id: postOfRoot });
  });

  it("is not had by MODERATE if the user has it not", async () => {
    const refused = await server.graphql(edit, { id: postOfRoot }, { token: await keyOf(ada, ...allScopes) });
    expect(refused.body.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("shows an admin's key others' e-mail addresses with MODERATE alone", async () => {
    const query = `{ user(handle: "ada") { email } }`;
    expect((await done(await keyOf(root, "READ", "EMAIL"), query)).user.email).toBeNull();
    expect((await done(await keyOf(root, "READ", "EMAIL", "MODERATE"), query)).user.email).toBe(ada.email);
  });
});

describe("webhooks that a key makes", () => {
  it("select what the key may read, and no more", async () => {
    const key = await keyOf(ada, "WEBHOOKS", "LIVE");
    const refusedFor = async (token: string, selection: string) =>
      (await done(token, makeWebhook(selection))).createWebhook.userErrors[0]?.message;
    expect(await refusedFor(key, "postCreated { post { author { email } } }")).toContain("the scope EMAIL");
    expect(await refusedFor(await keyOf(ada, "WEBHOOKS"), "postCreated { id }")).toContain("the scope LIVE");
    expect(await refusedFor(key, "postCreated { post { author { handle } } }")).toBeUndefined();
  });
});

describe("over WebSocket", () => {
  it("subscriptions need LIVE, queries READ, and mutations WRITE", async () => {
    const socket = await connectSocket(server.url, await keyOf(ada, "READ"));
    const send = async (id: string, query: string) => (await runOn(socket, id, { query })).at(-1);
    expect(await send("1", "{ viewer { handle } }")).toMatchObject({ type: "complete" });
    const refused = (scope: string) => ({ type: "error", payload: [{ extensions: { code: "FORBIDDEN", scope } }] });
    expect(await send("2", "subscription { postCreated { id } }")).toMatchObject(refused("LIVE"));
    const [answer] = await runOn(socket, "3", { query: write });
    expect(answer?.payload.errors).toMatchObject([{ extensions: { code: "FORBIDDEN", scope: "WRITE" } }]);
    await socket.close();
  });

  it("a key with LIVE listens", async () => {
    const socket = await connectSocket(server.url, await keyOf(ada, "LIVE"));
    const after = (await done(ada.token, "{ eventCursor }")).eventCursor;
    await done(ada.token, write);
    const query = `subscription { postCreated(after: "${after}") { post { author { handle viewerIsFollowing } } } }`;
    socket.send({ id: "1", type: "subscribe", payload: { query } });
    const { payload } = await socket.messages.find(({ type }) => type === "next");
    expect(payload.data.postCreated.post.author.handle).toBe("ada");
    await socket.close();
  });

  it("events for staff reach the key of an admin only with MODERATE", async () => {
    const after = (await done(ada.token, "{ eventCursor }")).eventCursor;
    await done(ada.token, "mutation ($id: ID!) { likePost(input: { postId: $id }) { post { id } } }", {
      id: postOfRoot,
    });
    await done(ada.token, "mutation ($id: ID!) { unlikePost(input: { postId: $id }) { post { id } } }", {
      id: postOfRoot,
    });
    await done(ada.token, write);
    const query = `subscription { events(after: "${after}") { __typename } }`;
    const eventsOf = async (key: string) => {
      const socket = await connectSocket(server.url, key);
      socket.send({ id: "1", type: "subscribe", payload: { query } });
      const messages = await socket.messages.through(
        ({ payload }) => payload?.data?.events.__typename === "PostCreated",
      );
      await socket.close();
      return messages.flatMap(({ type, payload }) => (type === "next" ? [payload.data.events.__typename] : []));
    };
    expect(await eventsOf(await keyOf(root, "LIVE"))).toEqual(["PostLiked", "PostCreated"]);
    expect(await eventsOf(await keyOf(root, "LIVE", "MODERATE"))).toEqual(["PostLiked", "PostUnliked", "PostCreated"]);
    const hooks = (
      await runOn(await connectSocket(server.url, await keyOf(root, "LIVE")), "2", {
        query: "subscription { webhookReceived { id } }",
      })
    ).at(-1);
    expect(hooks).toMatchObject({ type: "error", payload: [{ extensions: { code: "FORBIDDEN" } }] });
  });
});

describe("over Server-Sent Events", () => {
  const open = async (key: string, query: string) =>
    fetch(`${server.url}/graphql/stream?${new URLSearchParams({ query })}`, {
      headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    });

  it("the same scopes are needed", async () => {
    const key = await keyOf(ada, "READ");
    const refused = await open(key, "subscription { postCreated { id } }");
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { errors: [{ extensions: { scope: "LIVE" } }] },
    ]);
    expect(await (await open(key, "{ viewer { handle } }")).text()).toContain('"handle":"ada"');
    const stream = await open(await keyOf(ada, "LIVE"), "subscription { postCreated { id } }");
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
  });
});
