/** Row types, as returned by reads. */
import type {
  ApiKeyScope,
  AuditAction,
  ReportReason,
  ReportResolution,
  ReportState,
  Role,
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookState,
} from "../generated/graphql.js";

/** Facts about the viewer and a row, if they were read with it. */
export interface ViewerFields {
  readonly viewerHasLiked?: boolean;
  readonly viewerIsFollowing?: boolean;
  readonly viewerIsBlocking?: boolean;
}

export interface UserRow extends Pick<ViewerFields, "viewerIsFollowing" | "viewerIsBlocking"> {
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
  readonly suspendedUntil: string | null;
}

/** Rows with an author. */
export interface AuthoredRow {
  readonly id: number;
  readonly authorId: number | null;
  /** Read with the row if the operation selects it; null if there is none. */
  readonly author?: UserRow | null;
}

/** Rows with a text that is rendered as HTML. */
export interface HtmlRow extends AuthoredRow {
  /** The text as HTML; null where there is none of the present version. */
  readonly storedHtml: string | null;
  /** The text itself then, else null. */
  readonly unrendered: string | null;
}

export interface PostRow extends HtmlRow, Pick<ViewerFields, "viewerHasLiked"> {
  readonly title: string;
  readonly content: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly isHidden: boolean;
  readonly hiddenReason: string | null;
  readonly likeCount: number;
  readonly commentCount: number;
}

export interface CommentRow extends HtmlRow, Pick<ViewerFields, "viewerHasLiked"> {
  readonly postId: number;
  readonly parentId: number | null;
  readonly text: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly isHidden: boolean;
  readonly hiddenReason: string | null;
  readonly likeCount: number;
  readonly replyCount: number;
}

/** For its owner alone, as what belongs to it. */
export interface WebhookRow {
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
  readonly id: number;
  readonly ownerId: number;
  readonly webhookId: number;
  readonly eventId: string;
  /** Type of the event. */
  readonly eventType: string;
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

/** For its owner alone. */
export interface ApiKeyRow {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly scopes: ApiKeyScope[];
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** For its owner alone. `sessionId` is what access tokens name. */
export interface UserSessionRow {
  readonly id: number;
  readonly ownerId: number;
  readonly sessionId: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
}

/** A subject of reports, moderation or the audit log. */
export type SubjectType = "USER" | "POST" | "COMMENT";

/** For moderators and the reporter. */
export interface ReportRow {
  readonly id: number;
  readonly reporterId: number;
  readonly subjectType: SubjectType;
  readonly subjectId: number;
  readonly reason: ReportReason;
  readonly text: string;
  readonly state: ReportState;
  readonly resolution: ReportResolution | null;
  readonly note: string | null;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedById: number | null;
}

export interface AuditEntryRow {
  readonly id: number;
  readonly action: AuditAction;
  readonly actorId: number | null;
  readonly subjectType: SubjectType | null;
  readonly subjectId: number | null;
  readonly reason: string | null;
  readonly createdAt: string;
}

/** A row of any type that has a global id, and its GraphQL type. */
export type NodeRow =
  | (UserRow & { readonly type: "User" })
  | (PostRow & { readonly type: "Post" })
  | (CommentRow & { readonly type: "Comment" })
  | (WebhookRow & { readonly type: "Webhook" })
  | (WebhookDeliveryRow & { readonly type: "WebhookDelivery" })
  | (ApiKeyRow & { readonly type: "ApiKey" })
  | (UserSessionRow & { readonly type: "UserSession" })
  | (ReportRow & { readonly type: "Report" });
