/** Authorization table of subscriptions: recipients of the owner's events, and their content. */
import { everybody, type Reception, rows, type Table, tableOf } from "./roles.js";

const all = everybody("received");
/** Of taking something back: who did it, which is the owner, and staff. Not the user, whose thing it was. */
const doerAndStaff = everybody("silent", { owner: "received", moderator: "received", admin: "received" });

export const whoReceivesWhat: Table<Reception> = tableOf<Reception>(
  rows("Subscription", "postCreated postUpdated postDeleted postLiked", "LIVE", all),
  rows("Subscription", "commentAdded commentUpdated commentDeleted userFollowed", "LIVE", all),
  rows("Subscription", "webhookReceived", "LIVE", {
    ...everybody("FORBIDDEN", { anonymous: "UNAUTHENTICATED" }),
    admin: "received",
  }),
  rows(
    "Subscription",
    "webhookDisabled",
    "LIVE",
    everybody("silent", { anonymous: "UNAUTHENTICATED", owner: "received" }),
  ),

  // By the type of the event.
  rows("Subscription", "events(UserCreated) events(UserUpdated) events(UserDeleted) events(UserFollowed)", "LIVE", all),
  rows("Subscription", "events(PostCreated) events(PostUpdated) events(PostDeleted) events(PostLiked)", "LIVE", all),
  rows(
    "Subscription",
    "events(CommentAdded) events(CommentUpdated) events(CommentDeleted) events(CommentLiked)",
    "LIVE",
    all,
  ),
  rows("Subscription", "events(UserUnfollowed) events(PostUnliked) events(CommentUnliked)", "LIVE", doerAndStaff),
  rows("Subscription", "events(WebhookReceived)", "LIVE", everybody("silent", { admin: "received" })),
  rows("Subscription", "events(WebhookDisabled)", "LIVE", everybody("silent", { owner: "received" })),
);

/** Fields of events: filled for every recipient. */
export const fieldsOfEvents: Readonly<Record<string, string>> = {
  UserCreated: "id cursor occurredAt user",
  UserUpdated: "id cursor occurredAt user",
  UserDeleted: "id cursor occurredAt deletedUserId",
  UserFollowed: "id cursor occurredAt user follower",
  UserUnfollowed: "id cursor occurredAt user follower",
  PostCreated: "id cursor occurredAt post",
  PostUpdated: "id cursor occurredAt updatedPostId post",
  PostDeleted: "id cursor occurredAt deletedPostId",
  PostLiked: "id cursor occurredAt post user",
  PostUnliked: "id cursor occurredAt post user",
  CommentAdded: "id cursor occurredAt comment post",
  CommentUpdated: "id cursor occurredAt updatedCommentId comment post",
  CommentDeleted: "id cursor occurredAt deletedCommentId comment post",
  CommentLiked: "id cursor occurredAt comment user",
  CommentUnliked: "id cursor occurredAt comment user",
  WebhookReceived: "id cursor occurredAt source messageId body",
  WebhookDisabled: "id cursor occurredAt webhook",
};
