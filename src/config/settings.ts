/** Definitions of all settings, in the groups of docs/settings.md. */
import {
  addresses,
  choice,
  either,
  integer,
  issuers,
  key,
  networks,
  onOff,
  origins,
  path,
  secret,
  sources,
  text,
  url,
  urls,
} from "./formats.js";
import { documentLimits, documentStoreNodes, httpLimits, limits, rateLimits, statementLimits } from "./limits.js";
import { type Definition, optional, type Surroundings, setting } from "./setting.js";

const postgres = [["postgres:", "postgresql:"], "postgresql://user:password@host:5432/database"] as const;
const offInProduction = {
  documented: "on, off in production",
  valueIn: ({ production }: Surroundings) => !production,
};

const server = {
  port: setting("PORT", integer(0, 65_535), 4000, "TCP port; 0 picks a free one, which the ready line names"),
  host: setting("HOST", text, "127.0.0.1", "address to listen on; 0.0.0.0 for all interfaces"),
  production: setting(
    "NODE_ENV",
    either("production", "development", "test"),
    { documented: "development", valueIn: () => false },
    "`production` turns playground and introspection off",
  ),
  logLevel: setting(
    "LOG_LEVEL",
    choice("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    "info",
    "from which level on the log has lines, one JSON object per line",
  ),
  playground: setting("PLAYGROUND", onOff, offInProduction, "GraphiQL for a browser's `GET /graphql`"),
  introspection: setting("INTROSPECTION", onOff, offInProduction, "whether the schema can be queried"),
  demo: setting("DEMO", onOff, true, "demo community in an empty embedded database; never in PostgreSQL"),
  compiledExecution: setting(
    "COMPILED_EXECUTION",
    onOff,
    true,
    "execution plans made once per document; `off` leaves execution to graphql-js alone, slower",
  ),
  deadlineMs: setting(
    "DEADLINE_MS",
    integer(100, 600_000),
    10_000,
    "how long a request may take before its work is cancelled: `DEADLINE_EXCEEDED`",
  ),
  shutdownTimeoutMs: setting(
    "SHUTDOWN_TIMEOUT_MS",
    integer(0, 600_000),
    10_000,
    "how long requests in flight may take after SIGTERM",
  ),
  metricsToken: optional(
    "METRICS_TOKEN",
    secret(16),
    "bearer token for `GET /metrics`; without it only this machine has access, and in production no client has",
  ),
};

const databases = {
  databaseUrl: optional("DATABASE_URL", url(...postgres), "`postgresql://…`; without it the embedded database is used"),
  databasePoolSize: setting(
    "DATABASE_POOL_SIZE",
    integer(1, 1_000),
    10,
    "connections to PostgreSQL per process (each worker), plus one for the relay",
  ),
  databaseQueueSize: setting(
    "DATABASE_QUEUE_SIZE",
    integer(0, 1_000_000),
    1_000,
    "reads, and changes, that may wait for a connection; one more is refused with 503",
  ),
  databaseReplicaUrls: setting(
    "DATABASE_REPLICA_URLS",
    urls(...postgres),
    [],
    "streaming replicas of `DATABASE_URL`, separated by commas, each with up to 4 connections per process",
  ),
  databaseReplicaLagMs: setting(
    "DATABASE_REPLICA_LAG_MS",
    integer(1_000, 600_000),
    10_000,
    "a replica further behind is not used until it has caught up",
  ),
  redisUrl: optional(
    "REDIS_URL",
    url(["redis:", "rediss:"], "redis://host:6379"),
    "`redis://…`, carries events between instances",
  ),
  dataDir: setting("DATA_DIR", path, ".parley", "directory of the embedded database, for one process at a time"),
  eventRetentionHours: setting(
    "EVENT_RETENTION_HOURS",
    integer(1, 8_760),
    72,
    "how long a listener may be away and still miss nothing",
  ),
};

const authentication = {
  secretsKey: optional(
    "SECRETS_KEY",
    key,
    "seals secrets in the database; must be set in production with PostgreSQL",
    "a file in `DATA_DIR`",
  ),
  authIssuer: setting("AUTH_ISSUER", text, "parley", "`iss` and `aud` of access tokens"),
  authIssuers: setting(
    "AUTH_ISSUERS",
    issuers,
    [],
    "external issuers whose tokens are accepted: `https://id.example.org=AUDIENCE`, separated by commas",
  ),
  accessTokenSeconds: setting("ACCESS_TOKEN_SECONDS", integer(10, 86_400), 900, "lifetime of an access token"),
  refreshTokenDays: setting("REFRESH_TOKEN_DAYS", integer(1, 365), 30, "lifetime of a session without use"),
  apiKeysPerUser: setting("API_KEYS_PER_USER", integer(0, 10_000), 20, "active API keys of one user"),
};

const http = {
  bodyLimitBytes: setting(
    "BODY_LIMIT_BYTES",
    integer(1_024, 104_857_600),
    1_048_576,
    "largest request body and WebSocket message",
  ),
  responseLimitBytes: setting(
    "RESPONSE_LIMIT_BYTES",
    integer(1_024, 536_870_912),
    8_388_608,
    "largest response to one operation, in JSON; a larger one is not built: `RESPONSE_LIMIT_EXCEEDED`",
  ),
  allowedOrigins: setting(
    "ALLOWED_ORIGINS",
    origins,
    [],
    "origins, besides the server's own, whose pages may read responses and open a WebSocket",
  ),
  trustedProxies: setting(
    "TRUSTED_PROXIES",
    addresses,
    [],
    "addresses or networks whose `X-Forwarded-For` and `-Proto` count; separated by commas",
  ),
  publicCacheSeconds: setting(
    "PUBLIC_CACHE_SECONDS",
    integer(0, 86_400),
    0,
    "upper bound for how long caches may keep a visitor's response to a GET, by `@cacheControl`; 0: they revalidate each time",
  ),
};

const liveConnections = {
  connectionsPerUser: setting(
    "CONNECTIONS_PER_USER",
    integer(1, 1_000_000),
    100,
    "live connections to one process, of one user or, for visitors, of one address",
  ),
  subscriptionsPerConnection: setting(
    "SUBSCRIPTIONS_PER_CONNECTION",
    integer(1, 10_000),
    100,
    "operations of one WebSocket at a time",
  ),
  connectionInitBytes: setting(
    "CONNECTION_INIT_LIMIT_BYTES",
    integer(1_024, 1_048_576),
    16_384,
    "largest `connection_init` message of a WebSocket; a larger one closes it with 4400",
  ),
  retainedBytes: setting(
    "KEPT_LIMIT_BYTES",
    integer(16_384, 1_073_741_824),
    2_097_152,
    "documents and variables that the operations of one live connection may keep in memory",
  ),
  backlogBytes: setting(
    "BACKLOG_BYTES",
    integer(1_024, 1_073_741_824),
    1_048_576,
    "bytes that may wait for a listener that reads slowly, before it is disconnected (4413) and resumes; no frame is larger",
  ),
  unreadLimitBytes: setting(
    "UNREAD_LIMIT_BYTES",
    integer(65_536, 68_719_476_736),
    67_108_864,
    "bytes that all clients of a process together may leave unread; beyond it the connections with the most are closed (4413)",
  ),
};

const trustedDocuments = {
  trustedDocuments: setting(
    "TRUSTED_DOCUMENTS",
    choice("off", "allow", "require"),
    "off",
    "`allow` also accepts documents by their hash, `require` accepts no others; see [trusted documents](security.md#trusted-documents)",
  ),
  trustedDocumentsFile: optional(
    "TRUSTED_DOCUMENTS_FILE",
    path,
    "JSON file of documents by hash: the manifest of codegen's client preset",
  ),
};

const webhooks = {
  worker: setting(
    "WORKER",
    choice("on", "off", "only"),
    "on",
    "`off` delivers no webhooks, `only` does nothing else: it serves `/health/…` and `/metrics` alone",
  ),
  webhookAllowNetworks: setting(
    "WEBHOOK_ALLOW_NETWORKS",
    networks,
    [],
    "private networks that webhooks may be sent to: `10.1.0.0/16`; separated by commas",
  ),
  webhooksPerUser: setting("WEBHOOKS_PER_USER", integer(0, 10_000), 20, "webhooks of one user"),
  webhookBodyLimitBytes: setting(
    "WEBHOOK_BODY_LIMIT_BYTES",
    integer(1_024, 67_108_864),
    262_144,
    "bytes of one event as sent to a webhook; a larger one is listed as dead, and not sent",
  ),
  webhookReplayEvents: setting(
    "WEBHOOK_REPLAY_LIMIT",
    integer(1, 1_000_000_000),
    100_000,
    "events of the log that one `replayWebhook` may go back",
  ),
  webhookSources: setting(
    "WEBHOOK_SOURCES",
    sources,
    [],
    "sources of inbound webhooks: `NAME=whsec_…` or `NAME=github:SECRET`, separated by commas",
  ),
};

export const settings = {
  ...server,
  ...databases,
  ...authentication,
  ...http,
  ...liveConnections,
  ...trustedDocuments,
  ...webhooks,
  limits,
};

/** The headings of docs/settings.md. */
export const groups: Readonly<Record<string, Definition>> = {
  Server: server,
  "Databases and Redis": databases,
  "Authentication and secrets": authentication,
  HTTP: { ...http, ...httpLimits },
  "Live connections": liveConnections,
  "Documents and their cost": { ...documentLimits, documentStoreNodes, ...trustedDocuments },
  "Rate limits": { ...rateLimits, ...statementLimits },
  Webhooks: webhooks,
};
