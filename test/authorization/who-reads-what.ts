/** The authorisation table of reading: what each role is shown of what the owner owns. A field without a row fails. */
import { everybody, type Reading, rows, type Table, tableOf } from "./roles.js";

const all = everybody("shown");
/** To others the object is not there. */
const ownerAlone = everybody("unreachable", { owner: "shown" });
const ownerAndAdmin = everybody("null", { owner: "shown", admin: "shown" });
const authorAndStaff = everybody("false", { owner: "true", moderator: "true", admin: "true" });

export const whoReadsWhat: Table<Reading> = tableOf<Reading>(
  rows("Query", "user users post posts comment eventCursor", all),
  rows("Query", "viewer", everybody("shown", { anonymous: "null" })),
  // By the type of the object that is asked for.
  rows("Query", "node(User) node(Post) node(Comment)", all),
  rows("Query", "nodes(User) nodes(Post) nodes(Comment)", all),
  rows("Query", "node(Webhook) node(WebhookDelivery)", everybody("null", { owner: "shown" })),
  rows("Query", "nodes(Webhook) nodes(WebhookDelivery)", everybody("null", { owner: "shown" })),

  rows("User", "id handle name bio avatarUrl role createdAt followerCount followingCount", all),
  rows("User", "posts comments followers following", all),
  rows("User", "email", ownerAndAdmin),
  rows("User", "viewerIsFollowing", everybody("false", { user: "true" })),
  rows("User", "viewerCanEdit", everybody("false", { owner: "true" })),
  rows("User", "webhooks", everybody("null", { owner: "shown" })),

  rows("Post", "id title content contentHtml author createdAt updatedAt likeCount commentCount comments likedBy", all),
  rows("Post", "viewerHasLiked", everybody("false", { user: "true" })),
  rows("Post", "viewerCanEdit viewerCanDelete", authorAndStaff),

  rows("Comment", "id text textHtml author post parent createdAt updatedAt likeCount replyCount", all),
  rows("Comment", "isDeleted", everybody("false")),
  rows("Comment", "replies likedBy", all),
  rows("Comment", "viewerHasLiked", everybody("false", { user: "true" })),
  rows("Comment", "viewerCanEdit viewerCanDelete", authorAndStaff),

  rows("Webhook", "id url description subscription state disabledReason failingSince sparedUntil gapAt", ownerAlone),
  rows("Webhook", "previousSecretUntil createdAt updatedAt deliveries", ownerAlone),
  rows("WebhookDelivery", "id webhook eventId type body state attemptCount nextAttemptAt createdAt", ownerAlone),
  rows("WebhookDelivery", "attempts", ownerAlone),
  rows("WebhookAttempt", "createdAt status error durationMs responseExcerpt", ownerAlone),

  // Pages: what is in them, and who is shown them at all, the field says that leads to them.
  rows("UserConnection", "edges nodes pageInfo totalCount", all),
  rows("UserEdge", "cursor node", all),
  rows("PostConnection", "edges nodes pageInfo totalCount", all),
  rows("PostEdge", "cursor node", all),
  rows("CommentConnection", "edges nodes pageInfo totalCount", all),
  rows("CommentEdge", "cursor node", all),
  rows("WebhookConnection", "edges nodes pageInfo totalCount", ownerAlone),
  rows("WebhookEdge", "cursor node", ownerAlone),
  rows("WebhookDeliveryConnection", "edges nodes pageInfo totalCount", ownerAlone),
  rows("WebhookDeliveryEdge", "cursor node", ownerAlone),
  rows("WebhookAttemptConnection", "edges nodes pageInfo totalCount", ownerAlone),
  rows("WebhookAttemptEdge", "cursor node", ownerAlone),
  rows("PageInfo", "startCursor endCursor", all),
  rows("PageInfo", "hasNextPage hasPreviousPage", everybody("false")),
);
