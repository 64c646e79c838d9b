/** Everything a request reads, batched. One set for a request, or for the events of one turn. */
import type { NodeType } from "../db/global-id.js";
import { unreachable } from "../errors.js";
import { factLoader, rowLoader } from "./by-key.js";
import { facts, liveSessions } from "./columns.js";
import { type ConnectionInput, ConnectionLoader, loadConnection } from "./connection.js";
import { type CommentOrderField, lists, type PostOrderField, type UserOrderField } from "./list.js";
import { type PostFilter, postCondition } from "./post-filter.js";
import type {
  ApiKeyRow,
  AuthoredRow,
  CommentRow,
  NodeRow,
  PostRow,
  ReportRow,
  UserRow,
  UserSessionRow,
  WebhookDeliveryRow,
  WebhookRow,
} from "./rows.js";
import { fullSight } from "./sight.js";
import type { Reading } from "./wanted.js";

type Made = ReturnType<typeof createLoaders>;

/** Pages of a list of each parent. */
export type ListLoader<Row, Field extends string> = Pick<ConnectionLoader<Row, Field>, "load">;

export type Loaders = {
  readonly [Name in keyof Made]: Made[Name] extends ConnectionLoader<infer Row, infer Field>
    ? ListLoader<Row, Field>
    : Made[Name];
};

/** What the reading does not want of a row is undefined, whatever the row's type says. */
export function createLoaders(reading: Reading) {
  const byId = { column: "id", keyType: "int8", keyOf: (row: { id: number }) => row.id } as const;
  const users = rowLoader<number, UserRow>(reading, { ...byId, rowType: "User", table: "users" });
  const posts = rowLoader<number, PostRow>(reading, { ...byId, rowType: "Post", table: "posts" });
  const comments = rowLoader<number, CommentRow>(reading, { ...byId, rowType: "Comment", table: "comments" });

  const webhooks = rowLoader<number, WebhookRow>(reading, { ...byId, rowType: "Webhook", table: "webhooks" });
  const webhookDeliveries = rowLoader<number, WebhookDeliveryRow>(reading, {
    ...byId,
    rowType: "WebhookDelivery",
    table: "webhook_deliveries",
    join: "JOIN webhooks AS w ON w.id = r.webhook_id",
  });
  const apiKeys = rowLoader<number, ApiKeyRow>(reading, { ...byId, rowType: "ApiKey", table: "api_keys" });
  const sessions = rowLoader<number, UserSessionRow>(reading, { ...byId, rowType: "UserSession", table: liveSessions });
  const reports = rowLoader<number, ReportRow>(reading, { ...byId, rowType: "Report", table: "reports" });
  const unblocked = { ...reading, sight: fullSight };

  return {
    users,
    usersByHandle: rowLoader<string, UserRow>(reading, {
      rowType: "User",
      table: "users",
      column: "handle",
      keyType: "text",
      keyOf: ({ handle }) => handle,
      needs: ["handle"],
    }),
    posts,
    comments,
    webhooks,
    webhookDeliveries,
    apiKeys,
    sessions,
    reports,
    /** Of those whom the viewer blocks as well: for the answer to that. */
    anyUsers: rowLoader<number, UserRow>(unblocked, { ...byId, rowType: "User", table: "users" }),
    /** Who wrote it: at hand if it was read with the row. */
    author: ({ author, authorId }: AuthoredRow): UserRow | null | Promise<UserRow | null> => {
      if (author !== undefined || authorId === null) return author ?? null;
      return users.load(authorId);
    },
    node: async (type: NodeType, id: number): Promise<NodeRow | null> => {
      if (type === "User") return typed("User", await users.load(id));
      if (type === "Post") return typed("Post", await posts.load(id));
      if (type === "Comment") return typed("Comment", await comments.load(id));
      if (type === "Report") return typed("Report", await reports.load(id));
      if (type === "Webhook") return typed("Webhook", await webhooks.load(id));
      if (type === "WebhookDelivery") return typed("WebhookDelivery", await webhookDeliveries.load(id));
      if (type === "ApiKey") return typed("ApiKey", await apiKeys.load(id));
      return type === "UserSession" ? typed(type, await sessions.load(id)) : unreachable(type);
    },
    allUsers: (input: ConnectionInput<UserOrderField>) => loadConnection(reading, lists.users, input),
    allPosts: (input: ConnectionInput<PostOrderField>, { authorId: parent, ...filter }: PostFilter) => {
      const list = parent === undefined ? lists.posts : lists.postsByAuthor;
      return loadConnection(reading, list, input, { parent, condition: postCondition(filter) });
    },
    postsOfUser: new ConnectionLoader(reading, lists.postsOfUser),
    commentsOfUser: new ConnectionLoader<CommentRow, CommentOrderField>(reading, lists.commentsOfUser),
    commentsOfPost: new ConnectionLoader(reading, lists.commentsOfPost),
    repliesOfComment: new ConnectionLoader(reading, lists.repliesOfComment),
    likersOfPost: new ConnectionLoader(reading, lists.likersOfPost),
    likersOfComment: new ConnectionLoader(reading, lists.likersOfComment),
    followersOfUser: new ConnectionLoader(reading, lists.followersOfUser),
    followedByUser: new ConnectionLoader(reading, lists.followedByUser),
    webhooksOfUser: new ConnectionLoader(reading, lists.webhooksOfUser),
    apiKeysOfUser: new ConnectionLoader(reading, lists.apiKeysOfUser),
    sessionsOfUser: new ConnectionLoader(reading, lists.sessionsOfUser),
    deliveriesOfWebhook: {
      ALL: new ConnectionLoader(reading, lists.deliveriesOfWebhook.ALL),
      WAITING: new ConnectionLoader(reading, lists.deliveriesOfWebhook.WAITING),
      DELIVERED: new ConnectionLoader(reading, lists.deliveriesOfWebhook.DELIVERED),
      DEAD: new ConnectionLoader(reading, lists.deliveriesOfWebhook.DEAD),
    },
    attemptsOfDelivery: new ConnectionLoader(reading, lists.attemptsOfDelivery),
    blockedByUser: new ConnectionLoader(unblocked, lists.blockedByUser),
    reportsIn: (state: "ALL" | "OPEN" | "RESOLVED", input: ConnectionInput<"CREATED_AT">) =>
      loadConnection(reading, lists.reports[state], input),
    auditLog: (input: ConnectionInput<"CREATED_AT">) => loadConnection(reading, lists.auditLog, input),
    blocksUser: factLoader(reading, facts.blocksUser),
    likesPost: factLoader(reading, facts.likesPost),
    likesComment: factLoader(reading, facts.likesComment),
    followsUser: factLoader(reading, facts.followsUser),
  };
}

function typed<Type extends NodeType, Row>(type: Type, row: Row | null): (Row & { readonly type: Type }) | null {
  return row && { ...row, type };
}
