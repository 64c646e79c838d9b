/** Authorization table of queries. A field without a row fails. */
import { type ByRole, everybody, type Reading, roles, rows, type Table, tableOf } from "./roles.js";

const all = everybody("shown");
const no = everybody("false");
const owner = everybody("null", { owner: "shown" });
/** To others the object is not there. */
const ofOwner = everybody("unreachable", { owner: "shown" });
const ofOwnerAndStaff = everybody("unreachable", { owner: "shown", moderator: "shown", admin: "shown" });
const ofStaff = everybody("FORBIDDEN", { anonymous: "UNAUTHENTICATED", moderator: "shown", admin: "shown" });
const ofAdmins = everybody("FORBIDDEN", { anonymous: "UNAUTHENTICATED", admin: "shown" });
const ownerAndAdmin = everybody("null", { owner: "shown", admin: "shown" });
const ownerAndStaff = everybody("null", { owner: "shown", moderator: "shown", admin: "shown" });
const authorAndStaff = everybody("false", { owner: "true", moderator: "true", admin: "true" });
/** A flag that is true for whom it is shown. */
const exactly = (row: ByRole<Reading>): ByRole<Reading> => {
  const byRole = roles.map((role) => [role, row[role] === "shown" ? "true" : row[role]]);
  return Object.assign({ ...row }, Object.fromEntries(byRole));
};
/** The moderator likes and follows everything of the owner's. */
const moderator = everybody("false", { moderator: "true" });

