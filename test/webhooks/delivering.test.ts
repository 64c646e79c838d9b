/** Deliveries: signed, in order, retried. */
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { Account, TestServer } from "../harness/server.js";
import { act, cursorNow, post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { range } from "../subscriptions/log.js";
import { ask, change, createWebhook, forEachTest, look, posts } from "./owning.js";
import { type Receiver, startReceiver } from "./receiver.js";

let server: TestServer;
let ada: Account;
let bob: Account;
let receiver: Receiver;
/** Failed attempts come again at once. */
const retryWaitsMs = [1, 1, 1, 1];

forEachTest(retryWaitsMs, (owners) => {
  ({ server, ada, bob, receiver } = owners);
});

test("each event is a signed POST of the subscription's result, in the order of the log", async () => {
  await createWebhook(server, ada, receiver);
  for (const index of range(1, 5)) await post(server.url, bob, `Post ${index}`);
  const received = await receiver.received.first(5);
  expect(received.map(({ payload }) => payload.data.postCreated.post.title)).toEqual(
    [1, 2, 3, 4, 5].map((n) => `Post ${n}`),
  );
  const [first] = received;
  expect(first?.payload).toEqual({
    type: "post.created",
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    data: {
      postCreated: { id: first?.id, cursor: expect.any(String), post: { title: "Post 1", author: { handle: "bob" } } },
    },
  });
  expect(first?.headers).toMatchObject({
    "content-type": "application/json",
    "webhook-id": first?.payload.data.postCreated.id,
  });
});

test("a receiver finds out a changed byte, an old timestamp and another secret", async () => {
  const { secret } = await createWebhook(server, ada, receiver);
  await post(server.url, bob, "Signed");
  const [{ text, headers }] = (await receiver.received.first(1)) as [Awaited<ReturnType<Receiver["received"]["find"]>>];
  const verifier = new Webhook(secret);
  expect(() => verifier.verify(text, headers)).not.toThrow();
  expect(() => verifier.verify(text.replace("Signed", "signed"), headers)).toThrow("No matching signature");
  expect(() => verifier.verify(text, { ...headers, "webhook-id": "another" })).toThrow("No matching signature");
  const old = String(Number(headers["webhook-timestamp"]) - 301);
  expect(() => verifier.verify(text, { ...headers, "webhook-timestamp": old })).toThrow("too old");
  const recent = String(Number(headers["webhook-timestamp"]) - 1);
  expect(() => verifier.verify(text, { ...headers, "webhook-timestamp": recent })).toThrow("No matching signature");
  const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
  expect(() => other.verify(text, headers)).toThrow("No matching signature");
});

test("what is executed is what its owner may see", async () => {
  const admin = await server.signUp(`admin_${Date.now()}`);
  await server.database.prisma.user.updateMany({ where: { handle: admin.handle }, data: { role: "ADMIN" } });
  const subscription = `subscription { events(types: [POST_UNLIKED, POST_LIKED]) { __typename
    ... on PostLiked { user { handle email } post { viewerHasLiked } } } }`;
  for (const [path, account] of Object.entries({ "/ada": ada, "/bob": bob, "/admin": admin }))
    await createWebhook(server, account, receiver, { subscription, path });
  const postId = await post(server.url, ada, "Liked");
  await act(server.url, bob, "likePost", { postId });
  await receiver.received.first(3);
  await act(server.url, bob, "unlikePost", { postId });
  const received = await receiver.received.first(5);
  const events = (path: string) =>
    received.filter((each) => each.path === path).map(({ payload }) => payload.data.events);
  const liked = (email: string | null, viewerHasLiked: boolean) => ({
    __typename: "PostLiked",
    user: { handle: "bob", email },
    post: { viewerHasLiked },
  });
  const unliked = { __typename: "PostUnliked" };
  expect(events("/ada")).toEqual([liked(null, false)]);
  expect(events("/bob")).toEqual([liked(bob.email, true), unliked]);
  expect(events("/admin")).toEqual([liked(bob.email, false), unliked]);
});

test("a failed attempt comes again with the same id and body, and each attempt is shown", async () => {
  let count = 0;
  receiver.behave((_, response) => {
    count += 1;
    // On a connection that was used before, it could be that it was just being closed: that is tried again at once.
    if (count === 1) response.destroy();
    else if (count === 2) response.writeHead(500).end("out of order");
    else if (count === 3) response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    else response.writeHead(201).end();
  });
  const { id } = await createWebhook(server, ada, receiver);
  await post(server.url, bob, "Again");
  const received = await receiver.received.first(4);
  expect(new Set(received.map((each) => each.id)).size).toBe(1);
  expect(new Set(received.map((each) => each.text)).size).toBe(1);
  // The attempt is recorded first, then that the webhook is sound again.
  await until(async () => {
    const { deliveries, failingSince } = await look(server, ada, id);
    return deliveries.nodes[0].state === "DELIVERED" && failingSince === null;
  });
  const { deliveries } = await look(server, ada, id);
  expect(deliveries.nodes[0]).toMatchObject({
    eventId: received[0]?.id,
    type: "post.created",
    attemptCount: 4,
    nextAttemptAt: null,
  });
  const attempts = deliveries.nodes[0].attempts.nodes;
  expect(attempts).toMatchObject([
    { status: null, error: "socket hang up", responseExcerpt: "" },
    { status: 500, error: null, responseExcerpt: "out of order" },
    { status: 302, error: null },
    { status: 201, error: null },
  ]);
});

test("after the last attempt it is dead, listed, and sent again when asked for", async () => {
  receiver.behave((_, response) => void response.writeHead(503).end());
  const { id } = await createWebhook(server, ada, receiver);
  await post(server.url, bob, "Dead");
  await until(async () => (await look(server, ada, id, "DEAD")).deliveries.totalCount === 1);
  const [dead] = (await look(server, ada, id, "DEAD")).deliveries.nodes;
  expect(dead).toMatchObject({ attemptCount: retryWaitsMs.length + 1 });
  expect(receiver.received.all).toHaveLength(retryWaitsMs.length + 1);
  receiver.behave((_, response) => void response.writeHead(200).end());
  expect((await change(server, bob, "redeliver", { deliveryId: dead.id })).userErrors[0].code).toBe("NOT_FOUND");
  expect((await change(server, ada, "redeliver", { deliveryId: dead.id })).delivery.state).toBe("WAITING");
  await until(async () => (await look(server, ada, id, "DELIVERED")).deliveries.totalCount === 1);
  expect(new Set(receiver.received.all.map((each) => each.id))).toEqual(new Set([dead.eventId]));
});

test("410 disables the webhook, and only its owner is notified", async () => {
  receiver.behave((_, response) => void response.writeHead(410).end());
  const noticePath = "/notice";
  const notices = await startReceiver();
  const subscription = "subscription { webhookDisabled { webhook { id state disabledReason } } }";
  await createWebhook(server, ada, notices, { subscription, path: noticePath });
  await createWebhook(server, bob, notices, { subscription, path: "/no-notice" });
  const { id } = await createWebhook(server, ada, receiver);
  await post(server.url, bob, "Gone");
  const [notice] = await notices.received.first(1);
  expect(notice?.payload.data.webhookDisabled.webhook).toEqual({ id, state: "DISABLED", disabledReason: "GONE" });
  await post(server.url, bob, "Not sent");
  receiver.behave((_, response) => void response.writeHead(204).end());
  await change(server, ada, "resumeWebhook", { webhookId: id });
  const [, late] = await receiver.received.first(2);
  expect(late?.payload.data.postCreated.post.title).toBe("Not sent");
  expect(notices.received.all.map(({ path }) => path)).toEqual([noticePath]);
  await notices.close();
});

test("an endpoint of which no attempt has succeeded for 5 days is disabled", async () => {
  receiver.behave((_, response) => void response.writeHead(500).end());
  const { id } = await createWebhook(server, ada, receiver);
  const failingSince = new Date(Date.now() - 5.1 * 86_400_000);
  await server.database.prisma.webhook.updateMany({ where: { url: receiver.url }, data: { failingSince } });
  await post(server.url, bob, "One too many");
  await until(async () => (await look(server, ada, id)).state === "DISABLED");
  expect(await look(server, ada, id)).toMatchObject({
    disabledReason: "FAILING",
    deliveries: { nodes: [{ state: "WAITING", attemptCount: 1 }] },
  });
});

test("paused, nothing is sent; then it goes on where it stopped", async () => {
  const { id } = await createWebhook(server, ada, receiver);
  await change(server, ada, "pauseWebhook", { webhookId: id });
  for (const title of ["One", "Two"]) await post(server.url, bob, title);
  await cursorNow(server.database);
  expect((await change(server, ada, "testWebhook", { webhookId: id })).userErrors[0]).toMatchObject({
    code: "INVALID",
  });
  expect(receiver.received.all).toEqual([]);
  expect((await change(server, ada, "resumeWebhook", { webhookId: id })).webhook.state).toBe("ACTIVE");
  const received = await receiver.received.first(2);
  expect(received.map(({ payload }) => payload.data.postCreated.post.title)).toEqual(["One", "Two"]);
});

test("after a rotation both secrets sign", async () => {
  const { id, secret } = await createWebhook(server, ada, receiver);
  const rotated = await change(server, ada, "rotateWebhookSecret", { webhookId: id });
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(secret);
  await post(server.url, bob, "With both");
  const [received] = await receiver.received.first(1);
  if (received === undefined) throw new Error("one was received");
  expect(received.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const each of [secret, rotated.secret])
    expect(() => new Webhook(each).verify(received.text, received.headers)).not.toThrow();
  const stored = await server.database.prisma.webhook.findFirstOrThrow({ where: { url: receiver.url } });
  expect(JSON.stringify(stored, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
    "whsec_",
  );
});

test("a test is sent, and everything after a cursor is sent again with the same ids", async () => {
  const { id } = await createWebhook(server, ada, receiver);
  const { delivery } = await change(server, ada, "testWebhook", { webhookId: id });
  const [tested] = await receiver.received.first(1);
  expect(tested).toMatchObject({ id: delivery.eventId, payload: { type: "webhook.test" } });
  const cursor = await cursorNow(server.database);
  for (const title of ["One", "Two", "Three"]) await post(server.url, bob, title);
  const first = (await receiver.received.first(4)).slice(1);
  await change(server, ada, "updateWebhook", {
    webhookId: id,
    subscription: "subscription { postCreated { post { title } } }",
  });
  await change(server, ada, "replayWebhook", { webhookId: id, after: cursor });
  const again = (await receiver.received.first(7)).slice(4);
  expect(again.map((each) => each.id)).toEqual(first.map((each) => each.id));
  expect(again.map(({ payload }) => payload.data)).toEqual(
    ["One", "Two", "Three"].map((title) => ({ postCreated: { post: { title } } })),
  );
  const { body } = await server.graphql(
    `mutation ($input: ReplayWebhookInput!) { replayWebhook(input: $input) { webhook { id } } }`,
    { input: { webhookId: id, after: "no cursor" } },
    { token: ada.token },
  );
  expect(body.errors?.[0]?.extensions.code).toBe("BAD_CURSOR");
});

test("its owner alone sees it, by any way", async () => {
  const { id } = await createWebhook(server, ada, receiver);
  const query = `query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } viewer { webhooks { nodes { id } } }
    user(handle: "ada") { webhooks { nodes { id } } } }`;
  const nothing = { node: null, nodes: [null] };
  expect(await ask(server, ada, query, { id })).toMatchObject({
    node: { id },
    user: { webhooks: { nodes: [{ id }] } },
  });
  expect(await ask(server, bob, query, { id })).toMatchObject({
    ...nothing,
    viewer: { webhooks: { nodes: [] } },
    user: { webhooks: null },
  });
  expect((await server.graphql(query, { id })).body.data).toMatchObject({
    ...nothing,
    viewer: null,
    user: { webhooks: null },
  });
  for (const name of [
    "updateWebhook",
    "deleteWebhook",
    "pauseWebhook",
    "resumeWebhook",
    "rotateWebhookSecret",
    "testWebhook",
  ])
    expect((await change(server, bob, name, { webhookId: id })).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  expect(await change(server, ada, "deleteWebhook", { webhookId: id })).toMatchObject({ deletedWebhookId: id });
});

test("a retry under the same Idempotency-Key makes one webhook and shows the same secret, which is stored sealed", async () => {
  const mutation = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret webhook { id } } }`;
  const input = { url: receiver.url, subscription: posts };
  const send = () => server.graphql(mutation, { input }, { token: ada.token, headers: { "idempotency-key": "one" } });
  const [first, second] = [await send(), await send()];
  expect(first.body.data.createWebhook.secret).toMatch(/^whsec_/);
  expect(second.body).toEqual(first.body);
  const kept = await server.database.prisma.idempotencyKey.findMany();
  expect(JSON.stringify(kept.map(({ result }) => result))).not.toContain("whsec_");
});

test.each([
  ['subscription { postCreated(after: "x") { id } }', "after is not allowed here"],
  ["query { viewer { id } }", "must be a subscription"],
  ["subscription { nothing }", 'Cannot query field "nothing"'],
  ["subscription { postCreated {", "Syntax Error"],
  ["subscription ($postId: ID!) { postLiked(postId: $postId) { id } }", 'Variable "$postId"'],
  ["subscription { webhookReceived { id } }", "Only admins"],
  ["", "must have 1–10,000 characters"],
])("the subscription %s is refused", async (subscription, reason) => {
  const { webhook, secret, userErrors } = await change(server, ada, "createWebhook", {
    url: receiver.url,
    subscription,
  });
  expect({ webhook, secret }).toEqual({ webhook: null, secret: null });
  expect(userErrors).toEqual([
    {
      code: subscription === "" ? "BLANK" : "INVALID",
      field: ["input", "subscription"],
      message: expect.stringContaining(reason),
    },
  ]);
});
