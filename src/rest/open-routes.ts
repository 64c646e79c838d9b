/** Opens the HTTP routes: GraphQL, its event stream, the playground, and the REST endpoints. */
import { fileURLToPath } from "node:url";
import type { Config } from "../config/config.js";
import type { Database, Query } from "../db/database.js";
import type { Handler } from "../http/listener.js";
import type { Route } from "../http/routes.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import { packageRoot } from "../package-root.js";
import { loadPlayground, type Playground } from "../playground/playground.js";
import { playgroundFiles, playgroundPage, playgroundRoute } from "../playground/playground-route.js";
import { createInboundWebhooks } from "../services/inbound-webhooks.js";
import type { Identity } from "../services/open-identity.js";
import type { Subscriptions } from "../transports/open-subscriptions.js";
import { inboundWebhookRoute } from "./inbound-webhooks.js";
import { jwksRoute } from "./jwks.js";
import { metricsRoute, type Requests } from "./metrics.js";
import { openApiRoute } from "./openapi.js";
import type { RestRoute } from "./rest-route.js";

export interface RoutesOptions {
  readonly config: Config;
  /** The wall clock. */
  readonly now: () => Date;
  readonly database: Database;
  readonly identity: Identity;
  /** `GET` and `POST /graphql`. */
  readonly graphql: Handler;
  readonly subscriptions: Subscriptions;
  readonly unread: UnreadBytes;
  readonly requests: Requests;
  /** Routes that are open already, for their description. */
  readonly health: readonly RestRoute[];
  readonly countDeliveriesWaiting: (query: Query) => Promise<number>;
}

/** Only the metrics, for a process that delivers webhooks alone. */
export async function openRoutes(options: RoutesOptions): Promise<readonly Route[]> {
  const { config, now, database, identity, subscriptions, unread, requests, health, countDeliveriesWaiting } = options;
  const { prisma, query } = database;
  const { metricsToken: token, production, webhookSources: sources, bodyLimitBytes } = config;
  const metrics = metricsRoute(requests, { token, production, query, subscriptions, unread, countDeliveriesWaiting });
  if (config.worker === "only") return [metrics];
  const hooks = createInboundWebhooks(prisma, now);
  const rest = [metrics, jwksRoute(identity.keys), inboundWebhookRoute({ sources, hooks, now, bodyLimitBytes })];
  const playground = config.playground ? await openPlayground() : undefined;
  return [
    ...graphqlRoutes(options.graphql, subscriptions.stream, playground),
    ...rest,
    openApiRoute([...health, ...rest]),
  ];
}

function graphqlRoutes(graphql: Handler, stream: Handler, playground: Playground | undefined): Route[] {
  const visit: Handler = (exchange) => (playground && playgroundPage(playground, exchange)) ?? graphql(exchange);
  return [
    { method: "GET", path: "/graphql", handle: visit },
    { method: "POST", path: "/graphql", handle: graphql },
    { method: "GET", path: "/graphql/stream", handle: stream },
    { method: "POST", path: "/graphql/stream", handle: stream },
    ...(playground === undefined ? [] : [playgroundRoute(playground)]),
  ];
}

function openPlayground(): Promise<Playground> {
  const directory = fileURLToPath(new URL("dist/playground/", packageRoot));
  return loadPlayground({ directory, basePath: playgroundFiles });
}
