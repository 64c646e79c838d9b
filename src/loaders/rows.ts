/** Rows as reads return them, and the columns that make them. A read statement selects these and nothing else. */
import type { Role, WebhookDeliveryState, WebhookDisabledReason, WebhookState } from "../generated/graphql.js";

export interface UserRow {
  readonly type: "User";
  readonly id: number;
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
  readonly avatarUrl: string | null;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: string;
  readonly followerCount: number;
  readonly followingCount: number;
}

export interface PostRow {
  readonly type: "Post";
  readonly id: number;
  readonly authorId: number | null;
  readonly title: string;
  readonly content: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly likeCount: number;
  readonly commentCount: number;
}

export interface CommentRow {
  readonly type: "Comment";
  readonly id: number;
  readonly postId: number;
  readonly authorId: number | null;
  readonly parentId: number | null;
  readonly text: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly likeCount: number;
  readonly replyCount: number;
}

/** For its owner alone, as what belongs to it. */
export interface WebhookRow {
  readonly type: "Webhook";
  readonly id: number;
  readonly ownerId: number;
  readonly url: string;
  readonly description: string;
  readonly subscription: string;
  readonly state: WebhookState;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly failingSince: string | null;
  readonly sparedUntil: string | null;
  readonly gapAt: string | null;
  readonly previousSecretUntil: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface WebhookDeliveryRow {
  readonly type: "WebhookDelivery";
  readonly id: number;
  readonly ownerId: number;
  readonly webhookId: number;
  readonly eventId: string;
  /** Of the event; `type` is taken. */
  readonly eventType: string;
  readonly body: string;
  readonly state: WebhookDeliveryState;
  readonly attemptCount: number;
  readonly dueAt: string;
  readonly createdAt: string;
}

export interface WebhookAttemptRow {
  readonly createdAt: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseExcerpt: string;
}

/** A row of any type that has a global id. `type` is the GraphQL type. */
export type NodeRow = UserRow | PostRow | CommentRow | WebhookRow | WebhookDeliveryRow;

/** Columns of a UserRow, from `users AS u`. */
export const userColumns = `'User' AS type, u.id, u.handle, u.name, u.bio, u.avatar_url AS "avatarUrl", u.email, u.role,
  u.created_at AS "createdAt", u.follower_count AS "followerCount", u.following_count AS "followingCount"`;

/** Columns of a PostRow, from `posts AS p`. */
export const postColumns = `'Post' AS type, p.id, p.author_id AS "authorId", p.title, p.content,
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", p.like_count AS "likeCount",
  p.comment_count AS "commentCount"`;

/** Columns of a CommentRow, from `comments AS c`. */
export const commentColumns = `'Comment' AS type, c.id, c.post_id AS "postId", c.author_id AS "authorId",
  c.parent_id AS "parentId", c.text, c.created_at AS "createdAt", c.updated_at AS "updatedAt",
  c.deleted_at IS NOT NULL AS "isDeleted", c.like_count AS "likeCount", c.reply_count AS "replyCount"`;

/** Columns of a WebhookRow, from `webhooks AS w`. */
export const webhookColumns = `'Webhook' AS type, w.id, w.owner_id AS "ownerId", w.url, w.description, w.subscription,
  w.state, w.disabled_reason AS "disabledReason", w.failing_since AS "failingSince", w.spared_until AS "sparedUntil",
  w.gap_at AS "gapAt", w.previous_secret_until AS "previousSecretUntil", w.created_at AS "createdAt",
  w.updated_at AS "updatedAt"`;

/** Columns of a WebhookDeliveryRow, from `webhook_deliveries AS d JOIN webhooks AS w`. */
export const webhookDeliveryColumns = `'WebhookDelivery' AS type, d.id, w.owner_id AS "ownerId",
  d.webhook_id AS "webhookId", d.event_id AS "eventId", d.type AS "eventType", d.body, d.state,
  d.attempt_count AS "attemptCount", d.due_at AS "dueAt", d.created_at AS "createdAt"`;

/** Columns of a WebhookAttemptRow, from `webhook_attempts AS a`. */
export const webhookAttemptColumns = `a.created_at AS "createdAt", a.status, a.error, a.duration_ms AS "durationMs",
  a.response_excerpt AS "responseExcerpt"`;
