/** Mutation payloads: loads the object that a service returned, after the change. */

import { toGlobalId } from "../../db/global-id.js";
import type { Resolvers } from "../../generated/graphql.js";
import { apiKeys } from "../../loaders/entities/api-key.js";
import { comments } from "../../loaders/entities/comment.js";
import { posts } from "../../loaders/entities/post.js";
import { reports } from "../../loaders/entities/report.js";
import { anyUsers, users } from "../../loaders/entities/user.js";
import { webhooks } from "../../loaders/entities/webhook.js";
import { webhookDeliveries } from "../../loaders/entities/webhook-delivery.js";

const sessionPayload: Resolvers["SignInPayload"] = {
  user: ({ userId }, _, { loaders }) => (userId === null ? null : loaders.row(users, userId)),
};

const userPayload: Resolvers["FollowUserPayload"] = {
  user: ({ userId }, _, { loaders }) => (userId === null ? null : loaders.row(users, userId)),
};

/** The users the viewer has blocked, after the change. */
const blockPayload: Resolvers["BlockUserPayload"] = {
  user: ({ userId }, _, { loaders }) => (userId === null ? null : loaders.row(anyUsers, userId)),
};

const contentPayload: Resolvers["HideContentPayload"] = {
  node: ({ subject }, _, { loaders }) => (subject === null ? null : loaders.node(subject.type, subject.id)),
};

const reportPayload: Resolvers["ReportContentPayload"] = {
  report: ({ reportId }, _, { loaders }) => (reportId === null ? null : loaders.row(reports, reportId)),
};

const postPayload: Resolvers["CreatePostPayload"] = {
  post: ({ postId }, _, { loaders }) => (postId === null ? null : loaders.row(posts, postId)),
};

const commentPayload: Resolvers["CreateCommentPayload"] = {
  comment: ({ commentId }, _, { loaders }) => (commentId === null ? null : loaders.row(comments, commentId)),
};

const webhookPayload: Resolvers["UpdateWebhookPayload"] = {
  webhook: ({ webhookId }, _, { loaders }) => (webhookId === null ? null : loaders.row(webhooks, webhookId)),
};

const webhookSecretPayload: Resolvers["CreateWebhookPayload"] = {
  ...webhookPayload,
  secret: ({ sealedSecret }, _, { services }) =>
    sealedSecret === null ? null : services.webhooks.openSecret(sealedSecret),
};

const deliveryPayload: Resolvers["TestWebhookPayload"] = {
  delivery: ({ deliveryId }, _, { loaders }) =>
    deliveryId === null ? null : loaders.row(webhookDeliveries, deliveryId),
};

const apiKeyPayload: Resolvers["RevokeApiKeyPayload"] = {
  apiKey: ({ apiKeyId }, _, { loaders }) => (apiKeyId === null ? null : loaders.row(apiKeys, apiKeyId)),
};

export const payloads = {
  SignUpPayload: sessionPayload,
  SignInPayload: sessionPayload,
  RefreshSessionPayload: sessionPayload,
  SignOutPayload: { endedSessionCount: ({ endedSessionCount }) => endedSessionCount },
  UpdateProfilePayload: userPayload,
  ChangePasswordPayload: userPayload,
  CreateApiKeyPayload: {
    ...apiKeyPayload,
    secret: ({ sealedSecret }, _, { services }) =>
      sealedSecret === null ? null : services.apiKeys.openSecret(sealedSecret),
  },
  RevokeApiKeyPayload: apiKeyPayload,
  RevokeSessionPayload: {
    revokedSessionId: ({ sessionNumber }) => (sessionNumber === null ? null : toGlobalId("UserSession", sessionNumber)),
  },
  FollowUserPayload: userPayload,
  UnfollowUserPayload: userPayload,
  CreatePostPayload: postPayload,
  UpdatePostPayload: postPayload,
  LikePostPayload: postPayload,
  UnlikePostPayload: postPayload,
  DeletePostPayload: { deletedPostId: ({ postId }) => (postId === null ? null : toGlobalId("Post", postId)) },
  CreateCommentPayload: commentPayload,
  UpdateCommentPayload: commentPayload,
  LikeCommentPayload: commentPayload,
  UnlikeCommentPayload: commentPayload,
  DeleteCommentPayload: {
    ...commentPayload,
    deletedCommentId: ({ commentId }) => (commentId === null ? null : toGlobalId("Comment", commentId)),
  },
  BlockUserPayload: blockPayload,
  UnblockUserPayload: blockPayload,
  SuspendUserPayload: userPayload,
  LiftSuspensionPayload: userPayload,
  HideContentPayload: contentPayload,
  ShowContentPayload: contentPayload,
  ReportContentPayload: reportPayload,
  ResolveReportPayload: reportPayload,
  DeleteMyAccountPayload: {
    deletedUserId: ({ deletedUserId }) => (deletedUserId === null ? null : toGlobalId("User", deletedUserId)),
  },
  CreateWebhookPayload: webhookSecretPayload,
  UpdateWebhookPayload: webhookPayload,
  DeleteWebhookPayload: {
    deletedWebhookId: ({ webhookId }) => (webhookId === null ? null : toGlobalId("Webhook", webhookId)),
  },
  PauseWebhookPayload: webhookPayload,
  ResumeWebhookPayload: webhookPayload,
  RotateWebhookSecretPayload: webhookSecretPayload,
  TestWebhookPayload: deliveryPayload,
  RedeliverPayload: deliveryPayload,
  ReplayWebhookPayload: webhookPayload,
} satisfies Resolvers;