/** By type, fields and the scope of API keys; null for what is not open to them. */
export const whoReadsWhat: Table<Reading> = tableOf<Reading>(
  rows("Query", "user users post posts comment eventCursor", "READ", all),
  rows("Query", "viewer", "READ", everybody("shown", { anonymous: "null" })),
  rows("Query", "reports", "READ", ofStaff),
  rows("Query", "auditLog", "READ", ofAdmins),
  // By the type of the object that is asked for.
  rows("Query", "node(User) node(Post) node(Comment)", "READ", all),
  rows("Query", "nodes(User) nodes(Post) nodes(Comment)", "READ", all),
  rows("Query", "node(Webhook) node(WebhookDelivery)", "WEBHOOKS", owner),
  rows("Query", "nodes(Webhook) nodes(WebhookDelivery)", "WEBHOOKS", owner),
  rows("Query", "node(ApiKey) node(UserSession) nodes(ApiKey) nodes(UserSession)", null, owner),
  rows("Query", "node(Report) nodes(Report)", "READ", ownerAndStaff),

  rows("User", "id handle name bio avatarUrl role createdAt followerCount followingCount", "READ", all),
  rows("User", "posts comments followers following", "READ", all),
  rows("User", "email", "EMAIL", ownerAndAdmin),
  rows("User", "viewerIsFollowing", "READ", moderator),
  rows("User", "viewerIsBlocking", "READ", no),
  rows("User", "viewerCanEdit", "READ", everybody("false", { owner: "true" })),
  // Of somebody who is suspended: the owner, who asks, is not.
  rows("User", "suspendedUntil", "READ", everybody("null", { moderator: "shown", admin: "shown" })),
  rows("User", "blockedUsers", "READ", owner),
  rows("User", "webhooks", "WEBHOOKS", owner),
  rows("User", "apiKeys sessions", null, owner),

  rows("Post", "id title content contentHtml author createdAt updatedAt likeCount commentCount", "READ", all),
  rows("Post", "comments likedBy", "READ", all),
  rows("Post", "viewerHasLiked", "READ", moderator),
  rows("Post", "viewerCanEdit viewerCanDelete", "READ", authorAndStaff),
  rows("Post", "isDeleted isHidden", "READ", no),
  rows("Post", "hiddenReason", "READ", everybody("null")),

  rows("Comment", "id text textHtml author post parent createdAt updatedAt likeCount replyCount", "READ", all),
  rows("Comment", "replies likedBy", "READ", all),
  rows("Comment", "viewerHasLiked", "READ", moderator),
  rows("Comment", "viewerCanEdit viewerCanDelete", "READ", authorAndStaff),
  rows("Comment", "isDeleted isHidden", "READ", no),
  rows("Comment", "hiddenReason", "READ", everybody("null")),

  rows("Webhook", "id url description subscription state disabledReason failingSince", "WEBHOOKS", ofOwner),
  rows(
    "Webhook",
    "circuitOpenUntil sparedUntil gapAt previousSecretUntil createdAt updatedAt deliveries",
    "WEBHOOKS",
    ofOwner,
  ),
  rows("WebhookDelivery", "id webhook eventId type body state attemptCount", "WEBHOOKS", ofOwner),
  rows("WebhookDelivery", "nextAttemptAt createdAt attempts", "WEBHOOKS", ofOwner),
  rows("WebhookDelivery", "bodyWithheld", "WEBHOOKS", everybody("unreachable", { owner: "null" })),
  rows("WebhookAttempt", "createdAt status error durationMs responseExcerpt", "WEBHOOKS", ofOwner),
  rows("ApiKey", "id name scopes prefix createdAt expiresAt lastUsedAt revokedAt", null, ofOwner),
  rows("UserSession", "id createdAt lastUsedAt expiresAt", null, ofOwner),
  rows("UserSession", "isCurrent", null, everybody("unreachable", { owner: "true" })),

  // Of a report that the owner made.
  rows("Report", "id subjectId subject reason text reporter state resolution", "READ", ofOwnerAndStaff),
  rows("Report", "createdAt resolvedAt", "READ", ofOwnerAndStaff),
  rows("Report", "note resolvedBy", "READ", { ...ofOwnerAndStaff, owner: "null" }),
  rows("AuditEntry", "action actor subjectId subject reason createdAt", "READ", ofAdmins),

  // Pages: what is in them, and who is shown them at all, the field says that leads to them.
  rows("UserConnection", "edges nodes pageInfo totalCount", "READ", all),
  rows("UserConnection", "totalCountIsExact", "READ", exactly(all)),
  rows("UserEdge", "cursor node", "READ", all),
  rows("PostConnection", "edges nodes pageInfo totalCount", "READ", all),
  rows("PostConnection", "totalCountIsExact", "READ", exactly(all)),
  rows("PostEdge", "cursor node", "READ", all),
  rows("CommentConnection", "edges nodes pageInfo totalCount", "READ", all),
  rows("CommentConnection", "totalCountIsExact", "READ", exactly(all)),
  rows("CommentEdge", "cursor node", "READ", all),
  rows("WebhookConnection", "edges nodes pageInfo totalCount", "WEBHOOKS", ofOwner),
  rows("WebhookConnection", "totalCountIsExact", "WEBHOOKS", exactly(ofOwner)),
  rows("WebhookEdge", "cursor node", "WEBHOOKS", ofOwner),
  rows("WebhookDeliveryConnection", "edges nodes pageInfo totalCount", "WEBHOOKS", ofOwner),
  rows("WebhookDeliveryConnection", "totalCountIsExact", "WEBHOOKS", exactly(ofOwner)),
  rows("WebhookDeliveryEdge", "cursor node", "WEBHOOKS", ofOwner),
  rows("WebhookAttemptConnection", "edges nodes pageInfo totalCount", "WEBHOOKS", ofOwner),
  rows("WebhookAttemptConnection", "totalCountIsExact", "WEBHOOKS", exactly(ofOwner)),
  rows("WebhookAttemptEdge", "cursor node", "WEBHOOKS", ofOwner),
  rows("ApiKeyConnection", "edges nodes pageInfo totalCount", null, ofOwner),
  rows("ApiKeyConnection", "totalCountIsExact", null, exactly(ofOwner)),
  rows("ApiKeyEdge", "cursor node", null, ofOwner),
  rows("UserSessionConnection", "edges nodes pageInfo totalCount", null, ofOwner),
  rows("UserSessionConnection", "totalCountIsExact", null, exactly(ofOwner)),
  rows("UserSessionEdge", "cursor node", null, ofOwner),
  rows("ReportConnection", "edges nodes pageInfo totalCount", "READ", ofStaff),
  rows("ReportConnection", "totalCountIsExact", "READ", exactly(ofStaff)),
  rows("ReportEdge", "cursor node", "READ", ofStaff),
  rows("AuditEntryConnection", "edges nodes pageInfo totalCount", "READ", ofAdmins),
  rows("AuditEntryConnection", "totalCountIsExact", "READ", exactly(ofAdmins)),
  rows("AuditEntryEdge", "cursor node", "READ", ofAdmins),
  rows("PageInfo", "startCursor endCursor", "READ", all),
  rows("PageInfo", "hasNextPage hasPreviousPage", "READ", no),
);
