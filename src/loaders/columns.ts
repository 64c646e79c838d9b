/** Columns of each row type, and the columns that a GraphQL field needs. Pure. */
import { htmlVersion } from "../markdown/html-version.js";
import type {
  ApiKeyRow,
  AuditEntryRow,
  CommentRow,
  PostRow,
  ReportRow,
  UserRow,
  UserSessionRow,
  ViewerFields,
  WebhookAttemptRow,
  WebhookDeliveryRow,
  WebhookRow,
} from "./rows.js";

/** SQL of each property of a row. Its table's alias is `{}`, or left out before a column. `id` is always read. */
type ColumnsOf<Row> = Readonly<Record<Exclude<keyof Row, "id" | "author" | keyof ViewerFields>, string>>;
type NeedsOf<Row> = Readonly<Record<string, readonly (keyof ColumnsOf<Row>)[]>>;

const userColumns: ColumnsOf<UserRow> = {
  handle: "handle",
  name: "name",
  bio: "bio",
  avatarUrl: "avatar_url",
  email: "email",
  role: "role",
  createdAt: "created_at",
  followerCount: "follower_count",
  followingCount: "following_count",
  suspendedUntil: "suspended_until",
};

const postColumns: ColumnsOf<PostRow> = {
  authorId: "author_id",
  title: "title",
  content: "content",
  ...htmlColumns("content", "content_html"),
  createdAt: "created_at",
  updatedAt: "updated_at",
  // Titles cannot be empty, except after the deletion of the author's account.
  isDeleted: "title = ''",
  isHidden: "is_hidden",
  hiddenReason: "hidden_reason",
  likeCount: "like_count",
  commentCount: "comment_count",
};

const commentColumns: ColumnsOf<CommentRow> = {
  postId: "post_id",
  authorId: "author_id",
  parentId: "parent_id",
  text: "text",
  ...htmlColumns("text", "text_html"),
  createdAt: "created_at",
  updatedAt: "updated_at",
  isDeleted: "deleted_at IS NOT NULL",
  isHidden: "is_hidden",
  hiddenReason: "hidden_reason",
  likeCount: "like_count",
  replyCount: "reply_count",
};

const webhookColumns: ColumnsOf<WebhookRow> = {
  ownerId: "owner_id",
  url: "url",
  description: "description",
  subscription: "subscription",
  state: "state",
  disabledReason: "disabled_reason",
  failingSince: "failing_since",
  sparedUntil: "spared_until",
  gapAt: "gap_at",
  previousSecretUntil: "previous_secret_until",
  createdAt: "created_at",
  updatedAt: "updated_at",
};

/** With `webhooks AS w` beside it, whose owner is the delivery's. */
const webhookDeliveryColumns: ColumnsOf<WebhookDeliveryRow> = {
  ownerId: "w.owner_id",
  webhookId: "webhook_id",
  eventId: "event_id",
  eventType: "type",
  state: "state",
  attemptCount: "attempt_count",
  dueAt: "due_at",
  createdAt: "created_at",
};

const webhookAttemptColumns: ColumnsOf<WebhookAttemptRow> = {
  createdAt: "created_at",
  status: "status",
  error: "error",
  durationMs: "duration_ms",
  responseExcerpt: "response_excerpt",
};

const apiKeyColumns: ColumnsOf<ApiKeyRow> = {
  ownerId: "user_id",
  name: "name",
  scopes: "scopes",
  prefix: "prefix",
  createdAt: "created_at",
  expiresAt: "expires_at",
  lastUsedAt: "last_used_at",
  revokedAt: "revoked_at",
};

/** Of `liveSessions`. */
const userSessionColumns: ColumnsOf<UserSessionRow> = {
  ownerId: "user_id",
  sessionId: "session_id",
  createdAt: "created_at",
  lastUsedAt: "last_used_at",
  expiresAt: "expires_at",
};

/** Sessions that have not ended, by the database's clock, under the number of their global id. */
export const liveSessions = `(SELECT number AS id, id AS session_id, user_id, created_at, last_used_at, expires_at
  FROM sessions WHERE revoked_at IS NULL AND expires_at > now())`;

const reportColumns: ColumnsOf<ReportRow> = {
  reporterId: "reporter_id",
  subjectType: "subject_type",
  subjectId: "subject_id",
  reason: "reason",
  text: "text",
  state: "state",
  resolution: "resolution",
  note: "note",
  createdAt: "created_at",
  resolvedAt: "resolved_at",
  resolvedById: "resolved_by_id",
};

const auditEntryColumns: ColumnsOf<AuditEntryRow> = {
  action: "action",
  actorId: "actor_id",
  subjectType: "subject_type",
  subjectId: "subject_id",
  reason: "reason",
  createdAt: "created_at",
};

/** Fields that need more than the column of their name. One that needs none is not here, nor `author`: it is joined. */
const postNeeds: NeedsOf<PostRow> = {
  contentHtml: ["storedHtml", "unrendered", "authorId"],
  viewerCanEdit: ["authorId"],
  viewerCanDelete: ["authorId"],
};

