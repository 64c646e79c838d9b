/** Finds what this machine can test with: PostgreSQL, Redis, their programs, Chromium. With CI=true, a missing part is a failure. */
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

export interface TestServices {
  /** A PostgreSQL on which databases can be made, or undefined. */
  readonly postgresUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly chromiumPath: string | undefined;
  /** Directory of `initdb` and `pg_ctl`, for a PostgreSQL that a test may stop. */
  readonly postgresPrograms: string | undefined;
  /** Directory of `redis-server`, likewise. */
  readonly redisPrograms: string | undefined;
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
    postgresPrograms: directoryWith(["initdb", "pg_ctl"], postgresDirectories(env)),
    redisPrograms: directoryWith(["redis-server"], pathOf(env)),
  };
  report("PostgreSQL", postgresUrl, found.postgresUrl, "TEST_DATABASE_URL", env.CI === "true");
  report("Redis", redisUrl, found.redisUrl, "TEST_REDIS_URL", env.CI === "true");
  report("initdb", "PATH", found.postgresPrograms, "TEST_POSTGRES_PROGRAMS", env.CI === "true");
  report("redis-server", "PATH", found.redisPrograms, "PATH", env.CI === "true");
  report("Chromium", chromiumPath, found.chromiumPath, "TEST_CHROMIUM", env.CI === "true");
  return found;
}

function report(part: string, sought: string, found: string | undefined, setting: string, isRequired: boolean): void {
  if (found !== undefined) return;
  const line = `not run: the tests on ${part}, which is not at ${sought} (set ${setting})`;
  if (isRequired) throw new Error(line);
  process.stdout.write(`${line}\n`);
}

type Environment = Readonly<Record<string, string | undefined>>;

function directoryWith(programs: readonly string[], directories: readonly string[]): string | undefined {
  return directories.find((directory) => programs.every((program) => existsSync(join(directory, program))));
}

/** Debian keeps them by version and off the path, where there may be wrappers. */
function postgresDirectories(env: Environment): string[] {
  if (env.TEST_POSTGRES_PROGRAMS !== undefined) return [env.TEST_POSTGRES_PROGRAMS];
  const versions = "/usr/lib/postgresql";
  const byVersion = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, "bin")) : [];
  return [...byVersion, ...pathOf(env)];
}

function pathOf(env: Environment): string[] {
  return (env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
}

function answers(url: string, defaultPort: number): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || defaultPort), timeout: connectTimeoutMs });
    const end = (exists: boolean) => {
      socket.destroy();
      resolve(exists);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
