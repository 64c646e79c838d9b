/** Everything a request reads, batched. One set for a request, or for the events of one turn. Knows no viewer. */
import type { Query } from "../db/database.js";
import type { NodeType } from "../db/global-id.js";
import { unreachable } from "../errors.js";
import { factLoader, rowLoader } from "./by-key.js";
import { type ConnectionInput, ConnectionLoader, loadConnection } from "./connection.js";
import { type CommentOrderField, lists, type PostOrderField, type UserOrderField } from "./list.js";
import { type PostFilter, postCondition } from "./post-filter.js";
import {
  type CommentRow,
  commentColumns,
  type NodeRow,
  type PostRow,
  postColumns,
  type UserRow,
  userColumns,
  type WebhookDeliveryRow,
  type WebhookRow,
  webhookColumns,
  webhookDeliveryColumns,
} from "./rows.js";

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(query: Query) {
  const users = rowLoader<number, UserRow>(
    query,
    `SELECT ${userColumns} FROM users AS u WHERE u.id = ANY($1::int8[])`,
    (row) => row.id,
  );
  const posts = rowLoader<number, PostRow>(
    query,
    `SELECT ${postColumns} FROM posts AS p WHERE p.id = ANY($1::int8[])`,
    (row) => row.id,
  );
  const comments = rowLoader<number, CommentRow>(
    query,
    `SELECT ${commentColumns} FROM comments AS c WHERE c.id = ANY($1::int8[])`,
    (row) => row.id,
  );

  const webhooks = rowLoader<number, WebhookRow>(
    query,
    `SELECT ${webhookColumns} FROM webhooks AS w WHERE w.id = ANY($1::int8[])`,
    (row) => row.id,
  );
  const webhookDeliveries = rowLoader<number, WebhookDeliveryRow>(
    query,
    `SELECT ${webhookDeliveryColumns} FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
      WHERE d.id = ANY($1::int8[])`,
    (row) => row.id,
  );

  return {
    users,
    usersByHandle: rowLoader<string, UserRow>(
      query,
      `SELECT ${userColumns} FROM users AS u WHERE u.handle = ANY($1::text[])`,
      (row) => row.handle,
    ),
    posts,
    comments,
    webhooks,
    webhookDeliveries,
    node: (type: NodeType, id: number): Promise<NodeRow | null> => {
      if (type === "User") return users.load(id);
      if (type === "Post") return posts.load(id);
      if (type === "Comment") return comments.load(id);
      if (type === "Webhook") return webhooks.load(id);
      return type === "WebhookDelivery" ? webhookDeliveries.load(id) : unreachable(type);
    },
    allUsers: (input: ConnectionInput<UserOrderField>) => loadConnection(query, lists.users, input),
    allPosts: (input: ConnectionInput<PostOrderField>, { authorId: parent, ...filter }: PostFilter) => {
      const list = parent === undefined ? lists.posts : lists.postsByAuthor;
      return loadConnection(query, list, input, { parent, condition: postCondition(filter) });
    },
    postsOfUser: new ConnectionLoader(query, lists.postsOfUser),
    commentsOfUser: new ConnectionLoader<CommentRow, CommentOrderField>(query, lists.commentsOfUser),
    commentsOfPost: new ConnectionLoader(query, lists.commentsOfPost),
    repliesOfComment: new ConnectionLoader(query, lists.repliesOfComment),
    likersOfPost: new ConnectionLoader(query, lists.likersOfPost),
    likersOfComment: new ConnectionLoader(query, lists.likersOfComment),
    followersOfUser: new ConnectionLoader(query, lists.followersOfUser),
    followedByUser: new ConnectionLoader(query, lists.followedByUser),
    webhooksOfUser: new ConnectionLoader(query, lists.webhooksOfUser),
    deliveriesOfWebhook: {
      ALL: new ConnectionLoader(query, lists.deliveriesOfWebhook.ALL),
      WAITING: new ConnectionLoader(query, lists.deliveriesOfWebhook.WAITING),
      DELIVERED: new ConnectionLoader(query, lists.deliveriesOfWebhook.DELIVERED),
      DEAD: new ConnectionLoader(query, lists.deliveriesOfWebhook.DEAD),
    },
    attemptsOfDelivery: new ConnectionLoader(query, lists.attemptsOfDelivery),
    likesPost: factLoader(query, "post_likes", "user_id", "post_id"),
    likesComment: factLoader(query, "comment_likes", "user_id", "comment_id"),
    followsUser: factLoader(query, "follows", "follower_id", "followee_id"),
  };
}
