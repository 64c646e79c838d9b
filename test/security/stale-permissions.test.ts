/**
 * Nothing is sent or shown because it once was allowed: after a change has returned, every way by which a viewer hears of
 * something tells what a query of theirs would, whether it was executed, shared, remembered or stored before the change.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { makeKey, revokeKey } from "../auth/keys.js";
import { chance } from "../fault-injection/chance.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { Account } from "../harness/server.js";
import { act, type Community, openCommunity, read } from "../moderation/doing.js";
import { cursorNow, post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { listen } from "../subscriptions/listener.js";
import { createWebhook } from "../webhooks/owning.js";
import { accept, type Receiver, startReceiver } from "../webhooks/receiver.js";

const shown = "post { title author { handle email } }";
const subscription = `subscription { events(types: [POST_CREATED, POST_LIKED]) { __typename
  ... on PostCreated { ${shown} } ... on PostLiked { ${shown} } } }`;
const replayed = subscription
  .replace("subscription {", "subscription ($after: String) {")
  .replace("(types", "(after: $after, types");
const fresh = `query ($id: ID!) { node(id: $id) { ... on Post { title author { handle email } } } }`;
const bodies = `{ viewer { webhooks(first: 2) { nodes { deliveries(first: 100) { nodes { body bodyWithheld } } } } } }`;
const parts = `mutation ($input: ExportMyDataInput!) { exportMyData(input: $input) { document endCursor } }`;

/** Scopes of the key a viewer comes with; undefined for one who comes with a session. */
const kinds = {
  session: { role: "USER", scopes: undefined },
  key: { role: "USER", scopes: ["READ", "LIVE", "WEBHOOKS", "EMAIL"] },
  moderator: { role: "MODERATOR", scopes: undefined },
  admin: { role: "ADMIN", scopes: undefined },
  "key of an admin": { role: "ADMIN", scopes: ["READ", "LIVE", "WEBHOOKS", "EMAIL", "MODERATE"] },
  "key of an admin without MODERATE": { role: "ADMIN", scopes: ["READ", "LIVE", "EMAIL"] },
} as const;
const changes = ["nothing", "edit", "delete", "hide", "block", "role", "suspend", "end of the key"] as const;
type Kind = keyof typeof kinds;
type Change = (typeof changes)[number];

let community: Community;
let receiver: Receiver;
/** Answers the pending requests of the webhooks `/first`. */
let release: () => void = () => undefined;

beforeAll(async () => {
  community = await openCommunity({
    config: { webhookAllowNetworks: ["127.0.0.0/8"], webhooksPerUser: 100 },
    webhookTimes: { retryWaitsMs: [3_600_000], pollMs: 5 },
  });
  receiver = await startReceiver();
  await createWebhook(community.server, community.carol, receiver, { subscription, path: "/control" });
  receiver.behave((one, response, request) => {
    const title = one.payload.data.events.post?.title ?? "";
    if (one.path.startsWith("/first") && title.startsWith("Occupier")) release = () => accept(one, response, request);
    else if (one.path.startsWith("/retry") && one.payload.type === "post.created" && title.startsWith("Secret"))
      response.writeHead(500).end();
    else accept(one, response, request);
  });
});
afterAll(async () => {
  await receiver.close();
  await community.server.close();
});

interface Who {
  readonly account: Account;
  readonly token: string;
  readonly keyId: string | undefined;
}

async function viewerOf(kind: Kind, name: string): Promise<Who> {
  const { server } = community;
  const account = await server.signUp(name);
  const { role, scopes } = kinds[kind];
  await server.database.prisma.user.update({ where: { handle: name }, data: { role } });
  if (scopes === undefined) return { account, token: account.token, keyId: undefined };
  const key = await makeKey(server.url, account.token, { scopes });
  return { account, token: key.secret, keyId: key.id };
}

