/** Results of a service: the changed object, or why it refused. Refusals are values; unexpected errors are thrown. */
import type { UserErrorCode } from "../generated/graphql.js";

export interface UserError {
  readonly code: UserErrorCode;
  readonly message: string;
  /** Path of the input field, such as `["input", "title"]`; null when it is about none. */
  readonly field: string[] | null;
}

/** The fields are null when there are `userErrors`. Plain JSON: an outcome is kept for a retry (transaction.ts). */
export type Outcome<Fields> = { readonly [Name in keyof Fields]: Fields[Name] | null } & {
  readonly userErrors: UserError[];
};

export type UserOutcome = Outcome<{ userId: number }>;
export type PostOutcome = Outcome<{ postId: number }>;
export type CommentOutcome = Outcome<{ commentId: number }>;
export type WebhookOutcome = Outcome<{ webhookId: number }>;
/** The secret is sealed: an outcome is kept for a retry. */
export type WebhookSecretOutcome = Outcome<{ webhookId: number; sealedSecret: string }>;
export type WebhookDeliveryOutcome = Outcome<{ deliveryId: number }>;
export type ApiKeyOutcome = Outcome<{ apiKeyId: number }>;
/** The key itself is sealed: an outcome is kept for a retry. */
export type ApiKeySecretOutcome = Outcome<{ apiKeyId: number; sealedSecret: string }>;
export type EndedSessionOutcome = Outcome<{ sessionNumber: number }>;

export type ContentOutcome = Outcome<{ subject: Subject }>;
export type ReportOutcome = Outcome<{ reportId: number }>;
export type DeletedAccountOutcome = Outcome<{ deletedUserId: number }>;

/** A subject of reports, moderation or the audit log. */
export interface Subject {
  readonly type: "User" | "Post" | "Comment";
  readonly id: number;
}

/** A refusal for one reason, about one field of the input. */
export function userError(code: UserErrorCode, field: string | null, message: string): UserError {
  return { code, message, field: field === null ? null : ["input", field] };
}