const commentNeeds: NeedsOf<CommentRow> = {
  textHtml: ["storedHtml", "unrendered", "authorId"],
  post: ["postId"],
  parent: ["parentId"],
  viewerCanEdit: ["authorId", "isDeleted"],
  viewerCanDelete: ["authorId", "isDeleted"],
};

/** The HTML of a text if it is of the present version; else the text, to be rendered. */
function htmlColumns(text: string, html: string) {
  const isCurrent = `{}.${html}_version IS NOT DISTINCT FROM ${htmlVersion}`;
  return {
    storedHtml: `CASE WHEN ${isCurrent} THEN {}.${html} END`,
    unrendered: `CASE WHEN ${isCurrent} THEN NULL ELSE {}.${text} END`,
  };
}

/** Where it stands what a viewer has to do with a row: a link from the one to the other. */
export interface ViewerField {
  readonly table: string;
  readonly viewerColumn: string;
  readonly idColumn: string;
}

export const viewerFields = {
  likesPost: { table: "post_likes", viewerColumn: "user_id", idColumn: "post_id" },
  likesComment: { table: "comment_likes", viewerColumn: "user_id", idColumn: "comment_id" },
  followsUser: { table: "follows", viewerColumn: "follower_id", idColumn: "followee_id" },
  blocksUser: { table: "blocks", viewerColumn: "blocker_id", idColumn: "blocked_id" },
} satisfies Record<string, ViewerField>;

export type RowType =
  | "User"
  | "Post"
  | "Comment"
  | "Webhook"
  | "WebhookDelivery"
  | "WebhookAttempt"
  | "ApiKey"
  | "UserSession"
  | "Report"
  | "AuditEntry";

interface RowParts {
  readonly columns: Readonly<Record<string, string>>;
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** Properties that depend on the viewer. */
  readonly viewerFields: Readonly<Record<string, ViewerField>>;
}

const rowTypes: Readonly<Record<RowType, RowParts>> = {
  User: {
    columns: userColumns,
    needs: {},
    viewerFields: { viewerIsFollowing: viewerFields.followsUser, viewerIsBlocking: viewerFields.blocksUser },
  },
  Post: { columns: postColumns, needs: postNeeds, viewerFields: { viewerHasLiked: viewerFields.likesPost } },
  Webhook: { columns: webhookColumns, needs: {}, viewerFields: {} },
  WebhookDelivery: { columns: webhookDeliveryColumns, needs: {}, viewerFields: {} },
  WebhookAttempt: { columns: webhookAttemptColumns, needs: {}, viewerFields: {} },
  ApiKey: { columns: apiKeyColumns, needs: {}, viewerFields: {} },
  UserSession: { columns: userSessionColumns, needs: {}, viewerFields: {} },
  Report: { columns: reportColumns, needs: {}, viewerFields: {} },
  AuditEntry: { columns: auditEntryColumns, needs: {}, viewerFields: {} },
  Comment: {
    columns: commentColumns,
    needs: commentNeeds,
    viewerFields: { viewerHasLiked: viewerFields.likesComment },
  },
};

/** Properties of a row that a field needs, besides `id`. */
export function needsOf(type: RowType, field: string): readonly string[] {
  const { columns, needs, viewerFields } = rowTypes[type];
  if (Object.hasOwn(needs, field)) return needs[field] ?? [];
  return Object.hasOwn(columns, field) || Object.hasOwn(viewerFields, field) ? [field] : [];
}

export interface SelectListParts {
  readonly type: RowType;
  /** Of the row's table. */
  readonly alias: string;
  readonly properties: ReadonlySet<string>;
  /** Parameter with the viewer's id; undefined without a viewer, when viewer-dependent columns are not read. */
  readonly viewer: string | undefined;
  /** Tells the row's properties from those of another row beside it. */
  readonly prefix?: string;
}

/** What to select for some properties of a row, in the order of the tables above: the same set is the same SQL. */
export function selectList({ type, alias, properties, viewer, prefix = "" }: SelectListParts): string {
  const { columns, viewerFields } = rowTypes[type];
  const list = [`${alias}.id AS "${prefix}id"`];
  for (const [name, sql] of Object.entries(columns)) {
    if (properties.has(name)) list.push(`${columnSql(sql, alias)} AS "${prefix}${name}"`);
  }
  for (const [name, { table, viewerColumn, idColumn }] of Object.entries(viewerFields)) {
    if (viewer === undefined || !properties.has(name)) continue;
    const link = `SELECT FROM ${table} AS f WHERE f.${viewerColumn} = ${viewer}::int8 AND f.${idColumn} = ${alias}.id`;
    list.push(`EXISTS (${link}) AS "${prefix}${name}"`);
  }
  return list.join(", ");
}

function columnSql(sql: string, alias: string): string {
  if (sql.includes("{}")) return sql.replaceAll("{}", alias);
  return sql.includes(".") ? sql : `${alias}.${sql}`;
}

/** Whether a row of this type, with these properties, has something to say of the viewer. */
export function hasViewerFields(type: RowType, properties: ReadonlySet<string>): boolean {
  return Object.keys(rowTypes[type].viewerFields).some((name) => properties.has(name));
}

/** All columns of a row; no facts. */
export function allColumns(type: RowType): ReadonlySet<string> {
  return new Set(Object.keys(rowTypes[type].columns));
}