async function make(change: Change, { account, keyId }: Who, postId: string, title: string): Promise<void> {
  const { server, bob, moderator, admin } = community;
  const { prisma } = server.database;
  if (change === "edit") await act(server, bob, "updatePost", { postId, title: `Edited ${title.slice(-8)}` });
  if (change === "delete") await act(server, bob, "deletePost", { postId });
  if (change === "hide") await act(server, moderator, "hideContent", { id: postId, reason: "test" });
  if (change === "block") await act(server, account, "blockUser", { userId: bob.id });
  if (change === "end of the key" && keyId !== undefined) await revokeKey(server.url, account.token, keyId);
  const until_ = new Date(Date.now() + 3_600_000).toISOString();
  if (change === "suspend") {
    const input = { userId: account.id, until: until_, reason: "test" };
    expect((await act(server, admin, "suspendUser", input)).userErrors).toEqual([]);
  }
  if (change !== "role") return;
  // As `npm run role` does it, which says that a running server knows within 10 seconds: that it is so now, its event sees to.
  const userId = parseIdOf("User", account.id);
  await prisma.$transaction(async (tx) => {
    await tx.user.update({ where: { id: userId }, data: { role: "USER" } });
    await tx.event.create({ data: { type: "RoleChanged", data: { userId }, occurredAt: new Date() } });
  });
  const cursor = await cursorNow(server.database);
  await until(() => server.live.engine.cursor === cursor);
}

/** Everything that reached a viewer, by each way, after the change, and the result of their query. */
async function afterChange(kind: Kind, change: Change, number: number) {
  const { server, bob, carol } = community;
  const { prisma, query } = server.database;
  const title = `Secret ${number.toString().padStart(8, "0")}`;
  const who = await viewerOf(kind, `viewer_${number}`);
  const owner = { ...who.account, token: who.token };
  const hasWebhooks = kind !== "key of an admin without MODERATE";
  const from = await cursorNow(server.database);
  for (const path of hasWebhooks ? [`/first-${number}`, `/retry-${number}`] : [])
    await createWebhook(server, owner, receiver, { subscription, path });
  const ownerId = parseIdOf("User", who.account.id);
  const listener = await listen(server, { query: subscription }, who.token);
  // The webhook is busy with it: later events are stored, and has its first attempt after the change.
  const occupier = `Occupier ${number}`;
  await post(server.url, carol, occupier);
  if (hasWebhooks)
    await receiver.received.find((one) => one.path === `/first-${number}` && contains(one.text, occupier));
  const postId = await post(server.url, bob, title);
  await listener.events.find((event) => event.post?.title === title);
  const stored = { type: "post.created", webhook: { ownerId }, body: { contains: title } };
  const isStored = async () => (await prisma.webhookDelivery.count({ where: stored })) === (hasWebhooks ? 2 : 0);
  await until(isStored);
  const failed = { ...stored, attemptCount: 1, webhook: { ownerId, url: { endsWith: `/retry-${number}` } } };
  await until(async () => !hasWebhooks || (await prisma.webhookDelivery.count({ where: failed })) === 1);

  await make(change, who, postId, title);
  const [sentBefore, heardBefore] = [receiver.received.all.length, listener.results.all.length];
  await prisma.webhookDelivery.updateMany({ where: failed, data: { dueAt: new Date() } });
  if (hasWebhooks) release();
  const { refusals } = await act(server, carol, "likePost", { postId });
  const marker = `Marker ${number}`;
  await post(server.url, carol, marker);
  await receiver.received.find((one) => one.path === "/control" && contains(one.text, marker));
  const isOut = change === "suspend" || (change === "end of the key" && who.keyId !== undefined);
  const waiting = `SELECT count(*) AS count FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
    WHERE w.owner_id = $1 AND (w.position < (SELECT position FROM event_head) OR (d.state = 'WAITING' AND d.due_at <= now()))`;
  if (!isOut) await until(async () => (await query<{ count: number }>(waiting, [ownerId]))[0]?.count === 0);
  const live = isOut
    ? listener.closing.then(() => undefined)
    : listener.events.find((event) => event.post?.title === marker);
  await live;
  const allowed = (await server.graphql(fresh, { id: postId }, { token: who.token })).body;
  const outputs = {
    "live event": listener.results.all.slice(heardBefore),
    webhook: receiver.received.all
      .slice(sentBefore)
      .filter(({ path }) => path !== "/control")
      .map(({ text }) => text),
    replay: isOut ? [] : await replay(who.token, from, marker),
    "deliveries { body }": (await server.graphql(bodies, {}, { token: who.token })).body.data ?? {},
    export: await exported(who.account),
  };
  await listener.close();
  await prisma.webhook.deleteMany({ where: { ownerId } });
  return { title, hasWebhooks, isOut, isLiked: refusals.length === 0, allowed: JSON.stringify(allowed), outputs };
}

