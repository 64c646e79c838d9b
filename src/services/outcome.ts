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

/** Types of subjects by their names in the database. */
export const subjectTypes = { USER: "User", POST: "Post", COMMENT: "Comment" } as const;

export type SubjectColumn = keyof typeof subjectTypes;

/** A subject of reports, moderation or the audit log. */
export interface Subject {
  readonly type: (typeof subjectTypes)[SubjectColumn];
  readonly id: number;
}

const subjectColumns = { User: "USER", Post: "POST", Comment: "COMMENT" } as const satisfies Record<
  Subject["type"],
  SubjectColumn
>;

/** A subject as the columns of a report or an audit entry. */
export function subjectData({ type, id }: Subject) {
  return { subjectType: subjectColumns[type], subjectId: id };
}

/** A refusal for one reason, about one field of the input. */
export function userError(code: UserErrorCode, field: string | null, message: string): UserError {
  return { code, message, field: field === null ? null : ["input", field] };
}

/** An object that does not exist, or is not visible to the viewer. */
export function notFound(type: "post" | "comment" | "post or comment" | "user" | "report", field: string): UserError {
  return userError("NOT_FOUND", field, `The ${type} does not exist or has been deleted.`);
}

/** The author of `field`, or the user it names, has blocked the viewer. */
export function blockedError(field: string): UserError {
  const who = field === "userId" ? "this user" : "the author";
  return userError("BLOCKED", field, `You cannot do this: ${who} has blocked you.`);
}

/** Undefined if the user is not suspended. Call it only after the credentials were verified. */
export function suspendedError(suspendedUntil: Date | null, now: Date): UserError | undefined {
  if (suspendedUntil === null || suspendedUntil <= now) return undefined;
  return userError("SUSPENDED", null, `The account is suspended until ${suspendedUntil.toISOString()}.`);
}
