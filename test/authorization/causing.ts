/** Causes one event of each type, on the user's own objects or on others'. */
import { createHmac } from "node:crypto";
import { parseIdOf } from "../../src/db/global-id.js";
import { act, comment, cursorNow, post } from "../subscriptions/acting.js";
import { positionOf } from "../subscriptions/log.js";
import { type Account, type Actor, type Community, hookSecret, password } from "./community.js";
import { createThings, type Thing } from "./things.js";

/** Between which positions of the log it was, the first exclusive. */
export interface Stretch {
  readonly began: number;
  readonly ended: number;
}

let made = 0;

/** Types of events that others cause: who is new, who leaves, who sends hooks. */
export const causedByOthers: readonly string[] = ["UserCreated", "UserDeleted", "WebhookReceived"];

export async function causeAll({ server, account, session }: Community, doer: Actor, user: Account): Promise<Stretch> {
  const { url, database } = server;
  const things = createThings(database.prisma);
  const theirPost = await things.post(user);
  const theirs = await things.comment(user, { post: theirPost.number });
  const [gone, webhook] = [await things.post(doer.account), await things.webhook(doer.account, "DISABLED")];
  const leaver = { token: (await session(await account())).accessToken };
  const by = { token: (await doer.token("WRITE", "LIVE")) ?? "" };
  const does = (field: string, input: object) => act(url, by, field, input);
  const began = positionOf(await cursorNow(database));

  made += 1;
  await server.signUp(`newcomer_${made}`);
  await act(url, leaver, "deleteMyAccount", { password });
  await does("updateProfile", { bio: "Changed" });
  for (const field of ["followUser", "unfollowUser"]) await does(field, { userId: user.globalId });
  const postId = await post(url, by, "Mine");
  await does("updatePost", { postId, title: "Changed" });
  await does("deletePost", { postId: gone.id });
  for (const field of ["likePost", "unlikePost"]) await does(field, { postId: theirPost.id });
  const commentId = await comment(url, by, { postId, text: "Mine" });
  await does("updateComment", { commentId, text: "Changed" });
  for (const field of ["likeComment", "unlikeComment"]) await does(field, { commentId: theirs.id });
  const buried = await things.comment(doer.account, { post: parseIdOf("Post", postId) });
  await things.comment(user, { post: parseIdOf("Post", postId), parent: buried.number });
  await does("deleteComment", { commentId: buried.id });
  await sendHook(url);
  const disabled = { type: "WebhookDisabled", data: { webhookId: webhook.number, ownerId: doer.account.id } };
  await database.prisma.event.create({ data: { ...disabled, occurredAt: new Date() } });
  return { began, ended: positionOf(await cursorNow(database)) };
}

async function sendHook(url: string): Promise<void> {
  const body = JSON.stringify({ made });
  const signature = `sha256=${createHmac("sha256", hookSecret).update(body).digest("hex")}`;
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": signature,
    "x-github-delivery": `delivery ${made}`,
  };
  const { status } = await fetch(`${url}/webhooks/billing`, { method: "POST", body, headers });
  if (status !== 202) throw new Error(`the hook must be accepted, got ${status}`);
}

/** A moderator hides a post and a comment. */
export async function hide(community: Community, moderator: Actor, author: Account): Promise<[Thing, Thing]> {
  const { url, database } = community.server;
  const things = createThings(database.prisma);
  const post = await things.post(author);
  const comment = await things.comment(author, { post: (await things.post(author)).number });
  const by = { token: (await moderator.token("MODERATE", "LIVE")) ?? "" };
  for (const { id } of [post, comment]) await act(url, by, "hideContent", { id, reason: "Rude" });
  return [post, comment];
}
