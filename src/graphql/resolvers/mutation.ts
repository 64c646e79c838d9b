/**
 * Mutation resolvers: parse the input, call the service. Rules and refusals belong to the services. Before each field
 * run `startMutationField` and `limitPasswords` (schema.ts).
 */
import { parseGlobalId, parseIdOf } from "../../db/global-id.js";
import { ParleyError } from "../../errors.js";
import type { MutationResolvers } from "../../generated/graphql.js";
import type { Content } from "../../services/moderation.js";
import type { Subject } from "../../services/outcome.js";
import { requireStaff, requireViewer } from "../../services/permissions.js";

const userId = (input: { userId: string }) => parseIdOf("User", input.userId, "userId");
const postId = (input: { postId: string }) => parseIdOf("Post", input.postId, "postId");
const webhookId = (input: { webhookId: string }) => parseIdOf("Webhook", input.webhookId, "webhookId");
const commentId = (input: { commentId: string }) => parseIdOf("Comment", input.commentId, "commentId");

const reportId = (input: { reportId: string }) => parseIdOf("Report", input.reportId, "reportId");

function content(input: { id: string }): Content {
  const { type, id } = parseGlobalId(input.id);
  if (type === "Post" || type === "Comment") return { type, id };
  throw new ParleyError("BAD_ID", `id must be an identifier of type Post or Comment, got one of type ${type}`);
}

function subject(input: { id: string }): Subject {
  const { type, id } = parseGlobalId(input.id);
  return type === "User" ? { type, id } : content(input);
}

export const mutation: MutationResolvers = {
  signUp: (_, { input }, { services }) => services.accounts.signUp(input),
  signIn: (_, { input }, { services }) => services.sessions.signIn(input),
  refreshSession: (_, { input }, { services }) => services.sessions.refresh(input),
  signOut: (_, { input }, { services, viewer }) => services.sessions.signOut(requireViewer(viewer), input),
  updateProfile: (_, { input }, { services, viewer }) => services.accounts.updateProfile(requireViewer(viewer), input),
  changePassword: (_, { input }, { services, viewer }) =>
    services.accounts.changePassword(requireViewer(viewer), input),
  createApiKey: (_, { input }, { services, viewer }) => services.apiKeys.create(requireViewer(viewer), input),
  revokeApiKey: (_, { input }, { services, viewer }) =>
    services.apiKeys.revoke(requireViewer(viewer), { apiKeyId: parseIdOf("ApiKey", input.apiKeyId, "apiKeyId") }),
  revokeSession: (_, { input }, { services, viewer }) =>
    services.sessions.revoke(requireViewer(viewer), {
      sessionNumber: parseIdOf("UserSession", input.sessionId, "sessionId"),
    }),

  createPost: (_, { input }, { services, viewer }) => services.posts.create(requireViewer(viewer), input),
  updatePost: (_, { input }, { services, viewer }) =>
    services.posts.update(requireViewer(viewer), { ...input, postId: postId(input) }),
  deletePost: (_, { input }, { services, viewer }) =>
    services.posts.delete(requireViewer(viewer), { postId: postId(input) }),
  likePost: (_, { input }, { services, viewer }) =>
    services.posts.like(requireViewer(viewer), { postId: postId(input) }),
  unlikePost: (_, { input }, { services, viewer }) =>
    services.posts.unlike(requireViewer(viewer), { postId: postId(input) }),

  createComment: (_, { input }, { services, viewer }) =>
    services.comments.create(requireViewer(viewer), {
      text: input.text,
      postId: postId(input),
      parentId: typeof input.parentId === "string" ? parseIdOf("Comment", input.parentId, "parentId") : undefined,
    }),
  updateComment: (_, { input }, { services, viewer }) =>
    services.comments.update(requireViewer(viewer), { text: input.text, commentId: commentId(input) }),
  deleteComment: (_, { input }, { services, viewer }) =>
    services.comments.delete(requireViewer(viewer), { commentId: commentId(input) }),
  likeComment: (_, { input }, { services, viewer }) =>
    services.comments.like(requireViewer(viewer), { commentId: commentId(input) }),
  unlikeComment: (_, { input }, { services, viewer }) =>
    services.comments.unlike(requireViewer(viewer), { commentId: commentId(input) }),

  followUser: (_, { input }, { services, viewer }) =>
    services.follows.follow(requireViewer(viewer), { userId: userId(input) }),
  unfollowUser: (_, { input }, { services, viewer }) =>
    services.follows.unfollow(requireViewer(viewer), { userId: userId(input) }),

  blockUser: (_, { input }, { services, viewer }) =>
    services.blocks.block(requireViewer(viewer), { userId: userId(input) }),
  unblockUser: (_, { input }, { services, viewer }) =>
    services.blocks.unblock(requireViewer(viewer), { userId: userId(input) }),
  reportContent: (_, { input }, { services, viewer }) =>
    services.reports.report(requireViewer(viewer), { ...input, subject: subject(input) }),
  resolveReport: (_, { input }, { services, viewer }) =>
    services.reports.resolve(requireStaff(viewer), { ...input, reportId: reportId(input) }),
  hideContent: (_, { input }, { services, viewer }) =>
    services.moderation.hide(requireStaff(viewer), { ...input, content: content(input) }),
  showContent: (_, { input }, { services, viewer }) =>
    services.moderation.show(requireStaff(viewer), { content: content(input) }),
  suspendUser: (_, { input }, { services, viewer }) =>
    services.suspensions.suspend(requireStaff(viewer), { ...input, userId: userId(input) }),
  liftSuspension: (_, { input }, { services, viewer }) =>
    services.suspensions.lift(requireStaff(viewer), { userId: userId(input) }),
  exportMyData: (_, { input }, { services, viewer }) => services.dataExport.read(requireViewer(viewer), input),
  deleteMyAccount: (_, { input }, { services, viewer }) => services.deletion.delete(requireViewer(viewer), input),

  createWebhook: (_, { input }, { services, viewer }) => services.webhooks.create(requireViewer(viewer), input),
  updateWebhook: (_, { input }, { services, viewer }) =>
    services.webhooks.update(requireViewer(viewer), { ...input, webhookId: webhookId(input) }),
  deleteWebhook: (_, { input }, { services, viewer }) =>
    services.webhooks.delete(requireViewer(viewer), { webhookId: webhookId(input) }),
  pauseWebhook: (_, { input }, { services, viewer }) =>
    services.webhooks.pause(requireViewer(viewer), { webhookId: webhookId(input) }),
  resumeWebhook: (_, { input }, { services, viewer }) =>
    services.webhooks.resume(requireViewer(viewer), { webhookId: webhookId(input) }),
  rotateWebhookSecret: (_, { input }, { services, viewer }) =>
    services.webhooks.rotateSecret(requireViewer(viewer), { webhookId: webhookId(input) }),
  testWebhook: (_, { input }, { services, viewer }) =>
    services.webhookDeliveries.test(requireViewer(viewer), { webhookId: webhookId(input) }),
  redeliver: (_, { input }, { services, viewer }) =>
    services.webhookDeliveries.redeliver(requireViewer(viewer), {
      deliveryId: parseIdOf("WebhookDelivery", input.deliveryId, "deliveryId"),
    }),
  replayWebhook: (_, { input }, { services, viewer }) =>
    services.webhookDeliveries.replay(requireViewer(viewer), { after: input.after, webhookId: webhookId(input) }),
};
