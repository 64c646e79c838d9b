/** Finds what this machine can test with: PostgreSQL, Redis, Chromium. With CI=true, a missing part is a failure. */
import { existsSync } from "node:fs";
import { connect } from "node:net";

export interface TestServices {
  /** A PostgreSQL on which databases can be made, or undefined. */
  readonly postgresUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly chromiumPath: string | undefined;
}

const connectTimeoutMs = 2_000;

/** Prints a line for each part that is missing. Throws instead when `CI` is true. */
export async function findServices(env: Readonly<Record<string, string | undefined>>): Promise<TestServices> {
  const postgresUrl = env.TEST_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";
  const redisUrl = env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379";
  const chromiumPath = env.TEST_CHROMIUM ?? "/usr/bin/chromium";
  const found = {
    postgresUrl: (await answers(postgresUrl, 5432)) ? postgresUrl : undefined,
    redisUrl: (await answers(redisUrl, 6379)) ? redisUrl : undefined,
    chromiumPath: existsSync(chromiumPath) ? chromiumPath : undefined,
  };
  report("PostgreSQL", postgresUrl, found.postgresUrl, "TEST_DATABASE_URL", env.CI === "true");
  report("Redis", redisUrl, found.redisUrl, "TEST_REDIS_URL", env.CI === "true");
  report("Chromium", chromiumPath, found.chromiumPath, "TEST_CHROMIUM", env.CI === "true");
  return found;
}

function report(part: string, sought: string, found: string | undefined, setting: string, isRequired: boolean): void {
  if (found !== undefined) return;
  const line = `not run: the tests on ${part}, which is not at ${sought} (set ${setting})`;
  if (isRequired) throw new Error(line);
  process.stdout.write(`${line}\n`);
}

function answers(url: string, defaultPort: number): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || defaultPort), timeout: connectTimeoutMs });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
