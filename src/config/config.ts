/** Settings from the environment: the only reader of `process.env`. Reports all problems at once. */
import ipaddr from "ipaddr.js";
import { StartupError } from "../errors.js";
import { type Limits, readLimits } from "./limits.js";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** Whether this process delivers webhooks: besides serving, not at all, or and nothing else. */
export type WorkerMode = "on" | "off" | "only";

/** A sender of incoming webhooks. */
export interface WebhookSource {
  /** Stands in the path: `/webhooks/NAME`. */
  readonly name: string;
  /** How it signs: as Standard Webhooks 1.0 has it, or with GitHub's `X-Hub-Signature-256`. */
  readonly kind: "standard" | "github";
  readonly secret: string;
}

/** An external issuer whose tokens are accepted. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** One of these must be their `aud`. */
  readonly audiences: readonly string[];
}

/** The settings. docs/settings.md describes each of them; a test compares the defaults. */
export interface Config {
  /** TCP port. Default 4000; 0 picks a free one. */
  readonly port: number;
  /** Address to listen on. Default 127.0.0.1: reachable from this machine only. */
  readonly host: string;
  /** PostgreSQL connection string; undefined for the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Streaming replicas of `databaseUrl`, for reads. Default none. */
  readonly databaseReplicaUrls: readonly string[];
  /** A replica further behind than this is left out. Default 10_000 (10 s). */
  readonly databaseReplicaLagMs: number;
  /** Connections to PostgreSQL per process. Default 10. */
  readonly databasePoolSize: number;
  /** Reads, and changes, that may wait for a connection to PostgreSQL. One more is refused with 503. Default 1_000. */
  readonly databaseQueueSize: number;
  /** How long a request may take before it is answered with DEADLINE_EXCEEDED. Default 10_000 (10 s). */
  readonly deadlineMs: number;
  /** Redis that carries events between instances; undefined for one instance, or for several that look into the log. */
  readonly redisUrl: string | undefined;
  /** Directory of the embedded database. Default `.parley`. */
  readonly dataDir: string;
  readonly production: boolean;
  /** Default info. */
  readonly logLevel: LogLevel;
  /** Whether a browser's `GET /graphql` is GraphiQL. Default on, off in production. */
  readonly playground: boolean;
  /** Whether introspection is enabled. Default on, off in production. */
  readonly introspection: boolean;
  /** Whether operations are executed by plans made once for each document. Off: by graphql-js. Default on. */
  readonly compiledExecution: boolean;
  /** Whether an empty embedded database gets a demo community. Default on. */
  readonly demo: boolean;
  /** `iss` and `aud` of access tokens. Default "parley". */
  readonly authIssuer: string;
  /** External issuers whose tokens are accepted. Default none. */
  readonly authIssuers: readonly TrustedIssuer[];
  /** API keys of one user that work. Default 20. */
  readonly apiKeysPerUser: number;
  /** Default 900 (15 min). */
  readonly accessTokenSeconds: number;
  /** Default 30. */
  readonly refreshTokenDays: number;
  /** Largest request body in bytes. Default 1_048_576 (1 MiB). */
  readonly bodyLimitBytes: number;
  /** Largest response to one operation in bytes of JSON. Default 8_388_608 (8 MiB). */
  readonly responseLimitBytes: number;
  /** How long events stay in the log, for listeners that come back. Default 72. */
  readonly eventRetentionHours: number;
  /** Origins whose pages may open a WebSocket, besides the server's own. Default none. */
  readonly allowedOrigins: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-For` and `-Proto` count. Default none. */
  readonly trustedProxies: readonly string[];
  /** Live connections of one user, or of one address for visitors. Default 100. */
  readonly connectionsPerUser: number;
  /** Operations of one WebSocket at a time. Default 100. */
  readonly subscriptionsPerConnection: number;
  /** Largest `connection_init` of a WebSocket, which anybody may send, in bytes. Default 16_384 (16 KiB). */
  readonly connectionInitBytes: number;
  /** Bytes of documents and variables that the operations of one live connection may keep. Default 2_097_152 (2 MiB). */
  readonly keptLimitBytes: number;
  /** Bytes that may wait for a listener that reads slowly, before it is cut off. Default 1_048_576 (1 MiB). */
  readonly backlogBytes: number;
  /** Bytes written and not yet read by their clients, of all connections of a process. Default 67_108_864 (64 MiB). */
  readonly unreadLimitBytes: number;
  /** How long requests in flight may take after SIGTERM. Default 10_000 (10 s). */
  readonly shutdownTimeoutMs: number;
  /** Trusted documents: whether requests may or must use hashes. Default off. */
  readonly trustedDocuments: "off" | "allow" | "require";
  /** JSON file of documents by hash. Default none. */
  readonly trustedDocumentsFile: string | undefined;
  /** How long caches may keep a visitor's answer to a GET. Default 0: they ask again each time. */
  readonly publicCacheSeconds: number;
  /** How much one document, one caller and one connection may ask for. */
  readonly limits: Limits;
  /** 256 bits that seal the secrets in the database; undefined for a key of its own, in `dataDir`. */
  readonly secretsKey: Buffer | undefined;
  /** Default on. */
  readonly worker: WorkerMode;
  /** Networks in CIDR notation, not public, that webhooks may be sent to. Default none. */
  readonly webhookAllowNetworks: readonly string[];
  /** Webhooks of one user. Default 20. */
  readonly webhooksPerUser: number;
  /** Bytes of one event as a webhook is sent it: a larger one is not sent. Default 256 KiB. */
  readonly webhookBodyLimitBytes: number;
  /** Events that one `replayWebhook` may send again. Default 100_000. */
  readonly webhookReplayEvents: number;
  /** Accepted senders of incoming webhooks. Default none. */
  readonly webhookSources: readonly WebhookSource[];
  /** Bearer token of `GET /metrics`. Default none: then only local requests are accepted, and none in production. */
  readonly metricsToken: string | undefined;
}

const minSecretLength = 12;
/** What examples and images come with, however often repeated. */
const commonSecret =
  /^(secret|password|passw0rd|changeme|change-me|example|postgres|redis|parley|admin|default|1234567890|qwerty)+[\d!._-]*$/i;

type Environment = Readonly<Record<string, string | undefined>>;

const postgresProtocols: readonly string[] = ["postgres:", "postgresql:"];
const postgresExample = "postgresql://user:password@host:5432/database";
const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Reads the settings. Throws a StartupError that lists every invalid setting, with the expected form. */
export function readConfig(env: Environment = process.env): Config {
  const reader = new SettingReader(env);
  const production = reader.choice("NODE_ENV", ["production", "development", "test"], "development") === "production";
  const config: Config = {
    port: reader.integer("PORT", 4000, 0, 65_535),
    host: reader.text("HOST", "127.0.0.1"),
    databaseUrl: reader.url("DATABASE_URL", postgresProtocols, postgresExample),
    databaseReplicaUrls: reader.urls("DATABASE_REPLICA_URLS", postgresProtocols, postgresExample),
    databaseReplicaLagMs: reader.integer("DATABASE_REPLICA_LAG_MS", 10_000, 1_000, 600_000),
    databasePoolSize: reader.integer("DATABASE_POOL_SIZE", 10, 1, 1_000),
    databaseQueueSize: reader.integer("DATABASE_QUEUE_SIZE", 1_000, 0, 1_000_000),
    deadlineMs: reader.integer("DEADLINE_MS", 10_000, 100, 600_000),
    redisUrl: reader.url("REDIS_URL", ["redis:", "rediss:"], "redis://host:6379"),
    dataDir: reader.text("DATA_DIR", ".parley"),
    production,
    logLevel: reader.choice("LOG_LEVEL", logLevels, "info"),
    playground: reader.onOff("PLAYGROUND", !production),
    introspection: reader.onOff("INTROSPECTION", !production),
    compiledExecution: reader.onOff("COMPILED_EXECUTION", true),
    demo: reader.onOff("DEMO", true),
    authIssuer: reader.text("AUTH_ISSUER", "parley"),
    authIssuers: reader.issuers("AUTH_ISSUERS"),
    apiKeysPerUser: reader.integer("API_KEYS_PER_USER", 20, 0, 10_000),
    accessTokenSeconds: reader.integer("ACCESS_TOKEN_SECONDS", 900, 10, 86_400),
    refreshTokenDays: reader.integer("REFRESH_TOKEN_DAYS", 30, 1, 365),
    bodyLimitBytes: reader.integer("BODY_LIMIT_BYTES", 1_048_576, 1_024, 104_857_600),
    responseLimitBytes: reader.integer("RESPONSE_LIMIT_BYTES", 8_388_608, 1_024, 536_870_912),
    eventRetentionHours: reader.integer("EVENT_RETENTION_HOURS", 72, 1, 8_760),
    allowedOrigins: reader.origins("ALLOWED_ORIGINS"),
    trustedProxies: reader.addresses("TRUSTED_PROXIES"),
    connectionsPerUser: reader.integer("CONNECTIONS_PER_USER", 100, 1, 1_000_000),
    subscriptionsPerConnection: reader.integer("SUBSCRIPTIONS_PER_CONNECTION", 100, 1, 10_000),
    connectionInitBytes: reader.integer("CONNECTION_INIT_LIMIT_BYTES", 16_384, 1_024, 1_048_576),
    keptLimitBytes: reader.integer("KEPT_LIMIT_BYTES", 2_097_152, 16_384, 1_073_741_824),
    backlogBytes: reader.integer("BACKLOG_BYTES", 1_048_576, 1_024, 1_073_741_824),
    unreadLimitBytes: reader.integer("UNREAD_LIMIT_BYTES", 67_108_864, 65_536, 68_719_476_736),
    shutdownTimeoutMs: reader.integer("SHUTDOWN_TIMEOUT_MS", 10_000, 0, 600_000),
    trustedDocuments: reader.choice("TRUSTED_DOCUMENTS", ["off", "allow", "require"], "off"),
    trustedDocumentsFile: reader.text("TRUSTED_DOCUMENTS_FILE", "") || undefined,
    publicCacheSeconds: reader.integer("PUBLIC_CACHE_SECONDS", 0, 0, 86_400),
    limits: readLimits(reader),
    secretsKey: reader.key("SECRETS_KEY"),
    worker: reader.choice("WORKER", ["on", "off", "only"], "on"),
    webhookAllowNetworks: reader.networks("WEBHOOK_ALLOW_NETWORKS"),
    webhooksPerUser: reader.integer("WEBHOOKS_PER_USER", 20, 0, 10_000),
    webhookBodyLimitBytes: reader.integer("WEBHOOK_BODY_LIMIT_BYTES", 262_144, 1_024, 67_108_864),
    webhookReplayEvents: reader.integer("WEBHOOK_REPLAY_LIMIT", 100_000, 1, 1_000_000_000),
    webhookSources: reader.sources("WEBHOOK_SOURCES"),
    metricsToken: reader.secret("METRICS_TOKEN", 16),
  };
  if (production) {
    reader.secretInUrl("DATABASE_URL", config.databaseUrl, reader.text("PGPASSWORD", ""));
    // Redis holds no secrets, so an isolated one needs no password; if there is one, it must not be a common one.
    if (new URL(config.redisUrl ?? "redis://:@localhost").password !== "")
      reader.secretInUrl("REDIS_URL", config.redisUrl);
  }
  if (config.authIssuers.some(({ issuer }) => issuer === config.authIssuer)) {
    reader.refuse("AUTH_ISSUERS must not contain AUTH_ISSUER, this server's own issuer");
  }
  if (config.databaseReplicaUrls.length > 0 && !reader.isSet("DATABASE_URL")) {
    reader.refuse("DATABASE_REPLICA_URLS requires DATABASE_URL: the embedded database has no replicas");
  }
  reader.assertNoProblems();
  return config;
}

/** Whether NODE_ENV is "development", its default. */
export function isDevelopment(env: Environment = process.env): boolean {
  return ["", "development"].includes(env.NODE_ENV?.trim() ?? "");
}

/** Reads single settings and collects their problems. An empty value counts as unset. */
class SettingReader {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string, fallback: string): string {
    return this.#value(name) ?? fallback;
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    const value = this.#value(name);
    if (value === undefined) return fallback;
    if (isWhole(value, least, most)) return Number(value);
    return this.#problem(name, `a whole number from ${least} to ${most}`, value, fallback);
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.#value(name);
    if (value === undefined) return fallback;
    const choice = choices.find((each) => each === value);
    return choice ?? this.#problem(name, `one of ${choices.join(", ")}`, value, fallback);
  }

  onOff(name: string, fallback: boolean): boolean {
    return this.choice(name, ["on", "off"], fallback ? "on" : "off") === "on";
  }

  url(name: string, protocols: readonly string[], example: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    // The value may hold a password, so it is not repeated.
    return this.#problem(name, `a URL such as ${example}`, undefined, undefined);
  }

  /** 256 bits in base64. Not repeated when it is wrong, as no secret is. */
  key(name: string): Buffer | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const key = Buffer.from(value, "base64");
    if (key.length === 32 && /^[\w+/-]{43}=?$/.test(value)) return key;
    return this.#problem(
      name,
      "32 bytes in base64, such as the output of `openssl rand -base64 32`",
      undefined,
      undefined,
    );
  }

  secret(name: string, least: number): string | undefined {
    const value = this.#value(name);
    if (value === undefined || value.length >= least) return value;
    return this.#problem(name, `at least ${least} characters`, undefined, undefined);
  }

  /** A list with commas between. */
  urls(name: string, protocols: readonly string[], example: string): string[] {
    const urls = this.#list(name);
    if (urls.every((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))) return urls;
    return this.#problem(name, `URLs such as ${example}, separated by commas`, undefined, []);
  }

  origins(name: string): string[] {
    const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value;
    return this.#checkedList(name, isOrigin, "origins such as https://example.org, separated by commas");
  }

  networks(name: string): string[] {
    const isNetwork = (value: string) => ipaddr.isValidCIDR(value);
    return this.#checkedList(name, isNetwork, "networks such as 10.0.0.0/8, separated by commas");
  }

  addresses(name: string): string[] {
    const isOne = (value: string) => (value.includes("/") ? ipaddr.isValidCIDR(value) : ipaddr.isValid(value));
    return this.#checkedList(name, isOne, "addresses or networks such as 10.0.0.0/8, separated by commas");
  }

  /** `NAME=whsec_…` or `NAME=github:…`. */
  sources(name: string): WebhookSource[] {
    return this.#list(name).flatMap((value): WebhookSource[] => {
      const [, source = "", github, secret = ""] = /^([a-z0-9-]{1,40})=(github:)?(.{16,})$/.exec(value) ?? [];
      if (source !== "" && github !== undefined) return [{ name: source, kind: "github", secret }];
      if (/^whsec_[\w+/]{22,}={0,2}$/.test(secret)) return [{ name: source, kind: "standard", secret }];
      const expected = "sources such as billing=whsec_… or github=github:SECRET, separated by commas";
      return this.#problem(name, `${expected}, with secrets of 16 characters or more`, undefined, []);
    });
  }

  /** `https://id.example.org=AUDIENCE`; several audiences of one issuer are several of these. */
  issuers(name: string): TrustedIssuer[] {
    const audiences = new Map<string, string[]>();
    for (const value of this.#list(name)) {
      const [, issuer = "", audience = ""] = /^([^\s=?#]+)=(\S+)$/.exec(value) ?? [];
      if (URL.canParse(issuer) && isTrustworthy(new URL(issuer))) {
        audiences.set(issuer, [...(audiences.get(issuer) ?? []), audience]);
        continue;
      }
      const expected = "issuers such as https://id.example.org=AUDIENCE, separated by commas";
      this.#problem(name, `${expected}, with https except on this machine`, value, undefined);
    }
    return [...audiences].map(([issuer, each]) => ({ issuer, audiences: each }));
  }

  #checkedList(name: string, isRight: (value: string) => boolean, expected: string): string[] {
    return this.#list(name).filter((value) => isRight(value) || this.#problem(name, expected, value, false));
  }

  /**
   * A password that travels a network, or opens a database to it, must be there and hard to guess. `other` is one sent
   * beside.
   */
  secretInUrl(name: string, url: string | undefined, other = ""): void {
    if (url === undefined) return;
    const { hostname, password, searchParams } = new URL(url);
    const isHere = ["", "localhost", "127.0.0.1", "[::1]"].includes(hostname) || searchParams.has("host");
    if (isHere || searchParams.has("sslcert")) return;
    const secret = password === "" ? other : decodeURIComponent(password);
    if (secret.length >= minSecretLength && !commonSecret.test(secret)) return;
    const what = `a URL with a password of ${minSecretLength} characters or more that is not a common one`;
    this.#problem(name, `${what}, in production and for a server on another machine`, undefined, undefined);
  }

  /** Whether there is a value, right or wrong. */
  isSet(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** Adds a problem of settings that are right one by one. */
  refuse(problem: string): void {
    this.#problems.push(problem);
  }

  assertNoProblems(): void {
    if (this.#problems.length === 0) return;
    throw new StartupError(`Invalid settings:\n${this.#problems.map((each) => `  ${each}`).join("\n")}`);
  }

  /** Values with commas between. */
  #list(name: string): string[] {
    const values = (this.#value(name) ?? "").split(",").map((value) => value.trim());
    return values.filter((value) => value !== "");
  }

  #value(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === "" ? undefined : value;
  }

  #problem<T>(name: string, expected: string, got: string | undefined, fallback: T): T {
    this.#problems.push(`${name} must be ${expected}${got === undefined ? "" : `, got "${got}"`}`);
    return fallback;
  }
}

/** Whether what comes from there cannot be changed on the way: over TLS, or on this machine. */
export function isTrustworthy({ protocol, hostname, username, password }: URL): boolean {
  if (username !== "" || password !== "") return false;
  if (protocol === "https:") return true;
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function isWhole(value: string, least: number, most: number): boolean {
  const number = Number(value);
  return /^\d+$/.test(value) && number >= least && number <= most;
}
