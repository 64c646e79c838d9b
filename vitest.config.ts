/** Test projects: pure units once, everything that has a database on each kind of database this machine has. */
import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { findServices } from "./test/harness/services.js";

const { postgresUrl, redisUrl, chromiumPath, postgresPrograms, redisPrograms } = await findServices(process.env);

const pure = ["test/unit/**/*.test.ts", "test/architecture/**/*.test.ts", "test/execution/*.test.ts"];

const folders = [
  "api",
  "auth",
  "paging",
  "statements",
  "import",
  "misuse",
  "concurrency",
  "live",
  "execution/parley",
  "authorization",
  "moderation",
  "webhooks",
];
const onADatabase = folders.map((folder) => `test/${folder}/**/*.test.ts`);

/** Of what the embedded database has not: more than one connection. */
const onPostgresAlone = ["test/deadlines/**/*.test.ts"];

/**
 * Refused, or answered, before the database is asked, or of the wire alone, or long and of the same SQL on either: once.
 * On PostgreSQL where there is one: it is asked by many at once, and a copy of a database costs a fifth of what an
 * embedded one costs.
 */
const onOneDatabase = [
  "test/api/graphql-over-http.test.ts",
  "test/auth/authorization-header.test.ts",
  "test/auth/forged-tokens.test.ts",
  "test/auth/public-keys.test.ts",
  "test/authorization/every-field-has-a-row.test.ts",
  "test/live/a-listener-that-does-not-read.test.ts",
  "test/live/clients-people-use.test.ts",
  "test/live/misuse-of-the-protocol.test.ts",
  "test/live/nothing-is-left-behind.test.ts",
  "test/live/the-helper-that-resumes.test.ts",
  "test/misuse/http-methods.test.ts",
  "test/misuse/operations.test.ts",
  "test/misuse/request-body.test.ts",
  "test/paging/walks-of-a-real-community.test.ts",
  "test/paging/walks-while-it-changes.test.ts",
  "test/execution/parley/**/*.test.ts",
  // What of webhooks is SQL, claiming, delivering and the plan, is on both.
  "test/webhooks/incoming.test.ts",
  "test/webhooks/many-endpoints.test.ts",
  "test/webhooks/shim.test.ts",
  "test/webhooks/statements.test.ts",
  "test/webhooks/the-receiver-in-the-readme.test.ts",
];

/** They put something else in the place of a module: that must not be seen by others. */
const withMocks = ["test/auth/signing-in.test.ts", "test/live/events-that-go-wrong.test.ts"];

/** What takes a minute a file first: begun last, it would leave the other worker with nothing to do. */
const longestFirst = ["faults", "process", "browser", "postgres", "embedded", "abuse", "mocks", "unit"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification) => longestFirst.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Node gives every importer the same graphql-js, Vite would give ours another build of it: "another module or realm". */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }] };

function project(name: string, include: string[], env: Record<string, string> = {}, exclude: string[] = []) {
  return { resolve, test: { name, include, exclude, env, testTimeout: 60_000, hookTimeout: 60_000 } };
}

/** Files share their modules: to load the server anew for each of them was half the work of the tests. */
function shared({ test }: ReturnType<typeof project>) {
  return { resolve, test: { ...test, isolate: false } };
}

const embedded = project("embedded", onADatabase, { PARLEY_TEST_DATABASE: "embedded" }, [
  ...withMocks,
  ...(postgresUrl === undefined ? [] : onOneDatabase),
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
    // More than there are cores: many tests wait, for processes, databases and clients.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: "test/harness/templates.ts",
    projects: [
      shared(project("unit", pure)),
      shared(embedded),
      ...(postgresUrl === undefined ? [] : [shared(postgres)]),
      project("mocks", withMocks, cheapest),
      shared(
        project("abuse", ["test/abuse/**/*.test.ts"], {
          ...cheapest,
          ...(redisUrl !== undefined && { PARLEY_TEST_REDIS: redisUrl }),
        }),
      ),
      project("process", ["test/process/**/*.test.ts"]),
      ...(postgresUrl === undefined || redisUrl === undefined
        ? []
        : [
            project("faults", ["test/faults/**/*.test.ts"], {
              PARLEY_TEST_REDIS: redisUrl,
              PARLEY_TEST_REDIS_PROGRAMS: redisPrograms ?? "",
              PARLEY_TEST_POSTGRES_PROGRAMS: postgresPrograms ?? "",
            }),
          ]),
      ...(chromiumPath === undefined
        ? []
        : [project("browser", ["test/browser/**/*.test.ts"], { PARLEY_TEST_CHROMIUM: chromiumPath })]),
    ],
  },
});
