/** All resolvers, by GraphQL type. Fields without a resolver are columns of the row. */

import type { Resolvers } from "../../generated/graphql.js";
import type { ShowHtml } from "../../markdown/html-store.js";
import { createCommentResolvers } from "./comment.js";
import { apiKey, userSession } from "./credentials.js";
import { dateTime } from "./date-time.js";
import { events } from "./event.js";
import { auditEntry, report } from "./moderation.js";
import { mutation } from "./mutation.js";
import { payloads } from "./payloads.js";
import { createPostResolvers } from "./post.js";
import { query } from "./query.js";
import { user } from "./user.js";
import { webhook, webhookDelivery } from "./webhook.js";

export const createResolvers = (showHtml: ShowHtml): Resolvers => ({
  Query: query,
  Mutation: mutation,
  Node: { __resolveType: ({ type }) => type },
  User: user,
  Post: createPostResolvers(showHtml),
  Comment: createCommentResolvers(showHtml),
  Webhook: webhook,
  WebhookDelivery: webhookDelivery,
  ApiKey: apiKey,
  UserSession: userSession,
  Report: report,
  AuditEntry: auditEntry,
  DateTime: dateTime,
  ...payloads,
  ...events,
});
