/** Rejects subscriptions over plain HTTP: they need WebSocket or Server-Sent Events. */
import { GraphQLError } from "graphql";
import type { RequestHooks } from "./compose-plugins.js";

export const refuseSubscriptions: RequestHooks = {
  didResolveOperation({ operation }) {
    if (operation?.operation !== "subscription") return;
    const where = "over WebSocket (graphql-transport-ws) or as Server-Sent Events (/graphql/stream)";
    throw new GraphQLError(`Subscriptions are available ${where}.`, {
      extensions: { code: "BAD_REQUEST", http: { status: 400 } },
    });
  },
};
