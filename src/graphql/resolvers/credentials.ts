/**
 * Resolvers of API keys and sessions: fields that are not columns. Only the owner can load the rows, so they check
 * nothing.
 */
import { toGlobalId } from "../../db/global-id.js";
import type { ApiKeyResolvers, UserSessionResolvers } from "../../generated/graphql.js";

export const apiKey: ApiKeyResolvers = {
  id: ({ id }) => toGlobalId("ApiKey", id),
};

export const userSession: UserSessionResolvers = {
  id: ({ id }) => toGlobalId("UserSession", id),
  isCurrent: ({ sessionId }, _, { viewer }) => viewer?.sessionId === sessionId,
};
