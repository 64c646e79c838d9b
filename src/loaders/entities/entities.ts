/** All entities: by GraphQL type, by type of a global id, and their lists by GraphQL field. */
import type { NodeType } from "../../db/global-id.js";
import type { AnyEntity, Lookup } from "../entity.js";
import type { List } from "../list.js";
import { type ApiKeyRow, apiKeys } from "./api-key.js";
import { type CommentRow, comment, commentLists, comments } from "./comment.js";
import { type PostRow, post, postLists, posts } from "./post.js";
import { type ReportRow, reports } from "./report.js";
import { type UserRow, user, userLists, users } from "./user.js";
import { type UserSessionRow, userSessions } from "./user-session.js";
import { type WebhookRow, webhooks } from "./webhook.js";
import { type WebhookDeliveryRow, webhookDeliveries } from "./webhook-delivery.js";

/**
 * Entities of which only the selected columns are read, by GraphQL type. Others have all columns read: owners and
 * moderators look at them now and then, so fewer columns gain nothing.
 */
export const selectiveEntities: ReadonlyMap<string, AnyEntity> = new Map(
  [user, post, comment].map((entity) => [entity.type, entity]),
);

/** Rows with a global id. */
interface NodeRows {
  readonly User: UserRow;
  readonly Post: PostRow;
  readonly Comment: CommentRow;
  readonly Webhook: WebhookRow;
  readonly WebhookDelivery: WebhookDeliveryRow;
  readonly ApiKey: ApiKeyRow;
  readonly UserSession: UserSessionRow;
  readonly Report: ReportRow;
}

/** A row with a global id, and its GraphQL type. */
export type NodeRow<Type extends NodeType = NodeType> = {
  readonly [Each in Type]: NodeRows[Each] & { readonly type: Each };
}[Type];

export const nodes: { readonly [Type in NodeType]: Lookup<number, NodeRows[Type]> } = {
  User: users,
  Post: posts,
  Comment: comments,
  Webhook: webhooks,
  WebhookDelivery: webhookDeliveries,
  ApiKey: apiKeys,
  UserSession: userSessions,
  Report: reports,
};

const lists: readonly List<unknown>[] = [userLists, postLists, commentLists].flatMap((each) => Object.values(each));

/** Lists whose pages may be read with their parents, by the field that returns them. */
export const inlinableLists: ReadonlyMap<string, List<unknown>> = new Map(
  lists.flatMap((list) => (list.inlinedIn === undefined ? [] : [[list.inlinedIn, list]])),
);
