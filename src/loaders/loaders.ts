/** Batched reads of a request. One set per request, or per turn of the subscription engine. */
import type { NodeType } from "../db/global-id.js";
import { unreachable } from "../errors.js";
import { factLoader, rowLoader } from "./by-key.js";
import { facts, liveSessions } from "./columns.js";
import { ConnectionLoader, loadConnection } from "./connection.js";
import {
  type CommentOrderField,
  type ConnectionInput,
  lists,
  type PostOrderField,
  type UserOrderField,
} from "./list.js";
import type { NestedList } from "./nested.js";
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

/** Pages of a list of each parent. */
export type ListLoader<Row, Field extends string> = Pick<ConnectionLoader<Row, Field>, "load">;

const byId = { column: "id", keyType: "int8", keyOf: (row: { id: number }) => row.id } as const;

/**
 * Also loads users whom the viewer blocks, for the payload of that change. Their nested fields are read separately,
 * with normal visibility.
 */
const unblocked = ({ query, wanted, viewerId }: Reading): Reading => ({ query, wanted, viewerId, sight: fullSight });

/** How each is made. That is done when it is used: of all these, most requests use one or two. */
const makers = {
  users: (reading) => rowLoader<number, UserRow>(reading, { ...byId, rowType: "User", table: "users" }),
  usersByHandle: (reading) =>
    rowLoader<string, UserRow>(reading, {
      rowType: "User",
      table: "users",
      column: "handle",
      keyType: "text",
      keyOf: ({ handle }) => handle,
      needs: ["handle"],
    }),
  anyUsers: (reading) => rowLoader<number, UserRow>(unblocked(reading), { ...byId, rowType: "User", table: "users" }),
  posts: (reading) => rowLoader<number, PostRow>(reading, { ...byId, rowType: "Post", table: "posts" }),
  comments: (reading) => rowLoader<number, CommentRow>(reading, { ...byId, rowType: "Comment", table: "comments" }),
  webhooks: (reading) => rowLoader<number, WebhookRow>(reading, { ...byId, rowType: "Webhook", table: "webhooks" }),
  webhookDeliveries: (reading) =>
    rowLoader<number, WebhookDeliveryRow>(reading, {
      ...byId,
      rowType: "WebhookDelivery",
      table: "webhook_deliveries",
      join: "JOIN webhooks AS w ON w.id = r.webhook_id",
    }),
  apiKeys: (reading) => rowLoader<number, ApiKeyRow>(reading, { ...byId, rowType: "ApiKey", table: "api_keys" }),
  sessions: (reading) =>
    rowLoader<number, UserSessionRow>(reading, { ...byId, rowType: "UserSession", table: liveSessions }),
  reports: (reading) => rowLoader<number, ReportRow>(reading, { ...byId, rowType: "Report", table: "reports" }),

  postsOfUser: (reading) => new ConnectionLoader(reading, lists.postsOfUser),
  commentsOfUser: (reading) => new ConnectionLoader<CommentRow, CommentOrderField>(reading, lists.commentsOfUser),
  commentsOfPost: (reading) => new ConnectionLoader(reading, lists.commentsOfPost),
  repliesOfComment: (reading) => new ConnectionLoader(reading, lists.repliesOfComment),
  likersOfPost: (reading) => new ConnectionLoader(reading, lists.likersOfPost),
  likersOfComment: (reading) => new ConnectionLoader(reading, lists.likersOfComment),
  followersOfUser: (reading) => new ConnectionLoader(reading, lists.followersOfUser),
  followedByUser: (reading) => new ConnectionLoader(reading, lists.followedByUser),
  blockedByUser: (reading) => new ConnectionLoader(unblocked(reading), lists.blockedByUser),
  webhooksOfUser: (reading) => new ConnectionLoader(reading, lists.webhooksOfUser),
  apiKeysOfUser: (reading) => new ConnectionLoader(reading, lists.apiKeysOfUser),
  sessionsOfUser: (reading) => new ConnectionLoader(reading, lists.sessionsOfUser),
  deliveriesOfWebhook: (reading) => ({
    ALL: new ConnectionLoader(reading, lists.deliveriesOfWebhook.ALL),
    WAITING: new ConnectionLoader(reading, lists.deliveriesOfWebhook.WAITING),
    DELIVERED: new ConnectionLoader(reading, lists.deliveriesOfWebhook.DELIVERED),
    DEAD: new ConnectionLoader(reading, lists.deliveriesOfWebhook.DEAD),
  }),
  attemptsOfDelivery: (reading) => new ConnectionLoader(reading, lists.attemptsOfDelivery),

  blocksUser: (reading) => factLoader(reading, facts.blocksUser),
  likesPost: (reading) => factLoader(reading, facts.likesPost),
  likesComment: (reading) => factLoader(reading, facts.likesComment),
  followsUser: (reading) => factLoader(reading, facts.followsUser),
} satisfies Readonly<Record<string, (reading: Reading) => unknown>>;

