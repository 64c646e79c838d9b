/** Settings from the environment: the only reader of `process.env`. Reports all problems at once. */
import { StartupError } from "../errors.js";
import { type Definition, type Environment, Setting, type Surroundings, textOf, type Values } from "./setting.js";
import { settings } from "./settings.js";

/** The values of the settings. */
export type Config = Values<typeof settings>;
export type LogLevel = Config["logLevel"];

const minSecretLength = 12;
/** What examples and images come with, however often repeated. */
const commonSecret =
  /^(secret|password|passw0rd|changeme|change-me|example|postgres|redis|parley|admin|default|1234567890|qwerty)+[\d!._-]*$/i;

/** Reads the settings. Throws a StartupError that lists every invalid setting, with the expected form. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const production = textOf(env, "NODE_ENV") === "production";
  const config = readAll(settings, env, { production }, problems);
  problems.push(...conflicts(config, env));
  if (problems.length > 0)
    throw new StartupError(`Invalid settings:\n${problems.map((each) => `  ${each}`).join("\n")}`);
  return config;
}

/** Whether NODE_ENV is "development", its default. */
export function isDevelopment(env: Environment = process.env): boolean {
  return (textOf(env, "NODE_ENV") ?? "development") === "development";
}

function readAll<D extends Definition>(
  definition: D,
  env: Environment,
  surroundings: Surroundings,
  problems: string[],
): Values<D> {
  const values = Object.entries(definition).map(([key, each]) => [
    key,
    each instanceof Setting ? each.read(env, surroundings, problems) : readAll(each, env, surroundings, problems),
  ]);
  return Object.fromEntries(values) as Values<D>;
}

/** Problems of settings that are right one by one. */
function conflicts(config: Config, env: Environment): string[] {
  const hasDatabaseUrl = textOf(env, "DATABASE_URL") !== undefined;
  const problems: string[] = [];
  if (config.production) {
    if (hasWeakSecret(config.databaseUrl, textOf(env, "PGPASSWORD"))) problems.push(weakSecret("DATABASE_URL"));
    // Redis holds no secrets, so an isolated one needs no password; if there is one, it must not be a common one.
    const hasPassword = new URL(config.redisUrl ?? "redis://:@localhost").password !== "";
    if (hasPassword && hasWeakSecret(config.redisUrl)) problems.push(weakSecret("REDIS_URL"));
  }
  if (config.authIssuers.some(({ issuer }) => issuer === config.authIssuer)) {
    problems.push("AUTH_ISSUERS must not contain AUTH_ISSUER, this server's own issuer");
  }
  if (config.databaseReplicaUrls.length > 0 && !hasDatabaseUrl) {
    problems.push("DATABASE_REPLICA_URLS requires DATABASE_URL: the embedded database has no replicas");
  }
  return problems;
}

/**
 * Whether a password that travels a network, or opens a database to it, is missing or easy to guess. `other` is one sent
 * beside the URL.
 */
function hasWeakSecret(url: string | undefined, other = ""): boolean {
  if (url === undefined) return false;
  const { hostname, password, searchParams } = new URL(url);
  const isLocal = ["", "localhost", "127.0.0.1", "[::1]"].includes(hostname) || searchParams.has("host");
  if (isLocal || searchParams.has("sslcert")) return false;
  const secret = password === "" ? other : decodeURIComponent(password);
  return secret.length < minSecretLength || commonSecret.test(secret);
}

/** Does not repeat the secret. */
function weakSecret(name: string): string {
  const expected = `a URL with a password of ${minSecretLength} characters or more that is not a common one`;
  return `${name} must be ${expected}, in production and for a server on another machine`;
}
