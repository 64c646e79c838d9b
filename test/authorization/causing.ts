/** One event of each type, caused by the owner: on what the user wrote, or on what is the owner's own. */
import { createHmac } from "node:crypto";
import { parseIdOf } from "../../src/db/global-id.js";
import { act, comment, post } from "../live/acting.js";
import { type Actor, type Community, createThings, hookSecret } from "./community.js";

export async function causeAll({ server }: Community, owner: Actor, user: Actor): Promise<void> {
  const { url, database } = server;
  const things = createThings(database.prisma);
  const theirPost = await things.post(user.account);
  const theirs = await things.comment(user.account, { post: theirPost.number });
  const [gone, webhook] = [await things.post(owner.account), await things.webhook(owner.account, "DISABLED")];
  const by = { token: owner.token ?? "" };
  const does = (field: string, input: object) => act(url, by, field, input);

  await server.signUp("newcomer");
  await does("updateProfile", { bio: "Changed" });
  const userId = user.account.globalId;
  for (const field of ["followUser", "unfollowUser"]) await does(field, { userId });
  const postId = await post(url, by, "Mine");
  await does("updatePost", { postId, title: "Changed" });
  await does("deletePost", { postId: gone.id });
  for (const field of ["likePost", "unlikePost"]) await does(field, { postId: theirPost.id });
  const commentId = await comment(url, by, { postId, text: "Mine" });
  await does("updateComment", { commentId, text: "Changed" });
  for (const field of ["likeComment", "unlikeComment"]) await does(field, { commentId: theirs.id });
  const buried = await things.comment(owner.account, { post: parseIdOf("Post", postId) });
  await things.comment(user.account, { post: parseIdOf("Post", postId), parent: buried.number });
  await does("deleteComment", { commentId: buried.id });
  await sendHook(url);
  const disabled = { type: "WebhookDisabled", data: { webhookId: webhook.number, ownerId: owner.account.id } };
  await database.prisma.event.create({ data: { ...disabled, occurredAt: new Date() } });
}

async function sendHook(url: string): Promise<void> {
  const body = "{}";
  const signature = `sha256=${createHmac("sha256", hookSecret).update(body).digest("hex")}`;
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": signature,
    "x-github-delivery": "delivery",
  };
  const { status } = await fetch(`${url}/webhooks/billing`, { method: "POST", body, headers });
  if (status !== 202) throw new Error(`the hook must be accepted, got ${status}`);
}