type Made = { readonly [Name in keyof typeof makers]: ReturnType<(typeof makers)[Name]> };

type Lazy = {
  readonly [Name in keyof Made]: Made[Name] extends ConnectionLoader<infer Row, infer Field>
    ? ListLoader<Row, Field>
    : Made[Name];
};

export type Loaders = Lazy &
  Pick<RequestLoaders, "author" | "node" | "allUsers" | "allPosts" | "reportsIn" | "auditLog">;

/** Columns outside the look-ahead are undefined, whatever the type of the row says. */
export function createLoaders(reading: Reading): Loaders {
  return new RequestLoaders(reading) as RequestLoaders & Lazy;
}

class RequestLoaders {
  readonly reading: Reading;
  readonly made: Record<string, unknown> = {};

  static {
    for (const [name, make] of Object.entries(makers)) {
      Object.defineProperty(RequestLoaders.prototype, name, {
        get(this: RequestLoaders) {
          this.made[name] ??= make(this.reading);
          return this.made[name];
        },
      });
    }
  }

  constructor(reading: Reading) {
    const made = this as unknown as Readonly<Record<NestedList, Pick<ConnectionLoader<unknown, string>, "prime">>>;
    this.reading = { ...reading, take: (nested, parent, rows) => made[nested.list].prime(parent, nested.input, rows) };
  }

  /** The author: already loaded if it was read with the row. */
  author(this: Loaders, { author, authorId }: AuthoredRow): UserRow | null | Promise<UserRow | null> {
    if (author !== undefined || authorId === null) return author ?? null;
    return this.users.load(authorId);
  }

  async node(this: Loaders, type: NodeType, id: number): Promise<NodeRow | null> {
    if (type === "User") return typed("User", await this.users.load(id));
    if (type === "Post") return typed("Post", await this.posts.load(id));
    if (type === "Comment") return typed("Comment", await this.comments.load(id));
    if (type === "Report") return typed("Report", await this.reports.load(id));
    if (type === "Webhook") return typed("Webhook", await this.webhooks.load(id));
    if (type === "WebhookDelivery") return typed("WebhookDelivery", await this.webhookDeliveries.load(id));
    if (type === "ApiKey") return typed("ApiKey", await this.apiKeys.load(id));
    return type === "UserSession" ? typed(type, await this.sessions.load(id)) : unreachable(type);
  }

  allUsers(input: ConnectionInput<UserOrderField>) {
    return loadConnection(this.reading, lists.users, input);
  }

  allPosts(input: ConnectionInput<PostOrderField>, { authorId: parent, ...filter }: PostFilter) {
    const list = parent === undefined ? lists.posts : lists.postsByAuthor;
    return loadConnection(this.reading, list, input, { parent, condition: postCondition(filter) });
  }

  reportsIn(state: "ALL" | "OPEN" | "RESOLVED", input: ConnectionInput<"CREATED_AT">) {
    return loadConnection(this.reading, lists.reports[state], input);
  }

  auditLog(input: ConnectionInput<"CREATED_AT">) {
    return loadConnection(this.reading, lists.auditLog, input);
  }
}

function typed<Type extends NodeType, Row>(type: Type, row: Row | null): (Row & { readonly type: Type }) | null {
  return row && { ...row, type };
}
