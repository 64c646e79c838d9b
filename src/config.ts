/** Settings: the only reader of `process.env`. Every problem is reported at once. */
import { StartupError } from "./errors.js";

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** What the server is told from outside. The README's settings table is this interface. */
export interface Config {
  /** TCP port. Default 4000; 0 picks a free one. */
  readonly port: number;
  /** Address to listen on. Default 127.0.0.1: nobody else reaches it until told so. */
  readonly host: string;
  /** PostgreSQL connection string; undefined for the embedded database. */
  readonly databaseUrl: string | undefined;
  /** Connections to PostgreSQL per process. Default 10. */
  readonly databasePoolSize: number;
  /** Directory of the embedded database. Default `.parley`. */
  readonly dataDir: string;
  readonly production: boolean;
  /** Default info. */
  readonly logLevel: LogLevel;
  /** Whether a browser's `GET /graphql` is GraphiQL. Default on, off in production. */
  readonly playground: boolean;
  /** Whether the schema can be asked for. Default on, off in production. */
  readonly introspection: boolean;
  /** Whether an empty embedded database gets a demo community. Default on. */
  readonly demo: boolean;
  /** `iss` and `aud` of access tokens. Default "parley". */
  readonly authIssuer: string;
  /** Default 900 (15 min). */
  readonly accessTokenSeconds: number;
  /** Default 30. */
  readonly refreshTokenDays: number;
  /** Largest request body in bytes. Default 1_048_576 (1 MiB). */
  readonly bodyLimitBytes: number;
  /** How long requests in flight may take after SIGTERM. Default 10_000 (10 s). */
  readonly shutdownTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Reads the settings. Throws a StartupError that lists every setting that is wrong, with what was expected. */
export function readConfig(env: Environment = process.env): Config {
  const reader = new SettingReader(env);
  const production = reader.choice("NODE_ENV", ["production", "development", "test"], "development") === "production";
  const config: Config = {
    port: reader.integer("PORT", 4000, 0, 65_535),
    host: reader.text("HOST", "127.0.0.1"),
    databaseUrl: reader.postgresUrl("DATABASE_URL"),
    databasePoolSize: reader.integer("DATABASE_POOL_SIZE", 10, 1, 1_000),
    dataDir: reader.text("DATA_DIR", ".parley"),
    production,
    logLevel: reader.choice("LOG_LEVEL", logLevels, "info"),
    playground: reader.onOff("PLAYGROUND", !production),
    introspection: reader.onOff("INTROSPECTION", !production),
    demo: reader.onOff("DEMO", true),
    authIssuer: reader.text("AUTH_ISSUER", "parley"),
    accessTokenSeconds: reader.integer("ACCESS_TOKEN_SECONDS", 900, 10, 86_400),
    refreshTokenDays: reader.integer("REFRESH_TOKEN_DAYS", 30, 1, 365),
    bodyLimitBytes: reader.integer("BODY_LIMIT_BYTES", 1_048_576, 1_024, 104_857_600),
    shutdownTimeoutMs: reader.integer("SHUTDOWN_TIMEOUT_MS", 10_000, 0, 600_000),
  };
  reader.assertNoProblems();
  return config;
}

/** Reads single settings and keeps what is wrong with them. An empty value counts as unset. */
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
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
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

  postgresUrl(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const protocol = URL.canParse(value) ? new URL(value).protocol : "";
    if (protocol === "postgres:" || protocol === "postgresql:") return value;
    // The value may hold a password, so it is not repeated.
    return this.#problem(name, "a URL such as postgresql://user:password@host:5432/database", undefined, undefined);
  }

  assertNoProblems(): void {
    if (this.#problems.length === 0) return;
    throw new StartupError(`These settings are wrong:\n${this.#problems.map((each) => `  ${each}`).join("\n")}`);
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
