/** Test projects: pure units once, everything that has a database on each kind of database this machine has. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { campaignSize } from "./test/harness/campaign-size.js";
import { findServices } from "./test/harness/services.js";

const { postgresUrl, redisUrl, chromiumPath, postgresPrograms, redisPrograms } = await findServices(process.env);

const pure = ["test/unit/**/*.test.ts", "test/architecture/**/*.test.ts", "test/execution/*.test.ts"];

const folders = [
  "api",
  "auth",
  "paging",
  "sql",
  "import",
  "invalid-input",
  "concurrency",
  "subscriptions",
  "execution/parley",
  "authorization",
  "moderation",
  "webhooks",
];
const onADatabase = folders.map((folder) => `test/${folder}/**/*.test.ts`);

/** Of what the embedded database has not: more than one connection. */
const onPostgresAlone = ["test/deadlines/**/*.test.ts"];

/**
 * `*.once.test.ts`: neither SQL, nor locking, nor the driver is the subject. Such files run on PostgreSQL where there is
 * one, which is cheaper, and on both databases in `npm run test:soak`.
 */
const onOneDatabase = ["test/**/*.once.test.ts"];
const isOnce = postgresUrl !== undefined && campaignSize(false, true);

/** They mock a module, which others must not see, or need passwords hashed as in production. */
const withMocks = [
  "test/auth/secrets.test.ts",
  "test/auth/signing-in.test.ts",
  "test/subscriptions/failing-events.test.ts",
];

/** What takes a minute a file first: begun last, it would leave the other worker with nothing to do. */
const longestFirst = ["fault-injection", "process", "browser", "postgres", "embedded", "security", "mocks", "unit"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification) => longestFirst.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Node gives every importer the same graphql-js, Vite would give ours another build of it: "another module or realm". */
const graphql = { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") };

/** A sign-up hashes a password: 20 ms of a core. */
const cheapPasswords = {
  find: /^@node-rs\/argon2$/,
  replacement: fileURLToPath(new URL("test/harness/cheap-argon2.ts", import.meta.url)),
};

function project(name: string, include: string[], env: Record<string, string> = {}, exclude: string[] = []) {
  const test = { name, include, exclude, env, testTimeout: 60_000, hookTimeout: 60_000 };
  // More workers than there are cores: many tests wait, for databases and clients.
  return { resolve: { alias: [graphql] }, test: { ...test, maxWorkers: 3, sequence: { groupOrder: 1 } } };
}

/** Files that mostly wait for processes: five at a time, before those that need both cores. */
function waiting({ resolve, test }: ReturnType<typeof project>) {
  return { resolve, test: { ...test, maxWorkers: 5, sequence: { groupOrder: 0 } } };
}

/** Files share their modules: to load the server anew for each of them was half the work of the tests. */
function shared({ test }: ReturnType<typeof project>) {
  return { resolve: { alias: [graphql, cheapPasswords] }, test: { ...test, isolate: false } };
}

const embedded = project("embedded", onADatabase, { PARLEY_TEST_DATABASE: "embedded" }, [
  ...withMocks,
  ...(isOnce ? onOneDatabase : []),
]);
const postgres = project(
  "postgres",
  [...onADatabase, ...onPostgresAlone],
  { PARLEY_TEST_DATABASE: "postgres" },
  withMocks,
);
/** For what does not depend on the database. */
const cheapest = { PARLEY_TEST_DATABASE: postgresUrl === undefined ? "embedded" : "postgres" };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: "test/harness/templates.ts",
    projects: [
      shared(project("unit", pure)),
      shared(embedded),
      ...(postgresUrl === undefined ? [] : [shared(postgres)]),
      project("mocks", withMocks, cheapest),
      shared(
        project("security", ["test/security/**/*.test.ts"], {
          ...cheapest,
          ...(redisUrl !== undefined && { PARLEY_TEST_REDIS: redisUrl }),
        }),
      ),
      waiting(project("process", ["test/process/**/*.test.ts"])),
      ...(postgresUrl === undefined || redisUrl === undefined
        ? []
        : [
            waiting(
              project("fault-injection", ["test/fault-injection/**/*.test.ts"], {
                PARLEY_TEST_REDIS: redisUrl,
                PARLEY_TEST_REDIS_PROGRAMS: redisPrograms ?? "",
                PARLEY_TEST_POSTGRES_PROGRAMS: postgresPrograms ?? "",
              }),
            ),
          ]),
      ...(chromiumPath === undefined
        ? []
        : [project("browser", ["test/browser/**/*.test.ts"], { PARLEY_TEST_CHROMIUM: chromiumPath })]),
    ],
  },
});
