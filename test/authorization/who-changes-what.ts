/** The authorisation table of mutations: who may do it to what the owner owns, and what the answer then holds. */
import { type Changing, everybody, type Table, tableOf } from "./roles.js";

/** Anybody, signed in or not. */
const all = everybody("done");
const signedIn = everybody("done", { anonymous: "UNAUTHENTICATED" });
const authorAndStaff = everybody("done", { anonymous: "UNAUTHENTICATED", user: "FORBIDDEN" });
/** To others the object is not there. */
const ownerAlone = everybody("NOT_FOUND", { anonymous: "UNAUTHENTICATED", owner: "done" });

/** Each mutation, what its payload holds, and its row. */
const changes = [
  ["signUp", "session user", all],
  ["signIn", "session user", all],
  ["refreshSession", "session user", all],
  ["signOut", "endedSessionCount", signedIn],
  ["updateProfile", "user", signedIn],
  ["changePassword", "user", signedIn],

  ["createPost", "post", signedIn],
  ["updatePost", "post", authorAndStaff],
  ["deletePost", "deletedPostId", authorAndStaff],
  ["likePost", "post", signedIn],
  ["unlikePost", "post", signedIn],
  ["createComment", "comment", signedIn],
  ["updateComment", "comment", authorAndStaff],
  ["deleteComment", "deletedCommentId comment", authorAndStaff],
  ["likeComment", "comment", signedIn],
  ["unlikeComment", "comment", signedIn],
  ["followUser", "user", everybody("done", { anonymous: "UNAUTHENTICATED", owner: "SELF" })],
  ["unfollowUser", "user", signedIn],

  ["createWebhook", "webhook secret", signedIn],
  ["updateWebhook", "webhook", ownerAlone],
  ["deleteWebhook", "deletedWebhookId", ownerAlone],
  ["pauseWebhook", "webhook", ownerAlone],
  ["resumeWebhook", "webhook", ownerAlone],
  ["rotateWebhookSecret", "webhook secret", ownerAlone],
  ["testWebhook", "delivery", ownerAlone],
  ["redeliver", "delivery", ownerAlone],
  ["replayWebhook", "webhook", ownerAlone],
] as const;

export const whoChangesWhat: Table<Changing> = tableOf<Changing>(
  ...changes.map(([name, , row]) => ({ [`Mutation.${name}`]: row })),
);

/** Fields of each mutation's payload that are filled when it is done, besides `userErrors`, which every payload has. */
export const payloadOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  changes.map(([name, payload]) => [name, payload.split(" ")]),
);

/** What only a payload leads to: shown to whoever is answered with it. */
export const partsOfPayloads: readonly string[] = [
  ...["accessToken", "refreshToken", "accessTokenExpiresAt"].map((field) => `Session.${field}`),
  ...["code", "message", "field"].map((field) => `UserError.${field}`),
];
