/** Batched reads of a request. One set per request, or per turn of the subscription engine. */
import type { NodeType } from "../db/global-id.js";
import { unreachable } from "../errors.js";
import { rowLoader, viewerFieldLoader } from "./by-key.js";
import { liveSessions, viewerFields } from "./columns.js";
import { ConnectionLoader, loadConnection } from "./connection.js";
import type { InlinableList } from "./inlined-connections.js";
import {
  type CommentOrderField,
  type ConnectionInput,
  lists,
  type PostOrderField,
  type UserOrderField,
} from "./list.js";
import type { ReadContext } from "./look-ahead.js";
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
import { unrestricted } from "./visibility.js";

/** Pages of a list of each parent. */
export type ListLoader<Row, Field extends string> = Pick<ConnectionLoader<Row, Field>, "load">;

const byId = { column: "id", keyType: "int8", keyOf: (row: { id: number }) => row.id } as const;

/**
 * Also loads users whom the viewer blocks, for the payload of that change. Their nested fields are read separately,
 * with normal visibility.
 */
const unblocked = ({ query, selected, viewerId }: ReadContext): ReadContext => ({
  query,
  selected,
  viewerId,
  visibility: unrestricted,
});

/** How each is made. That is done when it is used: of all these, most requests use one or two. */
const factories = {
  users: (context) => rowLoader<number, UserRow>(context, { ...byId, rowType: "User", table: "users" }),
  usersByHandle: (context) =>
    rowLoader<string, UserRow>(context, {
      rowType: "User",
      table: "users",
      column: "handle",
      keyType: "text",
      keyOf: ({ handle }) => handle,
      needs: ["handle"],
    }),
  anyUsers: (context) => rowLoader<number, UserRow>(unblocked(context), { ...byId, rowType: "User", table: "users" }),
  posts: (context) => rowLoader<number, PostRow>(context, { ...byId, rowType: "Post", table: "posts" }),
  comments: (context) => rowLoader<number, CommentRow>(context, { ...byId, rowType: "Comment", table: "comments" }),
  webhooks: (context) => rowLoader<number, WebhookRow>(context, { ...byId, rowType: "Webhook", table: "webhooks" }),
  webhookDeliveries: (context) =>
    rowLoader<number, WebhookDeliveryRow>(context, {
      ...byId,
      rowType: "WebhookDelivery",
      table: "webhook_deliveries",
      join: "JOIN webhooks AS w ON w.id = r.webhook_id",
    }),
  apiKeys: (context) => rowLoader<number, ApiKeyRow>(context, { ...byId, rowType: "ApiKey", table: "api_keys" }),
  sessions: (context) =>
    rowLoader<number, UserSessionRow>(context, { ...byId, rowType: "UserSession", table: liveSessions }),
  reports: (context) => rowLoader<number, ReportRow>(context, { ...byId, rowType: "Report", table: "reports" }),

  postsOfUser: (context) => new ConnectionLoader(context, lists.postsOfUser),
  commentsOfUser: (context) => new ConnectionLoader<CommentRow, CommentOrderField>(context, lists.commentsOfUser),
  commentsOfPost: (context) => new ConnectionLoader(context, lists.commentsOfPost),
  repliesOfComment: (context) => new ConnectionLoader(context, lists.repliesOfComment),
  likersOfPost: (context) => new ConnectionLoader(context, lists.likersOfPost),
  likersOfComment: (context) => new ConnectionLoader(context, lists.likersOfComment),
  followersOfUser: (context) => new ConnectionLoader(context, lists.followersOfUser),
  followedByUser: (context) => new ConnectionLoader(context, lists.followedByUser),
  blockedByUser: (context) => new ConnectionLoader(unblocked(context), lists.blockedByUser),
  webhooksOfUser: (context) => new ConnectionLoader(context, lists.webhooksOfUser),
  apiKeysOfUser: (context) => new ConnectionLoader(context, lists.apiKeysOfUser),
  sessionsOfUser: (context) => new ConnectionLoader(context, lists.sessionsOfUser),
  deliveriesOfWebhook: (context) => ({
    ALL: new ConnectionLoader(context, lists.deliveriesOfWebhook.ALL),
    WAITING: new ConnectionLoader(context, lists.deliveriesOfWebhook.WAITING),
    DELIVERED: new ConnectionLoader(context, lists.deliveriesOfWebhook.DELIVERED),
    DEAD: new ConnectionLoader(context, lists.deliveriesOfWebhook.DEAD),
  }),
  attemptsOfDelivery: (context) => new ConnectionLoader(context, lists.attemptsOfDelivery),

  blocksUser: (context) => viewerFieldLoader(context, viewerFields.blocksUser),
  likesPost: (context) => viewerFieldLoader(context, viewerFields.likesPost),
  likesComment: (context) => viewerFieldLoader(context, viewerFields.likesComment),
  followsUser: (context) => viewerFieldLoader(context, viewerFields.followsUser),
} satisfies Readonly<Record<string, (context: ReadContext) => unknown>>;

type Made = { readonly [Name in keyof typeof factories]: ReturnType<(typeof factories)[Name]> };

type Lazy = {
  readonly [Name in keyof Made]: Made[Name] extends ConnectionLoader<infer Row, infer Field>
    ? ListLoader<Row, Field>
    : Made[Name];
};

export type Loaders = Lazy &
  Pick<RequestLoaders, "author" | "node" | "allUsers" | "allPosts" | "reportsIn" | "auditLog">;

/** Columns outside the look-ahead are undefined, whatever the type of the row says. */
export function createLoaders(context: ReadContext): Loaders {
  return new RequestLoaders(context) as RequestLoaders & Lazy;
}

class RequestLoaders {
  readonly context: ReadContext;
  readonly instances: Record<string, unknown> = {};

  static {
    for (const [name, make] of Object.entries(factories)) {
      Object.defineProperty(RequestLoaders.prototype, name, {
        get(this: RequestLoaders) {
          this.instances[name] ??= make(this.context);
          return this.instances[name];
        },
      });
    }
  }

  constructor(context: ReadContext) {
    const instances = this as unknown as Readonly<
      Record<InlinableList, Pick<ConnectionLoader<unknown, string>, "prime">>
    >;
    this.context = {
      ...context,
      prime: (inlined, parent, rows) => instances[inlined.list].prime(parent, inlined.input, rows),
    };
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
    return loadConnection(this.context, lists.users, input);
  }

  allPosts(input: ConnectionInput<PostOrderField>, { authorId: parent, ...filter }: PostFilter) {
    const list = parent === undefined ? lists.posts : lists.postsByAuthor;
    return loadConnection(this.context, list, input, { parent, condition: postCondition(filter) });
  }

  reportsIn(state: "ALL" | "OPEN" | "RESOLVED", input: ConnectionInput<"CREATED_AT">) {
    return loadConnection(this.context, lists.reports[state], input);
  }

  auditLog(input: ConnectionInput<"CREATED_AT">) {
    return loadConnection(this.context, lists.auditLog, input);
  }
}

function typed<Type extends NodeType, Row>(type: Type, row: Row | null): (Row & { readonly type: Type }) | null {
  return row && { ...row, type };
}
