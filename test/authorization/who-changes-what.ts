/** Authorization table of mutations. */
import { type Changing, everybody, rows, type Table, tableOf } from "./roles.js";

const all = everybody("done");
const signedIn = everybody("done", { anonymous: "UNAUTHENTICATED" });
const self = everybody("done", { anonymous: "UNAUTHENTICATED", owner: "SELF" });
/** What nobody does to what somebody wrote who blocks them. */
const unblocked = everybody("done", { anonymous: "UNAUTHENTICATED", blocked: "BLOCKED" });
const staff = everybody("FORBIDDEN", { anonymous: "UNAUTHENTICATED", moderator: "done", admin: "done" });
const authorAndStaff = everybody("done", {
  ...{ anonymous: "UNAUTHENTICATED", user: "FORBIDDEN", blocked: "FORBIDDEN", external: "FORBIDDEN" },
});
/** To others the object is not there. */
const owner = everybody("NOT_FOUND", { anonymous: "UNAUTHENTICATED", owner: "done" });
/** Who came with a token of another issuer has neither session nor password here. */
const withSession = everybody("done", { anonymous: "UNAUTHENTICATED", external: "NO_SESSION" });
const withPassword = everybody("done", { anonymous: "UNAUTHENTICATED", external: "WRONG_CREDENTIALS" });

/** Each mutation, the scope of API keys (null for what is not open to them), what its payload holds, and who may. */
const changes = [
  ["signUp", null, "session user", all],
  ["signIn", null, "session user", all],
  ["refreshSession", null, "session user", all],
  ["signOut", null, "endedSessionCount", withSession],
  ["updateProfile", null, "user", signedIn],
  ["changePassword", null, "user", withPassword],
  ["createApiKey", null, "apiKey secret", signedIn],
  ["revokeApiKey", null, "apiKey", owner],
  ["revokeSession", null, "revokedSessionId", owner],
  ["exportMyData", null, "document", signedIn],
  ["deleteMyAccount", null, "deletedUserId", signedIn],

  ["createPost", "WRITE", "post", signedIn],
  ["updatePost", "WRITE", "post", authorAndStaff],
  ["deletePost", "WRITE", "deletedPostId", authorAndStaff],
  ["likePost", "WRITE", "post", unblocked],
  ["unlikePost", "WRITE", "post", signedIn],
  ["createComment", "WRITE", "comment", unblocked],
  ["updateComment", "WRITE", "comment", authorAndStaff],
  ["deleteComment", "WRITE", "deletedCommentId comment", authorAndStaff],
  ["likeComment", "WRITE", "comment", unblocked],
  ["unlikeComment", "WRITE", "comment", signedIn],
  ["followUser", "WRITE", "user", { ...self, blocked: "BLOCKED" }],
  ["unfollowUser", "WRITE", "user", signedIn],
  ["blockUser", "WRITE", "user", self],
  ["unblockUser", "WRITE", "user", signedIn],
  ["reportContent", "WRITE", "report", self],

  ["resolveReport", "MODERATE", "report", staff],
  ["hideContent", "MODERATE", "node", staff],
  ["showContent", "MODERATE", "node", staff],
  ["suspendUser", "MODERATE", "user", staff],
  ["liftSuspension", "MODERATE", "user", staff],

  ["createWebhook", "WEBHOOKS", "webhook secret", signedIn],
  ["updateWebhook", "WEBHOOKS", "webhook", owner],
  ["deleteWebhook", "WEBHOOKS", "deletedWebhookId", owner],
  ["pauseWebhook", "WEBHOOKS", "webhook", owner],
  ["resumeWebhook", "WEBHOOKS", "webhook", owner],
  ["rotateWebhookSecret", "WEBHOOKS", "webhook secret", owner],
  ["testWebhook", "WEBHOOKS", "delivery", owner],
  ["redeliver", "WEBHOOKS", "delivery", owner],
  ["replayWebhook", "WEBHOOKS", "webhook", owner],
] as const;

export const whoChangesWhat: Table<Changing> = tableOf<Changing>(
  ...changes.map(([name, scope, , by]) => rows<Changing>("Mutation", name, scope, by)),
);

/** Fields of each mutation's payload that are filled when it is done, besides `userErrors`, which every payload has. */
export const payloadOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  changes.map(([name, , payload]) => [name, payload.split(" ")]),
);

/** Fields of payloads that may be null when it is done. */
export const maybeOfPayloads: readonly string[] = ["ExportMyDataPayload.endCursor"];

/** What only a payload leads to: shown to whoever is answered with it. */
export const partsOfPayloads: readonly string[] = [
  ...["accessToken", "refreshToken", "accessTokenExpiresAt"].map((field) => `Session.${field}`),
  ...["code", "message", "field"].map((field) => `UserError.${field}`),
];