const contains = (text: string, title: string) => text.includes(title);

async function replay(token: string, after: string, marker: string): Promise<readonly unknown[]> {
  const listener = await listen(community.server, { query: replayed, variables: { after } }, token);
  await listener.events.find((event) => event.post?.title === marker);
  await listener.close();
  return listener.results.all;
}

/** Undefined for somebody who is suspended. */
async function exported({ token }: Account): Promise<unknown> {
  const { body } = await community.server.graphql(parts, { input: {} }, { token });
  return body.data?.exportMyData;
}

const kindNames = Object.keys(kinds) as Kind[];
/** Nobody suspends admins. */
const isPossible = (kind: Kind, change: Change) => change !== "suspend" || kinds[kind].role !== "ADMIN";
const all = kindNames.flatMap((kind) =>
  changes.filter((change) => isPossible(kind, change)).map((change) => ({ kind, change })),
);
const random = chance();
const oneOf = (some: typeof all) => some.slice(random.below(some.length)).slice(0, 1);
/** All of them in the soak; otherwise each kind and each change once or more. */
const chosen = campaignSize(all, [
  ...kindNames.flatMap((kind) => oneOf(all.filter((each) => each.kind === kind))),
  ...changes.flatMap((change) => oneOf(all.filter((each) => each.change === change))),
]);

test.each(chosen.map((each, index) => ({ ...each, number: index + 1 })))(
  `$kind, after $change: what is sent and shown is what a query may see ($number, seed ${process.env.PARLEY_TEST_SEED ?? 1})`,
  async ({ kind, change, number }) => {
    const { title, hasWebhooks, isOut, isLiked, allowed, outputs } = await afterChange(kind, change, number);
    const { email } = community.bob;
    for (const [way, output] of Object.entries(outputs)) {
      const text = JSON.stringify(output ?? null);
      for (const secret of [title, email])
        if (!contains(allowed, secret)) expect(contains(text, secret), `${way} tells of ${secret}`).toBe(false);
    }
    if (kind === "key of an admin without MODERATE" || kinds[kind].role === "USER")
      expect(JSON.stringify(outputs)).not.toContain(email);
    if (isOut) expect(outputs.webhook).toEqual([]);
    // Control: a viewer who may see it receives it, by all ways.
    if (!contains(allowed, title)) return;
    const ways: (keyof typeof outputs)[] = ["replay"];
    if (hasWebhooks) ways.push("webhook", "deliveries { body }");
    // Nobody likes what is hidden: then there is no event after the change.
    if (isLiked) ways.push("live event");
    for (const way of ways) expect(contains(JSON.stringify(outputs[way]), title), `${way} tells of it`).toBe(true);
  },
);

test("what a shared execution depends on is in the key it is shared under: a key joins no session's group", async () => {
  const { server } = community;
  const admin = await viewerOf("admin", "admin_in_a_group");
  const plain = await makeKey(server.url, admin.token, { scopes: ["READ", "LIVE", "EMAIL"] });
  const listeners = [
    await listen(server, { query: subscription }, admin.token),
    await listen(server, { query: subscription }, plain.secret),
  ];
  await post(server.url, community.bob, "To both");
  const [whole, narrow] = await Promise.all(
    listeners.map(({ events }) => events.find((event) => event.post?.title === "To both")),
  );
  expect(whole?.post.author.email).toBe(community.bob.email);
  expect(narrow?.post.author.email).toBeNull();
  for (const listener of listeners) await listener.close();
  expect((await read(server, "{ viewer { handle } }", admin)).viewer.handle).toBe("admin_in_a_group");
});
