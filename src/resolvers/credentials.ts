/** Fields of API keys and sessions that are not columns. Who has the row may see them: its owner. */
import { toGlobalId } from "../db/global-id.js";
import type { ApiKeyResolvers, UserSessionResolvers } from "../generated/graphql.js";

export const apiKey: ApiKeyResolvers = {
  id: ({ id }) => toGlobalId("ApiKey", id),
};

export const userSession: UserSessionResolvers = {
  id: ({ id }) => toGlobalId("UserSession", id),
  isCurrent: ({ sessionId }, _, { viewer }) => viewer?.sessionId === sessionId,
};
